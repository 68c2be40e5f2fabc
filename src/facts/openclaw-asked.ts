import { join } from 'node:path';
import { failureOf, type OpenClawCli } from '../openclaw/cli.ts';
import { readableJobs } from '../openclaw/cron.ts';
import { credentialsInJson, featuresOf } from '../openclaw/generation.ts';
import type { AskedStatus } from '../openclaw/models-status.ts';
import { renewsItself } from '../openclaw/profile-health.ts';
import { shapeByType } from '../openclaw/profiles.ts';
import type {
  ConfigFacts,
  ModelsStatus,
  OpenClawFacts,
  OpenClawRelease,
  ProfileFacts,
  ValidationFacts,
} from '../openclaw/records.ts';
import { type Fact, known, unknown } from '../system/fact.ts';
import { array, object, text, texts } from '../system/json.ts';
import { parseJsonOutput } from '../system/json-output.ts';
import type { Ran, World } from '../system/world.ts';

export function statusFact(asked: AskedStatus): OpenClawFacts['modelsStatus'] {
  if (asked.ok) return known(asked.status, asked.words);
  return unknown(asked.timedOut ? 'timed out' : 'crashed', asked.detail);
}

/**
 * What OpenClaw's validator says. A `models status` that answered has loaded the config, which saves a call of several
 * seconds; only when it failed is `config validate --json` asked (2026.3.2 and later).
 */
export async function validationFact(
  asked: AskedStatus,
  cli: OpenClawCli,
  signal: AbortSignal,
): Promise<Fact<ValidationFacts>> {
  if (asked.ok) return known({ valid: true, issues: [], warnings: [] }, asked.words, 'it loads the configuration');
  if (!featuresOf(cli.release.version).configValidate) return fromPanel(asked.ran, asked.words);
  const args = ['config', 'validate', '--json'];
  const ran = await cli.run(args, { signal });
  const answer = object(parseJsonOutput(ran.stdout));
  if (typeof answer.valid !== 'boolean') {
    return unknown(ran.outcome === 'timed out' ? 'timed out' : 'crashed', failureOf(ran, cli.words(args)));
  }
  const issues = array(answer.issues).map((issue) => ({
    path: text(object(issue).path) ?? '',
    message: text(object(issue).message) ?? 'not valid',
  }));
  const warnings = array(answer.warnings).flatMap((row) => text(row) ?? text(object(row).message) ?? []);
  return known({ valid: answer.valid, issues, warnings }, cli.words(args));
}

/** Releases before 2026.3.2 only print the issues, as `- path: message` lines. */
function fromPanel(ran: Ran, words: string): Fact<ValidationFacts> {
  const lines = `${ran.stdout}\n${ran.stderr}`
    .split('\n')
    .map((line) => line.replace(/^[│|\s]+|(?<![│|\s])[│|\s]+$/g, ''));
  if (!lines.some((line) => /invalid config|config invalid|unrecognized key/i.test(line))) {
    return unknown('absent', 'this release has no validator, and its answer does not tell');
  }
  const issues = lines.flatMap((line) => {
    const match = /^-\s+([\w.[\]"'<>/:-]+):\s+(.+)$/.exec(line);
    return match ? [{ path: match[1] as string, message: match[2] as string }] : [];
  });
  return known({ valid: false, issues, warnings: [] }, words);
}

/** Jobs as the running gateway lists them; not known while it is down. */
export async function askCron(
  cli: OpenClawCli,
  gatewayRuns: boolean,
  signal: AbortSignal,
): Promise<OpenClawFacts['cron']> {
  if (!gatewayRuns) return unknown('absent', 'the gateway keeps the jobs and is not running');
  const args = ['cron', 'list', '--all', '--json'];
  const ran = await cli.run(args, { signal });
  const rows = object(parseJsonOutput(ran.stdout)).jobs;
  if (ran.exitCode !== 0 || !Array.isArray(rows)) {
    return unknown(ran.outcome === 'timed out' ? 'timed out' : 'crashed', failureOf(ran, cli.words(args)));
  }
  const jobs = readableJobs(rows);
  if (jobs === null) {
    return unknown('crashed', `${cli.words(args)} lists a job that cannot be read`);
  }
  return known({ store: 'gateway', path: null, jobs }, cli.words(args));
}

/**
 * Profiles after OpenClaw was asked: from its answer alone where the store is a database, else what the files say with
 * its verdicts laid over them for the agent that was asked for.
 */
export async function profilesWith(
  asked: AskedStatus & { ok: true },
  context: {
    readonly world: World;
    readonly release: OpenClawRelease;
    readonly config: ConfigFacts;
    readonly before: Fact<ProfileFacts[]>;
    /** The agent that was asked for; the default one unless told. */
    readonly agent?: string;
  },
): Promise<Fact<ProfileFacts[]>> {
  const { config, release, agent: who = config.defaultAgent } = context;
  if (!credentialsInJson(release.generation)) {
    const seen = config.agents.filter((agent) => agent.id === who);
    const through = who === config.defaultAgent ? await readingThrough(context.world, config) : [];
    for (const each of through) seen.push(each);
    const rows = seen.flatMap((agent) => fromStatus(asked, agent.id, config));
    return known(rows, asked.words, through.length > 0 ? "agents without a store of their own use main's" : undefined);
  }
  if (!context.before.known) return context.before;
  const verdicts = new Map(fromStatus(asked, who, config).map((row) => [row.id, row]));
  const known_ = new Set(context.before.value.filter((row) => row.agent === who).map((row) => row.id));
  const rows = context.before.value.map((row) => {
    const told = row.agent === who ? verdicts.get(row.id) : undefined;
    if (!told) return row;
    const ended = told.rejected === 'expired' && !renewsItself(row);
    const rejected = ended || told.rejected === 'missing_credential' ? told.rejected : row.rejected;
    const cooldownUntil = told.cooldownUntil ?? row.cooldownUntil;
    return { ...row, rejected, cooldownUntil, wins: row.wins && rejected === null };
  });
  const added = [...verdicts.values()].filter((row) => !known_.has(row.id));
  return known([...rows, ...added], `${context.before.evidence.from}, ${asked.words}`, context.before.evidence.because);
}

/**
 * OpenClaw's answer over what its databases say: its verdict counts, and what it does not tell (how a secret looks, which
 * reason it has, agents that it was not asked about) is from the disk.
 */
export function overDisk(
  told: readonly ProfileFacts[],
  disk: readonly ProfileFacts[],
  asked: string,
  status?: ModelsStatus,
): ProfileFacts[] {
  const agents = new Set([asked, ...told.map(({ agent }) => agent)]);
  const key = ({ agent, id }: ProfileFacts) => `${agent} ${id}`;
  const known = new Map(disk.map((row) => [key(row), row]));
  const listed = new Set(told.map(key));
  return [
    ...told.map((row) => {
      const seen = known.get(key(row));
      if (seen === undefined) return row;
      const renews = row.rejected === 'expired' && renewsItself(seen);
      const leftOut = row.rejected === 'excluded_by_auth_order';
      return {
        ...seen,
        ...row,
        masked: row.masked ?? seen.masked,
        shape: seen.shape ?? row.shape,
        rejected: renews ? null : leftOut ? (seen.rejected ?? row.rejected) : row.rejected,
        wins: renews ? seen.wins : row.wins,
        cooldownUntil: row.cooldownUntil ?? seen.cooldownUntil,
        errorCount: Math.max(row.errorCount, seen.errorCount),
        lastGood: seen.lastGood,
        ...passedOver({ row, seen }, { told, listed: known, status }),
      };
    }),
    // What it left out of its list it does not use.
    ...disk
      .filter((row) => !agents.has(row.agent) || (!listed.has(key(row)) && row.rejected !== null))
      .map((row) => (agents.has(row.agent) ? { ...row, wins: false } : row)),
  ];
}

/**
 * Where the store has another credential in front than OpenClaw, which told its order. What rests for a while, or has ended
 * between the two looks, is no difference; neither is what OpenClaw has from elsewhere.
 */
function passedOver(
  { row, seen }: { readonly row: ProfileFacts; readonly seen: ProfileFacts },
  {
    told,
    listed,
    status,
  }: {
    readonly told: readonly ProfileFacts[];
    readonly listed: ReadonlyMap<string, ProfileFacts>;
    readonly status: ModelsStatus | undefined;
  },
): Pick<ProfileFacts, 'passedOver'> {
  const placed = (id: string) => status?.profiles.find((one) => one.id === id)?.place !== undefined;
  const first = told.find((one) => one.agent === row.agent && one.provider === row.provider && one.wins);
  const onDisk = first && listed.get(`${first.agent} ${first.id}`);
  if (!seen.wins || row.wins || row.rejected !== null || first === undefined || onDisk === undefined) return {};
  const rests = [row, seen, first, onDisk].some(({ cooldownUntil }) => cooldownUntil !== null);
  return rests || !placed(row.id) || !placed(first.id) ? {} : { passedOver: first.id };
}

/** Agents without a database of their own use main's profiles (run on 2026.7.1) or the shared store (2026.9.6). */
async function readingThrough(world: World, config: ConfigFacts): Promise<ConfigFacts['agents']> {
  const others = config.agents.filter((agent) => agent.id !== config.defaultAgent);
  const own = await Promise.all(
    others.map((agent) => world.files.stat(join(agent.agentDir, 'openclaw-agent.sqlite')).catch(() => null)),
  );
  return others.filter((_, index) => own[index] === null);
}

function fromStatus(asked: AskedStatus & { ok: true }, agent: string, config: ConfigFacts): ProfileFacts[] {
  const { status, labels } = asked;
  const rows = status.profiles.map((profile): ProfileFacts => {
    const unusable = status.unusable?.find((one) => one.id === profile.id);
    const declared = config.declaredProfiles[profile.id]?.mode ?? null;
    const masked = labels.get(profile.id) ?? null;
    return {
      agent,
      id: profile.id,
      provider: profile.provider,
      type: profile.type,
      masked,
      expires: profile.expiresAt,
      mode: declared,
      rejected: rejectionOf(profile.status, declared, profile.type),
      wins: false,
      lastGood: false,
      cooldownUntil: unusable?.until ?? null,
      errorCount: unusable ? 1 : 0,
      ...(status.storePath ? { store: status.storePath } : {}),
      ...shapeOf(masked, profile),
    };
  });
  for (const provider of new Set(rows.map((row) => row.provider))) {
    const winner = winnerOf(provider, rows, asked, config);
    const effective = status.profiles.filter((profile) => profile.provider === provider);
    for (const row of rows) {
      if (row.provider !== provider) continue;
      row.wins = row.id === winner;
      const leftOut = effective.find((profile) => profile.id === row.id)?.effective === false;
      if (leftOut && row.rejected === null) row.rejected = 'excluded_by_auth_order';
    }
  }
  return rows;
}

function shapeOf(masked: string | null, { type }: { readonly type: string }): Pick<ProfileFacts, 'shape'> {
  if (masked === null) return shapeByType({ type });
  return masked.startsWith('sk-ant-a') ? { shape: 'api key' } : masked.startsWith('sk-ant-o') ? { shape: 'token' } : {};
}

function rejectionOf(status: string, mode: string | null, type: string): string | null {
  if (status === 'expired') return 'expired';
  if (status === 'missing') return 'missing_credential';
  if (status === 'unknown') return 'no status';
  const tolerated = mode === 'oauth' && type === 'token';
  return mode !== null && mode !== type && !tolerated ? 'mode_mismatch' : null;
}

/** The first that may be used: in the order that OpenClaw tells, else in the config's, else oauth, token, api_key. */
function winnerOf(provider: string, rows: ProfileFacts[], asked: AskedStatus & { ok: true }, config: ConfigFacts) {
  const own = asked.status.profiles.filter((one) => one.provider === provider);
  const left = new Set(own.filter((one) => one.effective === false).map((one) => one.id));
  const told = new Map(own.flatMap(({ id, place }) => (place === undefined ? [] : [[id, place] as const])));
  const usable = rows.filter((row) => row.provider === provider && row.rejected === null && !left.has(row.id));
  const order = texts(config.order[provider]);
  const place = (row: ProfileFacts) => {
    const named = told.get(row.id) ?? order.indexOf(row.id);
    const byType = ['oauth', 'token', 'api_key'].indexOf(row.type);
    return [row.cooldownUntil === null ? 0 : 1, named === -1 ? order.length : named, byType === -1 ? 3 : byType];
  };
  return usable.sort((a, b) => {
    const left = place(a);
    const right = place(b);
    return left.map((part, index) => part - (right[index] ?? 0)).find((part) => part !== 0) ?? 0;
  })[0]?.id;
}
