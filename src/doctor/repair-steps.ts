import { basename } from 'node:path';
import {
  command,
  configEdit,
  copyFile,
  crontabLines,
  dropLines,
  dropVariable,
  fileMode,
  lineHash,
  moveVariable,
  removeFile,
} from '../actions/index.ts';
import type { Action } from '../engine/types.ts';
import { claudeAgents } from '../facts/claude-agents.ts';
import type { Facts } from '../facts/types.ts';
import { signInMethod } from '../methods/asking.ts';
import { targetOf } from '../methods/target.ts';
import { authEdits } from '../openclaw/auth-edits.ts';
import { configSteps } from '../openclaw/config-step.ts';
import { enableSteps } from '../openclaw/cron-steps.ts';
import { doctorStep } from '../openclaw/doctor-step.ts';
import { restartSteps, withRestart } from '../openclaw/gateway-steps.ts';
import { storeCredentialSteps } from '../openclaw/store-credential.ts';
import { removeForeignServiceStep, unitProgramStep, unsetStep } from '../services/steps.ts';
import { enableLinksOf, systemctl } from '../services/systemd.ts';
import { factValue } from '../system/fact.ts';
import { configHome } from '../system/folders.ts';
import { sha256 } from '../system/hash.ts';
import { Problem } from '../system/problem.ts';
import type { World } from '../system/world.ts';
import { bridgeSteps } from './bridge-steps.ts';
import type { Repair } from './repairs.ts';

/** Those that make steps of a plan. */
type Step = Exclude<Repair, { kind: 'claude-login' }>;
type Of<K extends Repair['kind']> = Extract<Repair, { kind: K }>;

/** Kinds after which a gateway of an older release has to read its files again. */
const READ_AT_START: ReadonlySet<Repair['kind']> = new Set(['config', 'json', 'token', 'bridge', 'restore']);

/** Kinds that change the environment that a gateway has. */
const changesEnvironment = (repair: Repair) =>
  repair.kind === 'unset' ||
  repair.kind === 'move-variable' ||
  (repair.kind === 'variable' && repair.ofGateway === true);

/**
 * The reversible steps that carry repairs out, each once however many findings ask for it, in the order in which they are
 * safe: the old refreshers stop first, files come before what is written into them, and a new token last but for the
 * restart of the gateway. Reads the disk; throws the `Problem` of a repair that cannot be made any more.
 */
export async function repairSteps(facts: Facts, repairs: readonly Repair[], world: World): Promise<readonly Action[]> {
  const bridges = repairs.flatMap((repair) => (repair.kind === 'bridge' ? repair.of : []));
  const others = repairs.filter((repair): repair is Step => !['bridge', 'claude-login'].includes(repair.kind));
  const all: readonly Step[] =
    bridges.length === 0 ? others : [...others, { kind: 'bridge', of: [...new Set(bridges)] }];
  const once = [...new Map(all.map((repair) => [JSON.stringify(repair), repair])).values()];
  const sorted = [...once].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
  const steps: Action[] = [];
  for (const [index, repair] of sorted.entries()) {
    for (const step of await stepsOf(facts, repair, `fix-${index + 1}`, world)) steps.push(step);
  }
  const gateway = factValue(facts.gateway);
  if (steps.length > 0 && gateway?.running && sorted.some(changesEnvironment)) {
    // The environment counts from the next start on, in every release.
    const { first, last } = restartSteps(targetOf(facts), gateway, { environment: true });
    return [first, ...steps, last];
  }
  const reads = sorted.some(({ kind }) => READ_AT_START.has(kind));
  return reads ? withRestart(targetOf(facts), gateway, steps) : steps;
}

const ORDER: readonly Step['kind'][] = [
  'retire',
  'crontab',
  'remove',
  'restore',
  'mode',
  'openclaw-doctor',
  'config',
  'json',
  'bridge',
  'token',
  'variable',
  'move-variable',
  'unset',
  'unit-program',
  'enable',
  'linger',
  'cron-enable',
  'lines',
];

async function stepsOf(facts: Facts, repair: Step, id: string, world: World): Promise<readonly Action[]> {
  switch (repair.kind) {
    case 'config':
      return configSteps(targetOf(facts), id, repair.edits, saidBy(repair, 'Put these settings back'));
    case 'json': {
      const { file, name, edits } = repair;
      return [configEdit(id, { ...saidBy(repair, `Put ${name} back`), file, name, edits: [...edits] })];
    }
    case 'token':
      return tokenSteps(facts, repair, id);
    case 'mode': {
      const { file, mode } = repair;
      return [fileMode(id, { ...saidBy(repair, `Give ${basename(file)} its old permissions back`), file, mode })];
    }
    case 'crontab':
      return [crontabLines(id, { ...saidBy(repair, 'Switch it on again'), lines: [...repair.lines] })];
    case 'retire':
      return retireSteps(facts, repair, world);
    case 'unset':
      return unsetSteps(facts, repair, world);
    case 'unit-program':
      return unitProgramSteps(facts, repair, id, world);
    case 'remove':
      return [removeFile(id, { ...saidBy(repair, `Bring ${basename(repair.file)} back`), file: repair.file })];
    case 'variable': {
      const { file, name } = repair;
      return [dropVariable(id, { ...saidBy(repair, `Put ${name} back into ${basename(file)}`), file, name })];
    }
    case 'move-variable': {
      const { from, to, name } = repair;
      return [moveVariable(id, { ...saidBy(repair, `Put ${name} back into ${from}`), from, to, name })];
    }
    case 'restore':
      return restoreSteps(repair, id, world);
    case 'linger':
      return [lingerStep(id, repair.user)];
    case 'openclaw-doctor':
      return [doctorStep(targetOf(facts), repair.strays, repair.what)];
    case 'enable':
      return [enableStep(id, repair)];
    case 'cron-enable':
      return enableSteps(targetOf(facts), repair.jobs);
    case 'lines':
      return linesSteps(repair, id, world);
    case 'bridge':
      return bridgeSteps(facts, repair, id);
  }
}

function saidBy({ says, because }: { readonly says: string; readonly because?: string }, back: string) {
  return { forward: { headline: says, ...(because === undefined ? {} : { because }) }, backward: { headline: back } };
}

/**
 * A new token for every agent that uses Claude, or has the old one and may come to use it, and the profile declared where
 * the release asks for that.
 */
function tokenSteps(facts: Facts, { profileId }: Of<'token'>, id: string): readonly Action[] {
  const target = targetOf(facts);
  const { type, name, noun } = signInMethod.secret;
  const profiles = factValue(facts.profiles) ?? [];
  const have = profiles.filter(({ id: stored }) => stored === profileId).map(({ agent }) => agent);
  const using = [...claudeAgents(facts).map((agent) => agent.id), ...have];
  const agents = target.config.agents.filter((agent) => using.length === 0 || using.includes(agent.id));
  const files = factValue(facts.files) ?? {};
  const stored = storeCredentialSteps(target, {
    ...{ method: '', type, secret: name, noun, profileId },
    expires: null,
    agents,
    profiles,
    present: (file) => files[file] != null,
  });
  const edits = authEdits(target.config, profiles, { id: profileId, type }, false);
  const words = saidBy({ says: `Let OpenClaw use the profile ${profileId}` }, 'Use the profiles from before');
  return [...stored, ...configSteps(target, id, edits, words)];
}

/** Where a manager keeps its units here, and what its command needs besides our environment. */
function placeFor(facts: Facts, manager: Of<'retire'>['manager'], world: World) {
  const services = factValue(facts.services);
  const { home, username: user, uid } = world;
  const place = services?.place ?? { home, user, uid, systemd: null, configHome: configHome(world) };
  const env = services?.manager.ok ? { env: services.manager.env } : {};
  return { place: { ...place, manager }, env };
}

async function retireSteps(facts: Facts, repair: Of<'retire'>, world: World): Promise<readonly Action[]> {
  const { manager, name, file, says, because = says } = repair;
  const { place, env } = placeFor(facts, manager, world);
  const links = await enableLinksOf(world, name, place);
  return [removeForeignServiceStep({ name, file, links, because }, place, env)];
}

function unsetSteps(facts: Facts, repair: Of<'unset'>, world: World): readonly Action[] {
  const { manager, unit, name, says, because } = repair;
  const { place, env } = placeFor(facts, manager, world);
  const words = { headline: says, ...(because === undefined ? {} : { because }) };
  return [unsetStep(unit, place, name, words, env)];
}

function unitProgramSteps(facts: Facts, repair: Of<'unit-program'>, id: string, world: World): readonly Action[] {
  const { manager, unit: name, file, from, to } = repair;
  const { place, env } = placeFor(facts, manager, world);
  return [
    unitProgramStep(id, { name, file, from, to }, place, saidBy(repair, `Start ${name} with ${from} again`), env),
  ];
}

async function restoreSteps(repair: Of<'restore'>, id: string, world: World): Promise<readonly Action[]> {
  const { from, file } = repair;
  const bytes = await world.files.read(from);
  if (bytes === null)
    throw new Problem('copy-gone', `${from} is not there any more.`, { next: 'clawauth-setup doctor' });
  const mode = (await world.files.stat(file))?.mode ?? 0o600;
  return [copyFile(id, { ...saidBy(repair, `Put ${basename(file)} back`), from, sha256: sha256(bytes), file, mode })];
}

/** Each line is known again by its beginning, up to the credential in it. */
async function linesSteps(repair: Of<'lines'>, id: string, world: World): Promise<readonly Action[]> {
  const { file, lines } = repair;
  const rows = ((await world.files.readText(file)) ?? '').split('\n');
  const starts = lines.flatMap((line) =>
    rows[line - 1]?.includes('sk-ant-') ? lineHash(rows[line - 1] as string) : [],
  );
  return [dropLines(id, { ...saidBy(repair, `Put them back into ${basename(file)}`), file, lines: starts })];
}

function enableStep(id: string, repair: Of<'enable'>): Action {
  const program = (...words: readonly string[]) => ({
    argv: [...systemctl(repair, ...words, '--now', ...repair.units)],
    timeoutMs: 120_000,
  });
  return command(
    id,
    {
      ...saidBy(repair, `Stop ${repair.units.join(', ')}, and no longer start it at boot`),
      program: program('enable'),
      keepText: [],
      outside: [],
      undo: { by: 'program', program: program('disable'), otherwise: `${repair.units.join(', ')} keeps running.` },
    },
    [],
  );
}

function lingerStep(id: string, user: string): Action {
  const program = (verb: string) => ({ argv: ['loginctl', verb, user], timeoutMs: 30_000 });
  return command(
    id,
    {
      ...saidBy({ says: `Keep the services of ${user} running after logout` }, 'Let them end with the session again'),
      program: program('enable-linger'),
      keepText: [],
      outside: [`loginctl enable-linger ${user}`],
      undo: {
        by: 'program',
        program: program('disable-linger'),
        otherwise: `To switch it off:  loginctl disable-linger ${user}`,
      },
    },
    [],
  );
}
