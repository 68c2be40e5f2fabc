import { askCron, profilesWith } from '../../facts/openclaw-asked.ts';
import type { Facts } from '../../facts/types.ts';
import { isBridgeRef, resolveAlias } from '../../openclaw/bridge.ts';
import { openclawCli } from '../../openclaw/cli.ts';
import { bridgedJobs, cronLater } from '../../openclaw/cron-steps.ts';
import { featuresOf } from '../../openclaw/generation.ts';
import { type AskedStatus, askModelsStatus } from '../../openclaw/models-status.ts';
import { asTyped, type Here } from '../../openclaw/openclaw-program.ts';
import { authFile } from '../../openclaw/profiles.ts';
import { factValue } from '../../system/fact.ts';
import type { World } from '../../system/world.ts';
import type { Answers, Check, Finding } from '../types.ts';
import { liveFindings } from './live-check.ts';
import { hereOf } from './plan.ts';

type Context = Parameters<Check['run']>[0];

/** What is asked after the fact, in this order. All but the last need one answer of OpenClaw together. */
export function checks(facts: Facts, answers: Answers, before?: Facts): readonly Check[] {
  const here = hereOf(facts);
  return [
    {
      id: 'profile',
      ask: 'Does OpenClaw use the new profile?',
      run: async (context) => profileFindings(facts, here, answers, context),
    },
    {
      id: 'models',
      ask: 'Do the models resolve?',
      run: async (context) => modelFindings(here, answers, await ask(here, answers, context)),
    },
    {
      id: 'bridge',
      ask: 'Is anything left of the bridge?',
      run: async (context) => bridgeFindings(await withCron(facts, here, before, context), here, answers),
    },
    {
      id: 'cooldown',
      ask: 'Is anything cooling down?',
      run: async (context) => cooldownFindings(here, answers, await ask(here, answers, context)),
    },
    { id: 'gateway', ask: 'Is the gateway up?', run: async () => gatewayFindings(facts, here, before) },
    { id: 'files', ask: 'Can nobody else read the credentials?', run: ({ world }) => fileFindings(here, world) },
    { id: 'refreshers', ask: 'Does an older tool still renew tokens?', run: async () => refresherFindings(before) },
    { id: 'shadows', ask: 'Does a variable hide the token?', run: async () => shadowFindings(facts) },
    {
      id: 'answer',
      ask: 'Does Claude answer?',
      costs: true,
      run: (context) => liveFindings(here, answers, context),
    },
  ];
}

/** One question for the agent that matters, shared by all checks. */
function ask(here: Here, answers: Answers, { world, signal, shared }: Context): Promise<AskedStatus> {
  const agent = agentAsked(here, answers);
  return shared.once('models status', () =>
    askModelsStatus(openclawCli(here.release, here.state, world), { signal, ...(agent ? { agent } : {}) }),
  );
}

function agentAsked({ config, release }: Here, answers: Answers): string | undefined {
  if (!featuresOf(release.version).modelsAgentFlag || config.agents.length < 2) return undefined;
  return answers.role === 'agent' ? answers.newAgent : config.defaultAgent;
}

async function profileFindings(facts: Facts, here: Here, answers: Answers, context: Context): Promise<Finding[]> {
  const asked = await ask(here, answers, context);
  if (!asked.ok) {
    return [
      { verdict: asked.timedOut ? 'timed out' : 'error', says: asked.detail, next: asTyped(here, 'models', 'status') },
    ];
  }
  const { world } = context;
  const rows = factValue(
    await profilesWith(asked, { world, release: here.release, config: here.config, before: facts.profiles }),
  );
  const wanted = answers.role === 'agent' ? [answers.newAgent] : chosen(here, answers);
  const told = new Map<string, typeof rows>();
  for (const row of rows ?? []) {
    if (row.provider === 'anthropic') told.set(row.agent, [...(told.get(row.agent) ?? []), row]);
  }
  if (answers.role === 'agent')
    told.set(answers.newAgent, told.get(answers.newAgent) ?? told.get(here.config.defaultAgent));
  const good = wanted.filter((agent) => told.get(agent)?.some((row) => row.id === answers.profileId && row.wins));
  const findings: Finding[] = [];
  if (good.length > 0) {
    findings.push({ verdict: 'ok', says: `OpenClaw uses ${answers.profileId} for ${listed(good)}.` });
  }
  for (const agent of wanted.filter((id) => told.has(id) && !good.includes(id)).slice(0, 5)) {
    const own = told.get(agent) ?? [];
    const winner = own.find((row) => row.wins)?.id ?? 'none';
    const why = own.find((row) => row.id === answers.profileId)?.rejected;
    findings.push({
      verdict: 'error',
      says: `${agent}: OpenClaw uses ${winner}, not ${answers.profileId}${why ? ` (${why})` : ''}.`,
      next: asTyped(here, 'models', 'status'),
    });
  }
  const quiet = wanted.filter((agent) => !told.has(agent));
  if (quiet.length > 0 && good.length > 0) {
    findings.push({ verdict: 'info', says: `Stored and read back for ${listed(quiet)}; not asked again.` });
  } else if (quiet.length > 0) {
    findings.push({
      verdict: 'error',
      says: `OpenClaw shows no Anthropic profile for ${listed(quiet)}.`,
      next: asTyped(here, 'models', 'status'),
    });
  }
  for (const row of (told.get(wanted[0] ?? '') ?? []).filter((one) => one.rejected !== null && !one.wins)) {
    if (row.id !== answers.profileId)
      findings.push({ verdict: 'info', says: `${row.id} is not used: ${row.rejected}.` });
  }
  return findings;
}

function chosen({ config }: Here, answers: Answers): string[] {
  return config.agents.map(({ id }) => id).filter((id) => answers.agents.length === 0 || answers.agents.includes(id));
}

function listed(ids: readonly string[]): string {
  return ids.length > 4 ? `${ids.slice(0, 3).join(', ')} and ${ids.length - 3} more agents` : ids.join(', ');
}

function modelFindings(here: Here, answers: Answers, asked: AskedStatus): Finding[] {
  if (!asked.ok) return [{ verdict: 'skipped', says: 'The models could not be asked for.' }];
  const { status } = asked;
  const findings: Finding[] = [];
  const whole = answers.role === 'everything' && chosen(here, answers).length === here.config.agents.length;
  const expected = whole || (answers.role === 'agent' && agentAsked(here, answers)) ? answers.primary : null;
  const at = status.resolvedDefault ?? 'none';
  if (expected !== null && at !== expected && !ownModel(here, answers)) {
    findings.push({
      verdict: 'error',
      says: `The default is ${at}, not ${expected}.`,
      next: asTyped(here, 'models', 'set', expected),
    });
  } else {
    const aliases = Object.keys(answers.aliases).length;
    const fallbacks = status.fallbacks.length;
    const extra = [
      ...(fallbacks > 0 ? [fallbacks === 1 ? '1 fallback' : `${fallbacks} fallbacks`] : []),
      ...(aliases > 0 && answers.role !== 'agent' ? [aliases === 1 ? '1 alias' : `${aliases} aliases`] : []),
    ];
    findings.push({ verdict: 'ok', says: [`Default ${at}`, ...extra].join(' · ') });
  }
  if (answers.role === 'fallback' && !status.fallbacks.includes(answers.primary)) {
    findings.push({ verdict: 'error', says: `${answers.primary} is not among the fallbacks.` });
  }
  if (answers.role !== 'agent') {
    for (const [alias, ref] of Object.entries(answers.aliases)) {
      const found = Object.entries(status.aliases).find(([name]) => name.toLowerCase() === alias.toLowerCase())?.[1];
      if (found !== ref)
        findings.push({ verdict: 'error', says: `The alias ${alias} gives ${found ?? 'nothing'}, not ${ref}.` });
    }
  }
  const refs = [answers.primary, ...answers.fallbacks];
  const barred = status.allowed.length === 0 ? [] : refs.filter((ref) => !status.allowed.includes(ref));
  for (const ref of barred) findings.push({ verdict: 'warning', says: `${ref} is not on the list of allowed models.` });
  return findings;
}

/** The agent that was asked has a model of its own that stays. */
function ownModel({ config }: Here, answers: Answers): boolean {
  const id = answers.role === 'agent' ? answers.newAgent : config.defaultAgent;
  return config.agents.some((agent) => agent.id === id && agent.model !== null && agent.model !== answers.primary);
}

/** Jobs in a database are asked for once more only where some named the bridge before. */
async function withCron(
  facts: Facts,
  here: Here,
  before: Facts | undefined,
  { world, signal }: Context,
): Promise<Facts> {
  const jobs = before ? (factValue(before.cron)?.jobs ?? []) : [];
  const running = factValue(facts.gateway)?.running ?? false;
  if (facts.cron.known || !running || bridgedJobs(here, jobs).length === 0) return facts;
  return { ...facts, cron: await askCron(openclawCli(here.release, here.state, world), true, signal) };
}

function bridgeFindings(facts: Facts, here: Here, answers: Answers): Finding[] {
  if (answers.role !== 'everything') return [];
  const { config } = here;
  const left: string[] = [];
  const look = (where: string, ref: string | null) => {
    if (ref !== null && isBridgeRef(ref, config)) left.push(`${where} names ${resolveAlias(ref, config)}`);
  };
  look('the default', config.primary);
  for (const ref of config.fallbacks) look('a fallback', ref);
  look('the heartbeat', config.heartbeatModel);
  for (const agent of config.agents) {
    look(`the agent ${agent.id}`, agent.model);
    for (const ref of agent.fallbacks) look(`a fallback of ${agent.id}`, ref);
    look(`the heartbeat of ${agent.id}`, agent.heartbeatModel);
  }
  const cron = factValue(facts.cron);
  const running = factValue(facts.gateway)?.running ?? false;
  for (const job of bridgedJobs(here, cron?.jobs ?? []).slice(0, 8)) look(`the cron job ${job.name}`, job.model);
  const later = cron ? cronLater(here, { ...cron, gatewayRuns: running, model: answers.cronModel }) : [];
  const findings: Finding[] = left.map((says) => ({
    verdict: answers.cron === 'keep' ? 'info' : 'warning',
    says: `${says}: still the bridge.`,
    ...(later[0] ? { next: later[0] } : {}),
  }));
  if (!running && here.release.generation !== 'G1' && here.release.generation !== 'G1b') {
    findings.push({
      verdict: 'skipped',
      says: 'Cron jobs were not looked at: the gateway keeps them and is not running. Start it and run clawauth-setup again.',
      next: asTyped(here, 'gateway', 'start'),
    });
  }
  return findings.length > 0 ? findings : [{ verdict: 'ok', says: 'Nothing names the bridge any more.' }];
}

function cooldownFindings(here: Here, answers: Answers, asked: AskedStatus): Finding[] {
  if (!asked.ok) return [];
  const ours = asked.status.unusable.find(({ id }) => id === answers.profileId);
  if (!ours) return [{ verdict: 'ok', says: 'No cooldown.' }];
  const until =
    ours.until === null ? '' : ` until ${new Date(ours.until).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return [
    {
      verdict: 'warning',
      says: `OpenClaw lets ${answers.profileId} rest${until}: ${ours.reason}.`,
      next: asTyped(here, 'gateway', 'restart'),
    },
  ];
}

function gatewayFindings(facts: Facts, here: Here, before?: Facts): Finding[] {
  const now = factValue(facts.gateway);
  if (now?.running) return [{ verdict: 'ok', says: `The gateway answers on port ${now.port}.` }];
  const ran = before && factValue(before.gateway)?.running;
  return ran
    ? [
        {
          verdict: 'error',
          says: 'The gateway ran before and does not answer now.',
          next: asTyped(here, 'gateway', 'status'),
        },
      ]
    : [{ verdict: 'info', says: 'The gateway is not running, as before.', next: asTyped(here, 'gateway', 'start') }];
}

async function fileFindings(here: Here, world: World): Promise<Finding[]> {
  const open: string[] = [];
  const paths = [here.state.realConfigPath, ...here.config.agents.map(({ agentDir }) => authFile(agentDir))];
  for (const path of paths) {
    const stat = await world.files.stat(path);
    if (stat && (stat.mode & 0o077) !== 0) open.push(path);
  }
  if (open.length === 0) return [{ verdict: 'ok', says: 'Only you can read the files.' }];
  return open
    .slice(0, 5)
    .map((path) => ({ verdict: 'warning', says: `Others can read ${path}.`, next: `chmod 600 ${path}` }));
}

/** A refresher of an older guide fights over the login that the setup token replaces. */
function refresherFindings(before?: Facts): Finding[] {
  return ((before && factValue(before.refreshers)) ?? []).slice(0, 8).map(({ kind, where, line }) => ({
    verdict: 'warning',
    says: `A token refresher of an older guide is still there: ${where}${line ? ` line ${line}` : ''}. A setup token needs none.`,
    next:
      kind === 'crontab'
        ? 'crontab -e'
        : kind === 'systemd'
          ? `systemctl --user disable --now ${unitName(where)}`
          : `launchctl bootout gui/$(id -u) ${where}`,
  }));
}

const unitName = (path: string) => path.slice(path.lastIndexOf('/') + 1);

function shadowFindings(facts: Facts): Finding[] {
  return (factValue(facts.shadows) ?? []).map((shadow) => ({
    verdict: 'warning',
    says: `${shadow.name} is set in ${shadow.where}${shadow.line ? ` (line ${shadow.line})` : ''}: ${shadow.effect}`,
  }));
}
