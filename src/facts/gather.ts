import { findClaude } from '../claude/find.ts';
import { findInside } from '../claude/inside.ts';
import { readStoredLogin } from '../claude/stored-login.ts';
import { meantAnywhere } from '../openclaw/container-meant.ts';
import { findGateway, type GatewayContext } from '../openclaw/gateway.ts';
import { credentialsInJson, cronInFiles } from '../openclaw/generation.ts';
import type { Meant } from '../openclaw/installations.ts';
import { findLegacyState } from '../openclaw/legacy-state.ts';
import { homeFor } from '../openclaw/paths.ts';
import type { OpenClawInstall } from '../openclaw/records.ts';
import { profilesIn, readFileOrders } from '../openclaw/stored-orders.ts';
import { known, unknown } from '../system/fact.ts';
import type { World } from '../system/world.ts';
import { askDatabases, askPrograms, askStoredOrders, collectLog, collectServices, type Databases } from './ask.ts';
import { Collector, type GatherOptions } from './collector.ts';
import { findBackup } from './config-backup.ts';
import { findFlatStores, findInHistories, findLooseFiles } from './exposed.ts';
import { findUnits } from './gateway-units.ts';
import {
  type Found,
  probeConfig,
  probeCronFiles,
  probeCronRows,
  probeInstalls,
  probeJsonProfiles,
  probeRelease,
  probeRetiredCron,
  probeSessions,
  probeShippedCatalogue,
  probeStrays,
  touchPlanFiles,
} from './openclaw-disk.ts';
import { readPlatform } from './platform.ts';
import { findProxies } from './proxies.ts';
import { makeReader, type Reader } from './reader.ts';
import { findRefreshers } from './refreshers.ts';
import { findSecretFiles } from './secret-files.ts';
import { findShadows } from './shadows.ts';
import type { Facts } from './types.ts';
import { findWire } from './wire.ts';

export { FACT_NAMES, type GatherOptions } from './collector.ts';

const CLAUDE_MS = 15_000;
const WIRE_MS = 20_000;

/** What is not known without a release and its configuration. */
const STORES = [
  ...(['profiles', 'strayStores', 'legacyState', 'storedOrders', 'cron', 'retiredCron'] as const),
  ...(['sessions', 'catalogue', 'proxies', 'looseFiles', 'secretFiles', 'flatStores'] as const),
];

/**
 * Looks around without changing anything. Everything on disk first, all at once; then, with `slow`, the programs'
 * own answers, which win where they differ. Never throws but `Cancelled`. (OpenClaw may write its own caches when it is
 * asked for its status.)
 */
export async function gatherFacts(world: World, options: GatherOptions): Promise<Facts> {
  const collector = new Collector(world, options);
  const claude = collector.run('claude', (signal) => findClaude(world, signal), CLAUDE_MS);
  const wire = options.live ? collector.run('wire', (signal) => findWire(world, signal), WIRE_MS) : undefined;
  if (wire === undefined) collector.set('wire', unknown('absent', 'it is asked for with --live only'));
  const [disk] = await Promise.all([readDisk(collector), options.slow ? undefined : claude, wire]);
  if (options.slow) {
    await askPrograms(collector, { claude, ...disk });
    await hashAgain(collector);
  }
  return collector.facts();
}

const NOWHERE: Pick<Meant, 'unit' | 'variables'> & { readonly world?: World } = { unit: null, variables: [] };
const winner = (installs: readonly OpenClawInstall[]) => installs.find(({ wins }) => wins)?.path;

/** What is known from the disk and no fact: the parsed configuration may hold secrets. */
interface Disk {
  readonly config: Found['value'];
  readonly databases: Databases;
  /** What the gateway is started with. */
  readonly variables: Meant['variables'];
}

/** Everything that lies on disk. */
async function readDisk(collector: Collector): Promise<Disk> {
  const onPath = await collector.run('installs', () => probeInstalls(collector.world));
  let meant: Meant | null = null;
  const state = await collector.run('state', async () => {
    const before = onPath.known ? onPath.value : [];
    const { installs, meant: found } = await meantAnywhere(collector.world, before, collector.options.processes);
    const wins = winner(installs);
    if (wins !== undefined && wins !== winner(before))
      collector.set('installs', known(installs, wins, 'the gateway runs it'));
    meant = found;
    return known(found.found.state, found.found.state.stateDir, found.found.because);
  });
  const { world: itsWorld, unit, variables } = (meant as Meant | null) ?? NOWHERE;
  collector.world = itsWorld ?? collector.world;
  const installs = collector.get('installs');
  const version = collector.value('installs')?.find((install) => install.wins)?.version ?? null;
  const { world } = collector;
  const reader = makeReader(world);
  const place = collector.value('state') ?? null;
  await collector.run('release', () => probeRelease(world, installs, state));
  let config: Found['value'] = {};
  await collector.run('config', async () => {
    if (place === null) return unknown('absent', 'the state directory is not known');
    const found = await probeConfig(world, reader, place, version);
    config = found.value;
    return found.fact;
  });
  const context: GatewayContext = {
    config,
    state: place,
    version,
    wants: collector.value('release')?.install.node.wants ?? null,
    unit,
  };
  const databases = askDatabases(collector, config);
  // Whoever awaits it is told; cancelled, it may be that nobody does.
  databases.catch(() => {});
  const { journal } = collector.options;
  const gateway = collector.run('gateway', async () => {
    const { facts, because } = await findGateway(world, context);
    return known(facts, `127.0.0.1:${facts.port}`, because);
  });
  await Promise.all([
    collector.run('platform', () => readPlatform(world, place ?? undefined)),
    gateway.then(() => {
      const read = async (path: string) => (await reader.read(path))?.text ?? null;
      return Promise.all([
        collectServices(collector, { config, ask: false, read }),
        collector.run('gatewayUnits', () =>
          findUnits(world, { config, state: place, version, gateway: collector.value('gateway') }),
        ),
      ]);
    }),
    collector.run('configBackup', async () =>
      place === null ? unknown('absent', 'the state directory is not known') : findBackup(world, place),
    ),
    collector.run('shadows', () =>
      findShadows(world, { ...context, configPath: place?.configPath ?? null, variables }),
    ),
    collector.run('refreshers', (signal) => findRefreshers(world, signal, false, place?.stateDir)),
    collector.run('claudeLogin', () => readStoredLogin(world)),
    collector.run('claudeInside', (signal) => findInside(world, place?.container, signal), CLAUDE_MS),
    collector.run('histories', () => findInHistories(world)),
    readStores(collector, reader, { config, databases, variables }),
    // The journal is asked for the lines of a unit that is known only then.
    journal ? gateway.then(() => collectLog(collector, config, true)) : collectLog(collector, config, false),
  ]);
  return { config, databases, variables };
}

/** What depends on where this release keeps things; the hashes come last, when everything has been read. */
async function readStores(collector: Collector, reader: Reader, disk: Disk): Promise<void> {
  const { world } = collector;
  const { config: value, databases, variables } = disk;
  const installed = collector.get('release');
  const config = collector.get('config');
  const state = collector.value('state');
  if (!installed.known || !config.known || state === undefined) {
    const why = installed.known ? config : installed;
    if (!why.known) for (const name of STORES) collector.set(name, why);
  } else {
    const release = installed.value;
    await Promise.all([
      collector.run('profiles', async () => {
        const now = world.clock.now();
        if (credentialsInJson(release.generation))
          return probeJsonProfiles(reader, config.value, state, release.version, now);
        const stores = await databases;
        if (typeof stores === 'string')
          return unknown('waiting', 'only OpenClaw reads this store; it was not asked yet');
        return known(profilesIn(stores, { config: config.value, release, now }), stores.paths.shared);
      }),
      collector.run('strayStores', () => probeStrays(world, reader, config.value, state, release)),
      collector.run('legacyState', async () =>
        known(await findLegacyState(world, value, state, release), state.realStateDir),
      ),
      credentialsInJson(release.generation)
        ? collector.run('storedOrders', async () =>
            known(await readFileOrders(world, config.value.agents), state.stateDir),
          )
        : askStoredOrders(collector, databases),
      collector.run('cron', async () =>
        cronInFiles(release.generation)
          ? probeCronFiles(reader, value, state, homeFor(world, release.version))
          : probeCronRows(await databases, value),
      ),
      collector.run('retiredCron', () =>
        probeRetiredCron(reader, value, state, release, homeFor(world, release.version)),
      ),
      collector.run('sessions', () => probeSessions(world, config.value, value, state, release)),
      collector.run('proxies', () => findProxies(world, { config: config.value, value, state, variables })),
      collector.run('looseFiles', () => findLooseFiles(world, state, config.value)),
      collector.run('secretFiles', () => findSecretFiles(world, state, config.value)),
      collector.run('flatStores', async () =>
        credentialsInJson(release.generation)
          ? findFlatStores(reader, config.value)
          : known([], state.stateDir, `${release.version} keeps them in SQLite`),
      ),
      collector.run('catalogue', () => probeShippedCatalogue(world, release, state)),
    ]);
  }
  await collector.run('files', async () => {
    if (config.known) await touchPlanFiles(reader, config.value);
    return known(await reader.hashes(), 'sha256 of what was read');
  });
}

/**
 * Old releases rewrite an agent's generated files when asked for their status (2026.2.17: models.json, and a copy of
 * main's credentials). A plan must not stumble over that. The configuration and cron keep the hash they were read with.
 */
async function hashAgain(collector: Collector): Promise<void> {
  const before = collector.get('files');
  const config = collector.value('config');
  if (!before.known || !config) return;
  const reader = makeReader(collector.world);
  await touchPlanFiles(reader, config);
  const now = await reader.hashes();
  if (Object.entries(now).every(([path, hash]) => before.value[path] === hash)) return;
  collector.set('files', { ...before, value: { ...before.value, ...now } });
}
