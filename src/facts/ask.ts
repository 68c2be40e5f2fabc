import { bestClaude, readSignIn } from '../claude/find.ts';
import type { ClaudeInstall } from '../claude/records.ts';
import { askCatalogue } from '../openclaw/catalogue.ts';
import { type OpenClawCli, openclawCli } from '../openclaw/cli.ts';
import { whyNotAsk } from '../openclaw/config-recovery.ts';
import { askUnitState } from '../openclaw/gateway.ts';
import { credentialsInJson, featuresOf } from '../openclaw/generation.ts';
import { type AskedStatus, askModelsStatus, silentStatus } from '../openclaw/models-status.ts';
import { askNodeVersion, judgeNode } from '../openclaw/node-runtime.ts';
import type { Json } from '../openclaw/shape.ts';
import { ordersIn, readDatabases, referenceIn } from '../openclaw/stored-orders.ts';
import { type Fact, known, unknown } from '../system/fact.ts';
import type { Ledger } from './ledger.ts';
import { askCron, profilesWith, statusFact, validationFact } from './openclaw-asked.ts';
import { ASK_MS, Patience, remarkLater } from './patience.ts';
import { findRefreshers } from './refreshers.ts';
import { findServices, type ServicesGiven } from './services.ts';

/** The question ends first: its own words are better than a probe's. */
const QUESTION_MS = ASK_MS + 5_000;
const SIGN_IN_MS = 20_000;
/** A few questions of 10 s at most. */
const MANAGER_MS = 45_000;

/** The slow truth: one `models status`, and only what it leaves open beside it. */
export async function askPrograms(
  ledger: Ledger,
  given: { readonly claude: Promise<Fact<ClaudeInstall[]>>; readonly config: Json },
): Promise<void> {
  const databases = askDatabases(ledger);
  // Whoever awaits it is told; cancelled, it may be that nobody does.
  databases.catch(() => {});
  await Promise.all([
    askOpenClaw(ledger, given.config, databases),
    given.claude.then((claude) => askClaude(ledger, claude)),
    askGatewayUnit(ledger),
    askNode(ledger),
    askStoredOrders(ledger, databases),
    ledger.run('refreshers', (signal) => findRefreshers(ledger.world, signal, true)),
    askServices(ledger, given.config),
  ]);
}

async function askClaude(ledger: Ledger, claude: Fact<ClaudeInstall[]>): Promise<void> {
  const quiet = remarkLater(ledger, ['claudeSignIn'], 'claude auth status', `It gets up to ${SIGN_IN_MS / 1000} s.`);
  await ledger
    .run(
      'claudeSignIn',
      async (signal) => {
        if (!claude.known) return claude;
        const install = bestClaude(claude.value);
        return install ? readSignIn(ledger.world, install, signal) : unknown('absent', 'no claude here runs');
      },
      SIGN_IN_MS,
    )
    .finally(quiet);
}

async function askOpenClaw(ledger: Ledger, value: Json, databases: Databases): Promise<void> {
  const release = ledger.get('release');
  const state = ledger.value('state');
  const config = ledger.value('config');
  if (!release.known) return answerAll(ledger, release);
  if (!state || !config) return answerAll(ledger, unknown('absent', 'there is no configuration to ask about'));
  if (config.syntaxError) {
    return answerAll(ledger, unknown('absent', `the configuration does not parse (line ${config.syntaxError.line})`));
  }
  const refusal = await whyNotAsk(ledger.world, { release: release.value, state, config, value });
  if (refusal) return answerAll(ledger, unknown('unreadable', refusal));
  const cli = openclawCli(release.value, state, ledger.world);
  const gatewayRuns = ledger.value('gateway')?.running ?? false;
  const patience = new Patience(ledger, cli);
  try {
    await Promise.all([
      askStatus(ledger, cli, patience, databases),
      ledger.isWaiting('cron') ? askForCron(ledger, cli, gatewayRuns, patience) : undefined,
    ]);
  } finally {
    await patience.end();
  }
  if (!ledger.isWaiting('catalogue')) return;
  const status = ledger.get('modelsStatus');
  if (!status.known && status.reason === 'timed out') ledger.set('catalogue', status);
  else await askForCatalogue(ledger, cli);
}

async function askForCron(ledger: Ledger, cli: OpenClawCli, runs: boolean, patience: Patience): Promise<void> {
  await ledger.run(
    'cron',
    (signal) =>
      patience.during(
        signal,
        (either) => askCron(cli, runs, either),
        (why) => unknown('timed out', `${cli.words(['cron', 'list'])} did not answer ${why}`),
      ),
    QUESTION_MS,
  );
}

/** OpenClaw cannot be asked: everything that only it could tell has the same reason. */
function answerAll(ledger: Ledger, why: Fact<never>): void {
  for (const name of ['modelsStatus', 'validation'] as const) ledger.set(name, why);
  for (const name of ['profiles', 'cron', 'catalogue'] as const) if (ledger.isWaiting(name)) ledger.set(name, why);
}

async function askStatus(ledger: Ledger, cli: OpenClawCli, patience: Patience, databases: Databases): Promise<void> {
  let answer: AskedStatus | null = null;
  const config = ledger.value('config');
  // From 2026.8.1 the command refuses to guess once there are two agents.
  const owner = featuresOf(cli.release.version).explicitOwner && config && config.agents.length > 1;
  const agent = owner ? config.defaultAgent : undefined;
  const status = await ledger.run(
    'modelsStatus',
    async (signal) => {
      answer = await patience.during<AskedStatus>(
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
  const validated = ledger.run(
    'validation',
    async (signal) => {
      if (!asked) return why;
      // Who does not answer the one question is not asked the next.
      return !asked.ok && asked.timedOut ? unknown('timed out', asked.detail) : validationFact(asked, cli, signal);
    },
    QUESTION_MS,
  );
  await ledger.run('profiles', async () => {
    const before = ledger.get('profiles');
    const state = ledger.value('state');
    const config = ledger.value('config');
    if (asked?.ok && state && config) {
      const found = await profilesWith(asked, { world: ledger.world, release: cli.release, config, before });
      // OpenClaw's answer does not tell a secret from a profile that points to one.
      const stores = await databases;
      if (!found.known || typeof stores === 'string') return found;
      const rows = found.value.map((row) => {
        const reference = referenceIn(stores, row.agent, row.id);
        return reference === undefined ? row : { ...row, reference };
      });
      return { ...found, value: rows };
    }
    return ledger.isWaiting('profiles') ? why : before;
  });
  await validated;
}

async function askForCatalogue(ledger: Ledger, cli: OpenClawCli): Promise<void> {
  await ledger.run(
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

async function askGatewayUnit(ledger: Ledger): Promise<void> {
  const gateway = ledger.get('gateway');
  if (!gateway.known || gateway.value.unit === null) return;
  await ledger.run('gateway', async (signal) => {
    const unitState = await askUnitState(ledger.world, gateway.value, signal);
    const { node } = gateway.value;
    const silent = node !== undefined && node.path !== null && node.version === null && node.ok === null;
    const version = silent ? await askNodeVersion(ledger.world, node.path as string, signal) : null;
    const judged = version && node ? { node: judgeNode(node.path, version, node.wants) } : {};
    return { ...gateway, value: { ...gateway.value, unitState, ...judged } };
  });
}

/** Read once, for all that they tell; null where there are none, or they could not be read. */
type Databases = ReturnType<typeof readDatabases>;

/** The databases themselves, also where OpenClaw does not answer. */
async function askDatabases(ledger: Ledger): Databases {
  const [config, state, release] = [ledger.value('config'), ledger.value('state'), ledger.value('release')];
  if (!config || !state || !release || credentialsInJson(release.generation)) return 'absent';
  return readDatabases(ledger.world, { config, state, release }, ledger.options.signal);
}

async function askStoredOrders(ledger: Ledger, databases: Databases): Promise<void> {
  const config = ledger.value('config');
  if (!ledger.isWaiting('storedOrders') || !config) return;
  await ledger.run('storedOrders', async () => {
    const stores = await databases;
    return typeof stores === 'string'
      ? unknown(stores, 'the databases of the agents could not be read')
      : known(ordersIn(stores), `${config.agents.length} agent databases`);
  });
}

async function askServices(ledger: Ledger, config: Json): Promise<void> {
  const { world } = ledger;
  const given: ServicesGiven = {
    config,
    agents: ledger.value('config')?.agents ?? [],
    gateway: ledger.value('gateway'),
    ask: true,
    read: (path) => world.files.readText(path),
  };
  await ledger.run('services', (signal) => findServices(world, given, signal), MANAGER_MS);
}

/** `node --version`, only where nothing on disk tells the version of the Node that runs OpenClaw. */
async function askNode(ledger: Ledger): Promise<void> {
  const installs = ledger.get('installs');
  const winner = ledger.value('installs')?.find((install) => install.wins);
  if (!installs.known || !winner || winner.node.path === null || winner.node.version !== null) return;
  const version = await askNodeVersion(ledger.world, winner.node.path, ledger.options.signal);
  if (version === null) return;
  const install = { ...winner, node: judgeNode(winner.node.path, version, winner.node.wants) };
  ledger.set('installs', { ...installs, value: installs.value.map((one) => (one === winner ? install : one)) });
  const release = ledger.get('release');
  if (release.known) ledger.set('release', { ...release, value: { ...release.value, install } });
}
