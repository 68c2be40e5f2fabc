import { join } from 'node:path';
import type { World } from '../system/world.ts';
import { shellQuote } from '../text.ts';
import {
  findOrigins,
  type GatewayOrigin,
  homeOf,
  PLACE_VARIABLES,
  placesOf,
  scriptOf,
  worldOf,
} from './gateway-origins.ts';
import type { GatewayUnit, UnitVariable } from './gateway-units.ts';
import { theGateways } from './install.ts';
import { expandHome, type FoundState, findState, homeFor, isClawdbot } from './paths.ts';
import type { Installation, OpenClawInstall, StateFacts } from './records.ts';

/** Which installation is meant, and how that is known. */
export interface Meant {
  readonly found: FoundState;
  /** The world with the variables by which the gateway finds this state. */
  readonly world: World;
  /** Its service definition, where there is one. */
  readonly unit: GatewayUnit | null;
  /** What its gateway is started with; empty where that is not known. May hold secrets: never a fact. */
  readonly variables: readonly UnitVariable[];
  /** The script that its gateway runs, where its command line tells. */
  readonly script: string | null;
}

interface Candidate {
  readonly found: FoundState;
  readonly world: World;
  readonly origins: readonly GatewayOrigin[];
}

/**
 * Which OpenClaw of this machine is meant. What a gateway really runs with decides: its process, its unit with drop-ins
 * and files of variables, its user. `--state-dir` decides over that. Where several are possible, or nobody runs the one
 * that our shell leads to, the best guess is given with `unclear`: it may be shown, nothing may be written.
 */
export async function findMeant(world: World, version: string | null): Promise<Meant> {
  const shell: Candidate = { found: await findState(world, version), world, origins: [] };
  if (world.sandbox !== undefined) return meant(world, version, shell, {});
  const origins = await findOrigins(world);
  const ours = origins.filter((origin) => isOurs(world, origin));
  const candidates = await candidatesOf(world, version, ours);
  const others = (chosen: Candidate) => candidates.filter((one) => !same(one, chosen)).map((one) => listed(one));

  const told = world.told?.stateDir;
  if (told !== undefined) {
    const stateDir = expandHome(told, homeFor(world, version), world.cwd);
    const named = await findState({ ...world, env: { ...world.env, ...toldVariables(version, stateDir) } }, version);
    const match = [...candidates, shell].find((one) => same(one, { found: named }));
    const chosen = match ?? {
      found: named,
      world: { ...world, env: { ...world.env, ...toldVariables(version, stateDir) } },
      origins: [],
    };
    return meant(world, version, chosen, { others: others(chosen), told: true });
  }

  const exists = shell.found.state.configExists;
  const running = candidates.filter(({ origins: by }) => by.some(({ live }) => live));
  const present = candidates.filter(({ found }) => found.state.configExists);
  // `openclaw gateway start` starts its own unit, also where that leads to nothing any more.
  const startable = exists ? candidates.filter(({ origins: by }) => by.some(isOwnUnit)) : candidates;
  const pool = [running, present, startable].find((some) => some.length > 0) ?? [];
  const mine = pool.find((one) => same(one, shell));
  const named = PLACE_VARIABLES.some((name) => !name.endsWith('GATEWAY_PORT') && world.env[name]?.trim());

  if (mine !== undefined && (pool.length === 1 || named)) return meant(world, version, mine, { others: others(mine) });
  if (pool.length === 1 && !(named && mine === undefined)) {
    const [only] = pool as [Candidate];
    return meant(world, version, only, { others: others(only) });
  }
  if (pool.length > 0) {
    const guess = mine ?? (pool[0] as Candidate);
    const all = mine === undefined && exists ? [...pool, shell] : pool;
    const says =
      mine === undefined
        ? `This shell leads to ${shell.found.state.stateDir}, which no gateway uses.`
        : 'Several gateways of this machine each have an OpenClaw of their own.';
    return meant(world, version, guess, {
      others: all.filter((one) => one !== guess).map((one) => listed(one)),
      unclear: { says, ...(mine === undefined && pool.length === 1 ? { differs: true } : {}) },
    });
  }
  const foreign = foreignTo(world, origins, exists);
  if (foreign !== null) return meant(world, version, shell, { unclear: foreign });
  if (!exists) {
    const profiles = await profilesWithout(world, version, shell);
    if (profiles.length > 0) {
      const says = `There is no OpenClaw in ${shell.found.state.stateDir}, but there is one elsewhere.`;
      return meant(world, version, shell, { others: profiles.map((one) => listed(one)), unclear: { says } });
    }
  }
  return meant(world, version, candidates.find((one) => same(one, shell)) ?? shell, {});
}

/** The same with the installations on PATH: the one that the gateway runs wins, and its release tells the names. */
export async function meantOf(
  world: World,
  onPath: readonly OpenClawInstall[],
): Promise<{ readonly installs: OpenClawInstall[]; readonly meant: Meant }> {
  const versionOf = (installs: readonly OpenClawInstall[]) => installs.find(({ wins }) => wins)?.version ?? null;
  const meant = await findMeant(world, versionOf(onPath));
  const installs = await theGateways(world, onPath, meant.script);
  const version = versionOf(installs);
  return { installs, meant: version === versionOf(onPath) ? meant : await findMeant(world, version) };
}

/** The unit that OpenClaw's own commands install and start. */
const isOwnUnit = ({ unit }: GatewayOrigin) => /^(openclaw-gateway|ai\.openclaw)\b/.test(unit?.name ?? '');

/** Our own user's (root may look after everybody's, but writes for itself), with the files that we see. */
function isOurs(world: World, origin: GatewayOrigin): boolean {
  return (
    !origin.inContainer &&
    (origin.account.uid === null || origin.account.uid === world.uid) &&
    origin.variables !== null
  );
}

async function candidatesOf(
  world: World,
  version: string | null,
  origins: readonly GatewayOrigin[],
): Promise<Candidate[]> {
  const found: Candidate[] = [];
  for (const origin of origins) {
    const place = worldOf(world, origin);
    // One of clawdbot's goes by the names of its own time.
    const release = /clawdbot/.test(origin.argv.join(' ')) ? '2026.1.24' : version;
    const state = await findState(place, release).catch(() => null);
    if (state === null) continue;
    const one = { found: state, world: place, origins: [origin] };
    const at = found.findIndex((other) => same(other, one));
    if (at < 0) found.push(one);
    else {
      const before = found[at] as Candidate;
      // What runs knows better than what is written for the next start.
      const first = origin.process === undefined ? before : one;
      found[at] = { found: first.found, world: first.world, origins: [...before.origins, origin] };
    }
  }
  return found;
}

/** A gateway that runs as somebody else, or in a container, where nothing of ours has one. */
function foreignTo(world: World, origins: readonly GatewayOrigin[], exists: boolean): StateFacts['unclear'] | null {
  const live = origins.filter((origin) => origin.live && !isOurs(world, origin));
  // Somebody else's own gateway is no business of ours where we have a configuration; the machine's may be.
  const strange = live.find(({ unit }) => !exists || unit?.manager === 'systemd-system');
  if (strange === undefined) return null;
  if (strange.inContainer) {
    return {
      says: `The gateway (${strange.name}) runs in a container, with files of its own.`,
      inContainer: true,
    };
  }
  const { name, uid } = strange.account;
  const user = name.startsWith('uid ') ? `#${uid}` : name;
  return {
    says: `The gateway (${strange.name}) runs as ${name}, not as ${world.username}.`,
    run: `sudo -u ${shellQuote(user)} -H clawauth-setup`,
  };
}

/** `~/.openclaw-<profile>` with a configuration, where no gateway tells which of them is used. */
async function profilesWithout(world: World, version: string | null, shell: Candidate): Promise<Candidate[]> {
  const home = homeFor(world, version);
  const names = (await world.files.list(home).catch(() => null)) ?? [];
  const folders = names
    .filter((name) => /^\.(openclaw|clawdbot|moltbot)(-.+)?$/.test(name))
    .map((name) => join(home, name));
  const found: Candidate[] = [];
  for (const stateDir of folders) {
    const place = { ...world, env: { ...world.env, ...toldVariables(version, stateDir) } };
    const state = await findState(place, version).catch(() => null);
    if (state === null) continue;
    const one = { found: state, world: place, origins: [] };
    if (one.found.state.configExists && !same(one, shell)) found.push(one);
  }
  return found;
}

function toldVariables(version: string | null, stateDir: string): Record<string, string | undefined> {
  const prefix = version !== null && isClawdbot(version) ? 'CLAWDBOT' : 'OPENCLAW';
  return { [`${prefix}_STATE_DIR`]: stateDir, [`${prefix}_CONFIG_PATH`]: undefined, [`${prefix}_PROFILE`]: undefined };
}

const same = (a: Pick<Candidate, 'found'>, b: Pick<Candidate, 'found'>) =>
  a.found.state.realStateDir === b.found.state.realStateDir &&
  a.found.state.realConfigPath === b.found.state.realConfigPath;

function listed({ found: { state }, origins }: Candidate): Installation {
  return { stateDir: state.stateDir, runBy: origins.map(({ name }) => name) };
}

async function meant(
  world: World,
  version: string | null,
  chosen: Candidate,
  more: { others?: readonly Installation[]; unclear?: NonNullable<StateFacts['unclear']>; told?: boolean },
): Promise<Meant> {
  const { found, origins } = chosen;
  const best = origins.find(({ process }) => process !== undefined) ?? origins[0];
  const variables = await leadingTo(world, version, chosen);
  const runBy = origins.map(({ name }) => name);
  const shell = more.told || runBy.length === 0 ? undefined : await shellElsewhere(world, version, chosen);
  const env: Record<string, string | undefined> = { ...world.env, ...variables.env };
  if (best !== undefined) {
    for (const name of PLACE_VARIABLES) if (!(name in variables.env)) delete env[name];
    Object.assign(env, placesOf(best), variables.env);
  } else Object.assign(env, chosen.world.env);
  const because = more.told ? '--state-dir' : runBy.length > 0 ? `used by ${runBy.join(' and ')}` : found.because;
  return {
    found: {
      because,
      state: {
        ...found.state,
        ...(Object.keys(variables.env).length > 0 ? { env: variables.env } : {}),
        ...(variables.typed === '' ? {} : { typed: variables.typed }),
        ...(runBy.length > 0 ? { runBy } : {}),
        ...(more.others && more.others.length > 0 ? { others: [...more.others] } : {}),
        ...(shell === undefined ? {} : { shell }),
        unclear: more.unclear,
      },
    },
    world: { ...world, env },
    unit: origins.find(({ unit }) => unit !== undefined)?.unit ?? null,
    variables: best?.variables ?? [],
    script: origins.map(scriptOf).find((script) => script !== null) ?? null,
  };
}

/** Where our shell leads, when that is another directory than the one of the gateway. */
async function shellElsewhere(
  world: World,
  version: string | null,
  { found }: Candidate,
): Promise<StateFacts['shell']> {
  const { state } = await findState(world, version);
  if (state.realStateDir === found.state.realStateDir) return undefined;
  const has = async (name: string) => (await world.files.stat(join(state.stateDir, name)).catch(() => null)) !== null;
  const names = PLACE_VARIABLES.filter((name) => !name.endsWith('GATEWAY_PORT') && world.env[name]?.trim());
  return { stateDir: state.stateDir, stores: (await has('agents')) || (await has('state/openclaw.sqlite')), names };
}

/** What a child needs beside our shell's environment to work on this state, and how a person types it. */
async function leadingTo(
  world: World,
  version: string | null,
  chosen: Candidate,
): Promise<{ env: Record<string, string>; typed: string }> {
  const { state } = chosen.found;
  if (chosen.world === world) return { env: {}, typed: '' };
  const shell = await findState(world, version);
  const ledThere = same(chosen, { found: shell });
  const prefix = version !== null && isClawdbot(version) ? 'CLAWDBOT' : 'OPENCLAW';
  const home = chosen.origins.map(homeOf).find((path) => path !== null) ?? world.home;
  const usual = state.profile === null ? null : join(home, `.openclaw-${state.profile}`);
  const inState = state.configPath.startsWith(`${state.stateDir}/`);
  const env: Record<string, string> = ledThere
    ? {}
    : {
        [`${prefix}_STATE_DIR`]: state.stateDir,
        [`${prefix}_CONFIG_PATH`]: state.configPath,
        ...(state.profile === null ? {} : { [`${prefix}_PROFILE`]: state.profile }),
        ...(home === world.home ? {} : { HOME: home }),
      };
  const words =
    usual === state.stateDir && home === world.home && inState
      ? []
      : ['HOME', `${prefix}_STATE_DIR`, ...(inState ? [] : [`${prefix}_CONFIG_PATH`])];
  const typed = words
    .flatMap((name) => (env[name] === undefined ? [] : [`${name}=${shellQuote(env[name])}`]))
    .join(' ');
  return { env, typed };
}
