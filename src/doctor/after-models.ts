import type { Facts } from '../facts/types.ts';
import { agentAsked, ask, chosen, ownerOf } from '../methods/openclaw-checks.ts';
import type { Refs } from '../methods/refs.ts';
import type { Answers, CheckContext, Finding } from '../methods/types.ts';
import { agentModels } from '../openclaw/agent-models.ts';
import { resolveAlias } from '../openclaw/bridge.ts';
import { allows } from '../openclaw/model-edits.ts';
import type { AskedStatus } from '../openclaw/models-status.ts';
import { asTyped, modelsTyped, type Target } from '../openclaw/openclaw-program.ts';
import type { ModelsStatus } from '../openclaw/records.ts';
import { factValue } from '../system/fact.ts';
import { plural } from '../text.ts';
import { unknownModels } from './unknown-models.ts';

/** The model that each agent answers with: agent → `provider/model`; null where there is only the default. */
export type AgentModels = ReadonlyMap<string, string> | null;

/** What OpenClaw says of the models, against what was asked for. `before`: the facts that the plan was made from. */
export async function modelsCheck(
  target: Target,
  answers: Answers,
  refs: Refs,
  offered: readonly string[],
  context: CheckContext,
  before: Facts,
): Promise<Finding[]> {
  const response = await ask(target, answers, context);
  const { agents } = target.config;
  const alone = agents.length === 1 && agents[0]?.model === null && answers.role !== 'agent';
  const perAgent = alone ? null : agentModels(target.config);
  return [
    ...modelFindings(target, answers, response, refs, perAgent, before),
    ...offerFindings(before, answers, offered),
  ];
}

/** Models that nothing offers. `before`: what is in use now was written by us. */
export function offerFindings(before: Facts, answers: Answers, offered: readonly string[] = []): Finding[] {
  return unknownModels(before, answers, offered).map(({ says, next }) => ({ verdict: 'warning', says, next }));
}

/** Each role has its own invariant; see {@link Role}. */
export function modelFindings(
  target: Target,
  answers: Answers,
  response: AskedStatus,
  refs: Pick<Refs, 'isOurs' | 'old'>,
  perAgent: AgentModels,
  before?: Facts,
): Finding[] {
  if (!response.ok) {
    const says = `OpenClaw did not say which models it uses: ${response.detail}`;
    return [{ verdict: 'skipped', says, next: modelsTyped(target, 'status') }];
  }
  const { status } = response;
  return [
    ...roleFindings(target, answers, status, refs, perAgent, before),
    ...aliasFindings(answers, status),
    ...barredFindings(target, answers, status, perAgent),
  ];
}

function roleFindings(
  target: Target,
  answers: Answers,
  status: ModelsStatus,
  refs: Pick<Refs, 'isOurs' | 'old'>,
  perAgent: AgentModels,
  before?: Facts,
): Finding[] {
  const modelOf = agentModel(target, answers, status, perAgent);
  const at = defaultOf(target, answers, status, perAgent) ?? 'none';
  const ok = (words: string): Finding => ({ verdict: 'ok', says: [words, ...counts(answers, status)].join(' · ') });
  if (answers.role === 'agent') {
    const model = modelOf(answers.newAgent);
    const next = asTyped(target, 'agents', 'list');
    const is: Finding =
      model === null
        ? { verdict: 'skipped', says: `OpenClaw did not say which model ${answers.newAgent} uses.`, next }
        : model === answers.primary
          ? ok(`${answers.newAgent} answers with ${model}`)
          : { verdict: 'error', says: `${answers.newAgent} answers with ${model}, not ${answers.primary}.`, next };
    return [is, ...replaced(target, answers, at, refs, before)];
  }
  if (answers.role === 'fallback') {
    const lost = replaced(target, answers, at, refs, before);
    if (lost.length > 0) return lost;
    if (at === answers.primary) {
      return [ok(`Default ${at}`), { verdict: 'info', says: `${at} is the default itself, so it is no fallback.` }];
    }
    // What was asked about an agent with a model of its own tells of that model's fallbacks.
    const owner = target.config.agents.find(({ id }) => id === ownerOf(target, answers));
    const own = owner !== undefined && owner.model !== null && agentAsked(target, answers) !== undefined;
    const behind = (own ? target.config.fallbacks : status.fallbacks).map((ref) => resolveAlias(ref, status));
    if (behind.includes(answers.primary)) return [ok(`Default ${at}`)];
    const next = asTyped(target, 'models', 'fallbacks', 'add', answers.primary);
    return [ok(`Default ${at}`), { verdict: 'error', says: `${answers.primary} is not among the fallbacks.`, next }];
  }
  return everythingFindings(target, answers, at, refs, { modelOf, ok });
}

/** Each chosen agent answers with Claude; the default does where all were chosen. */
function everythingFindings(
  target: Target,
  answers: Answers,
  at: string,
  { isOurs, old }: Pick<Refs, 'isOurs' | 'old'>,
  {
    modelOf,
    ok,
  }: {
    readonly modelOf: (id: string) => string | null;
    readonly ok: (words: string) => Finding;
  },
): Finding[] {
  const { config } = target;
  const wanted = chosen(target, answers);
  const findings: Finding[] = [];
  if (wanted.length === config.agents.length) {
    const next = asTyped(target, 'models', 'set', answers.primary);
    const says = `The default is ${at}, not ${answers.primary}.`;
    findings.push(at === answers.primary ? ok(`Default ${at}`) : { verdict: 'error', says, next });
  }
  const good: string[] = [];
  for (const id of wanted) {
    const model = modelOf(id);
    if (model === null || model === answers.primary || isOurs(model)) {
      if (model !== null) good.push(`${id} (${model})`);
    } else if (answers.keepModel.includes(id) || (answers.cron === 'keep' && old.is(model))) {
      findings.push({ verdict: 'info', says: `${id} keeps its own model ${model}.` });
    } else {
      const next = asTyped(target, 'agents', 'list');
      findings.push({ verdict: 'error', says: `${id} answers with ${model}, not with Claude.`, next });
    }
  }
  const all = good.length === wanted.length && findings.length > 0;
  if (good.length > 0 && config.agents.length > 1) {
    const names = good.length > 4 ? `${good.slice(0, 3).join(', ')} and ${good.length - 3} more` : good.join(', ');
    findings.push({
      verdict: 'ok',
      says: `${all ? 'Every agent answers with Claude' : 'These answer with Claude'}: ${names}.`,
    });
  }
  return findings;
}

/** Claude is where only something beside it was to be: in the place of the default from before. */
function replaced(
  target: Target,
  answers: Answers,
  at: string,
  { isOurs }: Pick<Refs, 'isOurs'>,
  before?: Facts,
): Finding[] {
  const config = before && factValue(before.config);
  if (!config?.primary) return [];
  const was = resolveAlias(config.primary, config);
  if (was === at || isOurs(was) || !(isOurs(at) || at === answers.primary)) return [];
  const says = `${was} was to stay the default, and it is ${at} now.`;
  return [{ verdict: 'error', says, next: asTyped(target, 'models', 'set', was) }];
}

function counts({ aliases, role }: Answers, { fallbacks }: ModelsStatus): string[] {
  const names = role === 'agent' ? 0 : Object.keys(aliases).length;
  return [
    ...(fallbacks.length > 0 ? [plural(fallbacks.length, 'fallback')] : []),
    ...(names > 0 ? [plural(names, 'alias', 'aliases')] : []),
  ];
}

/** The default as OpenClaw resolves it; what was asked about an agent with a model of its own tells of that one only. */
function defaultOf(target: Target, answers: Answers, status: ModelsStatus, perAgent: AgentModels): string | null {
  const { config } = target;
  const asked = agentAsked(target, answers);
  const plain = config.agents.some(({ id, model }) => id === asked && model === null && id !== answers.newAgent);
  if (perAgent === null || plain) return status.resolvedDefault;
  return config.primary === null ? null : resolveAlias(config.primary, status);
}

function agentModel(
  target: Target,
  answers: Answers,
  status: ModelsStatus,
  perAgent: AgentModels,
): (id: string) => string | null {
  return (id) => {
    // Of the one that it was asked about, OpenClaw itself says.
    const one = target.config.agents.length === 1 || agentAsked(target, answers) === id;
    if (one) return status.resolvedDefault;
    const model = perAgent?.get(id);
    return model === undefined ? null : resolveAlias(model, status);
  };
}

function aliasFindings(answers: Answers, status: ModelsStatus): Finding[] {
  if (answers.role === 'agent') return [];
  return Object.entries(answers.aliases).flatMap(([alias, ref]): Finding[] => {
    const found = Object.entries(status.aliases).find(([name]) => name.toLowerCase() === alias.toLowerCase())?.[1];
    if (found === ref) return [];
    return [{ verdict: 'error', says: `The alias ${alias} names ${found ?? 'no model'}, not ${ref}.` }];
  });
}

/** What an allowlist keeps out: from 2026.8.1 an agent's own counts instead of the common one. */
function barredFindings(target: Target, answers: Answers, status: ModelsStatus, perAgent: AgentModels): Finding[] {
  const { allowed } = status;
  const refs = [answers.primary, ...answers.fallbacks];
  const common = allowed.length === 0 ? [] : refs.filter((ref) => !allowed.includes(ref));
  const wanted = answers.role === 'everything' ? chosen(target, answers) : [];
  const modelOf = agentModel(target, answers, status, perAgent);
  const own = target.config.agents.flatMap(({ id, allow }): Finding[] => {
    const model = modelOf(id) ?? answers.primary;
    if (allow === undefined || !wanted.includes(id)) return [];
    if (allow.some((ref) => allows(resolveAlias(ref, status), model))) return [];
    const says = `${model} is not on the list of models that ${id} may use.`;
    return [{ verdict: 'error', says, next: asTyped(target, 'models', 'status', '--agent', id) }];
  });
  return [
    ...common.map((ref): Finding => ({ verdict: 'warning', says: `${ref} is not on the list of allowed models.` })),
    ...own,
  ];
}
