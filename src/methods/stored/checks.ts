import { profilesWith } from '../../facts/openclaw-asked.ts';
import type { Facts } from '../../facts/types.ts';
import { credentialsInJson } from '../../openclaw/generation.ts';
import type { AskedStatus } from '../../openclaw/models-status.ts';
import { afterNoAnswer, modelsTyped, type Target } from '../../openclaw/openclaw-program.ts';
import { authFile } from '../../openclaw/profiles.ts';
import { databasesOf } from '../../openclaw/store-credential.ts';
import { factValue } from '../../system/fact.ts';
import type { World } from '../../system/world.ts';
import { minute } from '../../text.ts';
import { agentAsked, ask, chosen, listed } from '../openclaw-checks.ts';
import type { MethodSecret } from '../question.ts';
import { newSession, turnFindings } from '../shared/turn.ts';
import { targetOf } from '../target.ts';
import type { Answers, Check, CheckContext, Finding } from '../types.ts';
import { fileFindings } from './file-reference.ts';
import { liveFindings } from './live-check.ts';
import { namedVariable, variableAt, variableFindings } from './reference.ts';
import { checks as words } from './words.ts';

/** What is asked after the fact, in this order. All but the last need one answer of OpenClaw together. */
export function storedChecks(
  { noun, bySignIn, byReference }: Pick<MethodSecret, 'noun' | 'bySignIn' | 'byReference'>,
  facts: Facts,
  answers: Answers,
): readonly Check[] {
  const target = targetOf(facts);
  const named = variableAt(facts, namedVariable(facts, answers));
  const beyond: Finding | null =
    named === null || named.line !== undefined
      ? null
      : {
          verdict: 'skipped',
          says: words.onlyGateway(named.file),
        };
  const variable: Check = {
    id: 'variable',
    ask: words.askVariable(noun),
    run: async () => variableFindings(noun, facts, answers),
  };
  const file: Check = {
    id: 'secret-file',
    ask: words.askFile(noun),
    finds: ['profile.secret-file'],
    run: (context) => fileFindings(noun, target, facts, answers, context),
  };
  const refreshers: Check = {
    id: 'refreshers',
    ask: words.askRefreshers,
    finds: ['sync.refresher'],
  };
  return [
    {
      id: 'profile',
      ask: words.askProfile,
      run: async (context) => profileFindings(facts, target, answers, context),
    },
    { id: 'models', ask: words.askModels, models: true },
    { id: 'bridge', ask: words.askBridge, models: true },
    {
      id: 'cooldown',
      ask: words.askCooldown,
      run: async (context) => cooldownFindings(answers, await ask(target, answers, context)),
    },
    { id: 'gateway', ask: words.askGateway, finds: ['gateway.not-from-here'] },
    ...(byReference ? [variable, file] : []),
    {
      id: 'files',
      ask: words.askFiles,
      run: ({ world }) => openFiles(target, world, named?.line === undefined ? [] : [named.file]),
    },
    ...(bySignIn ? [refreshers] : []),
    { id: 'shadows', ask: words.askShadows(noun), finds: ['env.api-key', 'env.oauth-token'] },
    {
      id: 'answer',
      ask: words.askAnswer,
      costs: true,
      run: async (context) => {
        if (beyond !== null) return [beyond];
        // In a container the command and the gateway may well be strangers: a turn says which of them answered.
        const isTurn =
          target.state.container !== undefined && factValue(facts.gateway)?.running && answers.role !== 'fallback';
        return isTurn
          ? turnFindings(facts, answers, context, { wanted: 'anthropic', session: newSession(context) })
          : liveFindings(target, answers, context);
      },
    },
  ];
}

async function profileFindings(
  facts: Facts,
  target: Target,
  answers: Answers,
  context: CheckContext,
): Promise<Finding[]> {
  const response = await ask(target, answers, context);
  if (!response.ok) {
    return [
      {
        verdict: response.timedOut ? 'timed out' : 'error',
        says: response.detail,
        next: afterNoAnswer(target, response.timedOut === true),
      },
    ];
  }
  const { world } = context;
  const found = await profilesWith(response, {
    world,
    release: target.release,
    config: target.config,
    before: facts.profiles,
    agent: agentAsked(target, answers) ?? target.config.defaultAgent,
  });
  if (!found.known) {
    const says = `What is stored could not be read back: ${found.detail}.`;
    return [{ verdict: 'error', says, next: modelsTyped(target, 'status') }];
  }
  const rows = found.value;
  const wanted = answers.role === 'agent' ? [answers.newAgent] : chosen(target, answers);
  const byAgent = new Map<string, typeof rows>();
  for (const row of rows) {
    if (row.provider === 'anthropic') byAgent.set(row.agent, [...(byAgent.get(row.agent) ?? []), row]);
  }
  // An agent without a store of its own reads that of the default one.
  const shared = byAgent.get(target.config.defaultAgent);
  if (answers.role === 'agent' && !byAgent.has(answers.newAgent) && shared !== undefined)
    byAgent.set(answers.newAgent, shared);
  const good = wanted.filter((agent) => byAgent.get(agent)?.some((row) => row.id === answers.profileId && row.wins));
  const findings: Finding[] = [];
  if (good.length > 0) {
    findings.push({ verdict: 'ok', says: words.uses(answers.profileId, listed(good)) });
  }
  for (const agent of wanted.filter((id) => byAgent.has(id) && !good.includes(id)).slice(0, 5)) {
    const own = byAgent.get(agent) ?? [];
    const winner = own.find((row) => row.wins)?.id ?? 'none';
    const why = own.find((row) => row.id === answers.profileId)?.rejected;
    findings.push({
      verdict: 'error',
      says: words.usesOther(agent, winner, answers.profileId, why),
      next: modelsTyped(target, 'status'),
    });
  }
  const unlisted = wanted.filter((agent) => !byAgent.has(agent));
  if (unlisted.length > 0 && good.length > 0) {
    findings.push({ verdict: 'info', says: words.readBack(listed(unlisted)) });
  } else if (unlisted.length > 0) {
    findings.push({
      verdict: 'error',
      says: words.noProfile(listed(unlisted)),
      next: modelsTyped(target, 'status'),
    });
  }
  for (const row of (byAgent.get(wanted[0] ?? '') ?? []).filter((one) => one.rejected !== null && !one.wins)) {
    if (row.id !== answers.profileId) findings.push({ verdict: 'info', says: words.notUsed(row.id, row.rejected) });
  }
  return findings;
}

function cooldownFindings(answers: Answers, response: AskedStatus): Finding[] {
  if (!response.ok) return [];
  const { unusable } = response.status;
  if (unusable === null) return [{ verdict: 'skipped', says: words.cooldownUnknown }];
  const ours = unusable.find(({ id }) => id === answers.profileId);
  if (!ours) return [{ verdict: 'ok', says: words.notPaused }];
  const until = ours.until === null ? '' : ` until ${minute(ours.until)}`;
  // It is stored: neither a restart of the gateway nor `paste-token` ends it (2026.7.1).
  const says = words.paused(answers.profileId, until, ours.reason);
  return [{ verdict: 'warning', says }];
}

async function openFiles(target: Target, world: World, more: readonly string[]): Promise<Finding[]> {
  const open: string[] = [];
  const { agents } = target.config;
  const stores = credentialsInJson(target.release.generation)
    ? agents.map(({ agentDir }) => authFile(agentDir))
    : [...new Set(agents.flatMap((agent) => databasesOf(target, agent)))].flatMap((path) => [path, `${path}-wal`]);
  const paths = [target.state.realConfigPath, ...stores, ...more];
  for (const path of paths) {
    const stat = await world.files.stat(path);
    if (stat && (stat.mode & 0o077) !== 0) open.push(path);
  }
  if (open.length === 0) return [{ verdict: 'ok', says: words.onlyYou }];
  return open.slice(0, 5).map((path) => ({ verdict: 'warning', says: words.others(path), next: `chmod 600 ${path}` }));
}
