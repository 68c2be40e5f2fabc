import type { EditData } from '../../actions/index.ts';
import type { Action } from '../../engine/types.ts';
import type { Facts } from '../../facts/types.ts';
import { CLAUDE_CLI, runtimeEdits, type UsedModel } from '../../openclaw/agent-runtime.ts';
import { anthropicKey, isAnthropicRef } from '../../openclaw/bridge.ts';
import { configSteps } from '../../openclaw/config-step.ts';
import { withRestart } from '../../openclaw/gateway-steps.ts';
import { featuresOf } from '../../openclaw/generation.ts';
import type { Target } from '../../openclaw/openclaw-program.ts';
import { clearOrders } from '../../openclaw/order-step.ts';
import type { AgentFacts, ProfileFacts } from '../../openclaw/records.ts';
import { factValue } from '../../system/fact.ts';
import { Problem } from '../../system/problem.ts';
import { cronActions, cronRequest, modelSteps } from '../model-plan.ts';
import { chosenAgents, targetOf } from '../target.ts';
import type { Answers } from '../types.ts';
import { cliRefs } from './defaults.ts';
import { claudeCliAnswers, METHOD_ID, openExec } from './questions.ts';
import { plan as words } from './words.ts';

/** The steps that bring `answers` about. Pure. Empty when all of it is so. */
export function planClaudeCli(facts: Facts, given: Answers): readonly Action[] {
  const answers = claudeCliAnswers(given);
  const target = targetOf(facts);
  const agents = chosenAgents(target, answers);
  const refs = cliRefs(facts);
  const exec = execSteps(facts, target, answers.execPolicy);
  const every = agents.length === target.config.agents.length;
  const all = answers.role === 'fallback' || (answers.role === 'everything' && every);
  const own = ownLogin(facts, target, answers, all ? target.config.agents : agents, all);
  const models = modelSteps(target, answers, {
    ...refs,
    everything: words.byDefault,
    first: own.edits,
    ...allowlistNote(target),
    last: (used) => runtimeEdits(target.config, ranByClaude(facts, target, answers, used, all ? null : agents)),
    newAgentModels: Object.fromEntries(
      [answers.primary, ...answers.fallbacks]
        .filter((ref) => isAnthropicRef(ref, target.config))
        .map((ref) => [ref, { agentRuntime: { id: CLAUDE_CLI } }]),
    ),
  });
  const steps = [...exec, ...own.steps, ...models, ...cronActions(facts, target, answers, refs)];
  return answers.restartGateway ? withRestart(target, factValue(facts.gateway), steps) : steps;
}

/** Before 2026.8.1 the first entry of a model limits what a chat may switch to. */
function allowlistNote({ config, release }: Target): { note?: string } {
  if (config.allowlist !== null || featuresOf(release.version).modelPolicy) return {};
  return { note: words.onlyNamed };
}

/** What of Anthropic is used afterwards, cron jobs included: by everybody, or by `agents` alone. */
function ranByClaude(
  facts: Facts,
  target: Target,
  answers: Answers,
  used: readonly UsedModel[],
  agents: readonly AgentFacts[] | null,
): readonly UsedModel[] {
  const cron = factValue(facts.cron);
  const request = cron && cronRequest(facts, target, answers, cron, cliRefs(facts));
  const jobs = request?.jobs.flatMap(({ model, agent, enabled }): UsedModel[] =>
    model === null || !enabled ? [] : [{ ref: request.modelFor(model), agent }],
  );
  const cronModel = answers.cronModel === '' ? [] : [{ ref: answers.cronModel, agent: null }];
  const claude = [...used, ...(jobs ?? []), ...cronModel].filter(({ ref }) => isAnthropicRef(ref, target.config));
  if (agents === null) return claude.map(({ ref }) => ({ ref, agent: null }));
  const ids = agents.map(({ id }) => id);
  return claude.filter(({ agent }) => agent !== null && ids.includes(agent));
}

/** Its own step: what a person lets their agents do is another question than who answers. */
function execSteps(facts: Facts, target: Target, policy: 'ask' | 'keep'): Action[] {
  const places = openExec(facts);
  if (places.length === 0) return [];
  if (policy === 'keep') {
    throw new Problem('exec-policy-open', words.bypasses, {
      why: words.whyBypasses(target.release.version),
      next: `clawauth-setup apply --method ${METHOD_ID} --exec-policy ask`,
      exitCode: 2,
    });
  }
  const edits = places.flatMap((path): EditData[] => [
    { op: 'set', path: [...path, 'security'], value: 'allowlist' },
    { op: 'set', path: [...path, 'ask'], value: 'on-miss' },
  ]);
  return configSteps(target, 'ask-before-commands', edits, {
    forward: {
      headline: words.askFirst,
      because: words.whyAskFirst(target.release.version),
    },
    backward: { headline: words.asBefore },
  });
}

/**
 * A stored token or login would be handed to Claude Code in the place of its own login. An empty order keeps each of them
 * from it, and leaves them stored (turns of 2026.9.6); an API key is handed over only where it is chosen.
 */
function ownLogin(
  facts: Facts,
  target: Target,
  answers: Answers,
  agents: readonly AgentFacts[],
  all: boolean,
): { readonly edits: EditData[]; readonly steps: Action[] } {
  const ids = agents.map(({ id }) => id);
  const stored = (factValue(facts.profiles) ?? []).filter(
    ({ agent, provider, type }) =>
      provider === 'anthropic' && type !== 'api_key' && (answers.role === 'agent' || ids.includes(agent)),
  );
  if (!featuresOf(target.release.version).handsTokensOver || stored.length === 0) return { edits: [], steps: [] };
  const key = anthropicKey(target.config.order) ?? 'anthropic';
  const order = target.config.order[key];
  if (!all) {
    if (order?.length === 0) return { edits: [], steps: [] };
    throw storedForAll(stored);
  }
  const edits: EditData[] = order?.length === 0 ? [] : [{ op: 'set', path: ['auth', 'order', key], value: [] }];
  return { edits, steps: clearOrders(target, agents, factValue(facts.storedOrders) ?? {}) };
}

function storedForAll([first]: readonly ProfileFacts[]): Problem {
  return new Problem('stored-credential-wins', words.otherCredential(first?.id), {
    why: words.orderForAll,
    next: `clawauth-setup apply --method ${METHOD_ID}`,
    exitCode: 2,
  });
}
