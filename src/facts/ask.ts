import { bestClaude, readSignIn } from '../claude/find.ts';
import type { ClaudeInstall } from '../claude/records.ts';
import { askCatalogue } from '../openclaw/catalogue.ts';
import { type OpenClawCli, openclawCli } from '../openclaw/cli.ts';
import { whyNotAsk } from '../openclaw/config-recovery.ts';
import { inContainer } from '../openclaw/container.ts';
import { cronPaths } from '../openclaw/cron.ts';
import { askUnitState } from '../openclaw/gateway.ts';
import { credentialsInJson, cronInFiles, featuresOf } from '../openclaw/generation.ts';
import { readLog } from '../openclaw/log.ts';
import { type AskedStatus, askModelsStatus, silentStatus } from '../openclaw/models-status.ts';
import { askNodeVersion, judgeNode } from '../openclaw/node-runtime.ts';
import { homeFor } from '../openclaw/paths.ts';
import { ordersIn, readDatabases } from '../openclaw/stored-orders.ts';
import { type Fact, known, unknown } from '../system/fact.ts';
import type { Json } from '../system/json.ts';
import { DAY_MS } from '../text.ts';
import type { Collector } from './collector.ts';
import { askAboutUnits } from './gateway-units.ts';
import { askCron, overDisk, profilesWith, statusFact, validationFact } from './openclaw-asked.ts';
import { findRefreshers } from './refreshers.ts';
import { findServices, type ServicesGiven } from './services.ts';
import { ASK_MS, remarkLater, Timeouts } from './timeouts.ts';

/** The question ends first: its own words are better than a probe's. */
const QUESTION_MS = ASK_MS + 5_000;
const SIGN_IN_MS = 20_000;
/** A few questions of 10 s at most. */
const MANAGER_MS = 45_000;

/** The slow truth: one `models status`, and only what it leaves open beside it. */
export async function askPrograms(
  collector: Collector,
  given: { readonly claude: Promise<Fact<ClaudeInstall[]>>; readonly config: Json; readonly databases: Databases },
): Promise<void> {
  const { databases } = given;
  await Promise.all([
    askOpenClaw(collector, given.config),
    given.claude.then((claude) => askClaude(collector, claude)),
    askInside(collector),
    askGatewayUnit(collector),
    askUnits(collector),
    askNode(collector),
    askStoredOrders(collector, databases),
    collectLog(collector, given.config, true),
    collector.run('refreshers', (signal) =>
      findRefreshers(collector.world, signal, true, collector.value('state')?.stateDir),
    ),
    collectServices(
      collector,
      { config: given.config, ask: true, read: (path) => collector.world.files.readText(path) },
      MANAGER_MS,
    ),
  ]);
}

async function askClaude(collector: Collector, claude: Fact<ClaudeInstall[]>): Promise<void> {
  const quiet = remarkLater(collector, ['claudeSignIn'], 'claude auth status', `It gets up to ${SIGN_IN_MS / 1000} s.`);
  await collector
    .run(
      'claudeSignIn',
      async (signal) => {
        if (!claude.known) return claude;
        const install = bestClaude(claude.value);
        return install ? readSignIn(collector.world, install, signal) : unknown('absent', 'no claude here runs');
      },
      SIGN_IN_MS,
    )
    .finally(quiet);
}

/** The same of the Claude Code of the container where OpenClaw runs. */
async function askInside(collector: Collector): Promise<void> {
  const before = collector.get('claudeInside');
  if (!before.known || before.value === null) return;
  const { claude } = before.value;
  const install = claude.known ? bestClaude(claude.value) : null;
  if (install === null) return;
  const inside = before.value;
  await collector.run(
    'claudeInside',
    async (signal) => {
      const claudeSignIn = await readSignIn(collector.world, install, signal);
      return { ...before, value: { ...inside, claudeSignIn } };
    },
    SIGN_IN_MS,
  );
}

async function askOpenClaw(collector: Collector, value: Json): Promise<void> {
  const release = collector.get('release');
  const state = collector.value('state');
  const config = collector.value('config');
  if (!release.known) return answerAll(collector, release);
  if (!state || !config) return answerAll(collector, unknown('absent', 'there is no configuration to ask about'));
  if (config.syntaxError) {
    return answerAll(
      collector,
      unknown('absent', `the configuration does not parse (line ${config.syntaxError.line})`),
    );
  }
  const refusal = await whyNotAsk(collector.world, { release: release.value, state, config, value });
  if (refusal) return answerAll(collector, unknown('unreadable', refusal));
  const cli = openclawCli(release.value, state, collector.world);
  const gatewayRuns = collector.value('gateway')?.running ?? false;
  const timeouts = new Timeouts(collector, cli);
  try {
    // One after the other: each keeps a processor busy to its end.
    const writes = featuresOf(release.value.version).pasteTokenPiped;
    const spared = collector.options.sparing && writes && !collector.isWaiting('profiles');
    if (!spared) await askStatus(collector, cli, timeouts);
    if (collector.isWaiting('cron')) await askForCron(collector, cli, gatewayRuns, timeouts);
  } finally {
    await timeouts.end();
  }
  if (!collector.isWaiting('catalogue')) return;
  const status = collector.get('modelsStatus');
  if (!status.known && status.reason === 'timed out') collector.set('catalogue', status);
  else await askForCatalogue(collector, cli);
}

async function askForCron(collector: Collector, cli: OpenClawCli, runs: boolean, timeouts: Timeouts): Promise<void> {
  await collector.run(
    'cron',
    (signal) =>
      timeouts.during(
        signal,
        (either) => askCron(cli, runs, either),
        (why) => unknown('timed out', `${cli.words(['cron', 'list'])} did not answer ${why}`),
      ),
    QUESTION_MS,
  );
}

/** OpenClaw cannot be asked: everything that only it could tell has the same reason. */
function answerAll(collector: Collector, why: Fact<never>): void {
  for (const name of ['modelsStatus', 'validation'] as const) collector.set(name, why);
  for (const name of ['profiles', 'cron', 'catalogue'] as const)
    if (collector.isWaiting(name)) collector.set(name, why);
}

async function askStatus(collector: Collector, cli: OpenClawCli, timeouts: Timeouts): Promise<void> {
  let answer: AskedStatus | null = null;
  const config = collector.value('config');
  // From 2026.8.1 the command refuses to guess once there are two agents.
  const owner = featuresOf(cli.release.version).explicitOwner && config && config.agents.length > 1;
  const agent = owner ? config.defaultAgent : undefined;
  const status = await collector.run(
    'modelsStatus',
    async (signal) => {
      answer = await timeouts.during<AskedStatus>(
        signal,
        (either) => askModelsStatus(cli, { signal: either, timeoutMs: ASK_MS, agent }),
        (why) => silentStatus(cli, why, agent),
      );
      return statusFact(answer);
    },
    QUESTION_MS,
  );
  const asked = answer as AskedStatus | null;
  const why: Fact<never> = status.known ? unknown('crashed', 'no answer') : status;
  const validated = collector.run(
    'validation',
    async (signal) => {
      if (!asked) return why;
      // Who does not answer the one question is not asked the next.
      return !asked.ok && asked.timedOut ? unknown('timed out', asked.detail) : validationFact(asked, cli, signal);
    },
    QUESTION_MS,
  );
  await collector.run('profiles', async () => {
    const before = collector.get('profiles');
    const state = collector.value('state');
    const config = collector.value('config');
    if (asked?.ok && state && config) {
      const found = await profilesWith(asked, { world: collector.world, release: cli.release, config, before });
      if (!found.known || !before.known || credentialsInJson(cli.release.generation)) return found;
      return { ...found, value: overDisk(found.value, before.value, config.defaultAgent, asked.status) };
    }
    return collector.isWaiting('profiles') ? why : before;
  });
  await validated;
}

async function askForCatalogue(collector: Collector, cli: OpenClawCli): Promise<void> {
  await collector.run(
    'catalogue',
    async (signal) => {
      const found = await askCatalogue(cli, signal);
      return found
        ? known({ anthropic: [...found.ids] }, found.from)
        : unknown('absent', 'this release lists no Anthropic models');
    },
    QUESTION_MS,
  );
}

async function askGatewayUnit(collector: Collector): Promise<void> {
  const gateway = collector.get('gateway');
  if (!gateway.known || gateway.value.unit === null) return;
  await collector.run('gateway', async (signal) => {
    const unitState = await askUnitState(collector.world, gateway.value, signal);
    const { node } = gateway.value;
    const silent = node !== undefined && node.path !== null && node.version === null && node.ok === null;
    const version = silent ? await askNodeVersion(collector.world, node.path as string, signal) : null;
    const judged = version && node ? { node: judgeNode(node.path, version, node.wants) } : {};
    return { ...gateway, value: { ...gateway.value, unitState, ...judged } };
  });
}

/** What the managers say of every unit; what the disk told stays where they do not answer. */
async function askUnits(collector: Collector): Promise<void> {
  const before = collector.get('gatewayUnits');
  if (!before.known) return;
  await collector.run('gatewayUnits', async (signal) => ({
    ...before,
    value: await askAboutUnits(collector.world, before.value, signal),
  }));
}

/** Read once, for all that they tell. */
export type Databases = ReturnType<typeof readDatabases>;

/** The databases themselves: also where OpenClaw does not answer. */
export async function askDatabases(collector: Collector, parsed: Json): Databases {
  const { world } = collector;
  const [config, state, release] = [collector.value('config'), collector.value('state'), collector.value('release')];
  if (!config || !state || !release || cronInFiles(release.generation)) return 'absent';
  const { jobs } = cronPaths(parsed, state, homeFor(world, release.version));
  const cron = state.container === undefined ? jobs : inContainer(state.container, jobs);
  return readDatabases(world, { config, state, release, cron }, collector.options.signal);
}

export async function askStoredOrders(collector: Collector, databases: Databases): Promise<void> {
  const config = collector.value('config');
  if (collector.get('storedOrders').known || !config) return;
  await collector.run('storedOrders', async () => {
    const stores = await databases;
    return typeof stores === 'string'
      ? unknown(stores, 'the databases of the agents could not be read')
      : known(ordersIn(stores), `${config.agents.length} agent databases`);
  });
}

/** What services need. Once the gateway is known, as far as it will be. */
export async function collectServices(
  collector: Collector,
  given: Pick<ServicesGiven, 'config' | 'ask' | 'read'>,
  timeoutMs?: number,
): Promise<void> {
  const [agents, gateway] = [collector.value('config')?.agents ?? [], collector.value('gateway')];
  const whole = { ...given, agents, gateway };
  await collector.run('services', (signal) => findServices(collector.world, whole, signal), timeoutMs);
}

/** The gateway's log: files, and with `ask` the journal of its unit. Once the gateway is known, as far as it will be. */
export async function collectLog(collector: Collector, config: Json, ask: boolean): Promise<void> {
  const [state, gateway, release] = [collector.value('state'), collector.value('gateway'), collector.value('release')];
  if (state === undefined) return collector.set('log', unknown('absent', 'the state directory is not known'));
  if (gateway?.remote) return collector.set('log', unknown('absent', 'the gateway is on another machine'));
  const { world } = collector;
  const unit = ask && gateway?.unit ? { name: gateway.unit, manager: gateway.manager } : null;
  const container = (ask ? state.container : undefined) ?? null;
  const command = release?.install.command ?? 'openclaw';
  const home = homeFor(world, release?.version ?? null);
  await collector.run('log', async (signal) => {
    const since = collector.options.logSince ?? world.clock.now() - DAY_MS;
    const given = { config, state, home, command, unit, container, since };
    return known(await readLog(world, given, signal), unit ? `log files and the journal of ${unit.name}` : 'log files');
  });
}

/** `node --version`, only where nothing on disk tells the version of the Node that runs OpenClaw. */
async function askNode(collector: Collector): Promise<void> {
  const installs = collector.get('installs');
  const winner = collector.value('installs')?.find((install) => install.wins);
  if (!installs.known || !winner || winner.node.path === null || winner.node.version !== null) return;
  const version = await askNodeVersion(collector.world, winner.node.path, collector.options.signal);
  if (version === null) return;
  const install = { ...winner, node: judgeNode(winner.node.path, version, winner.node.wants) };
  collector.set('installs', { ...installs, value: installs.value.map((one) => (one === winner ? install : one)) });
  const release = collector.get('release');
  if (release.known) collector.set('release', { ...release, value: { ...release.value, install } });
}
