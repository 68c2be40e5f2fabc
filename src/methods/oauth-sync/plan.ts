import { basename, dirname } from 'node:path/posix';
import { configEdit, copyFile } from '../../actions/index.ts';
import { claudeInside, claudeTyped } from '../../claude/place.ts';
import type { ClaudeInstall } from '../../claude/records.ts';
import { tempFor } from '../../claude-sync/disk.ts';
import { type ClaudeSyncOptions, claudeSyncWords } from '../../claude-sync/options.ts';
import { pickUpOf } from '../../claude-sync/pick-up.ts';
import type { Action } from '../../engine/types.ts';
import { isLoginCopy, loginFile, ofKeptInStep } from '../../facts/claude-login.ts';
import { usableClaude } from '../../facts/own-proxy.ts';
import type { Facts } from '../../facts/types.ts';
import { CLAUDE_SWITCHES } from '../../normalizer/claude-cli.ts';
import { containerRestart, containerRuns } from '../../openclaw/container.ts';
import { callOf, openclawProgram, type Target } from '../../openclaw/openclaw-program.ts';
import { authFile } from '../../openclaw/profiles.ts';
import type { AgentFacts } from '../../openclaw/records.ts';
import { refuseOutside, storeCredentialSteps } from '../../openclaw/store-credential.ts';
import type { ServicesFacts } from '../../services/records.ts';
import { memoryFor, type ServicePlace, type ServiceSpec } from '../../services/spec.ts';
import { serviceStep } from '../../services/steps.ts';
import { factValue } from '../../system/fact.ts';
import { Problem } from '../../system/problem.ts';
import { capital } from '../../text.ts';
import { serviceNotes, stands } from '../shared/services.ts';
import { planUse } from '../stored/plan.ts';
import { chosenAgents, targetOf } from '../target.ts';
import type { Answers } from '../types.ts';
import { turnNote } from './availability.ts';
import { METHOD_ID } from './questions.ts';
import { plan as words } from './words.ts';

/** What is stored. */
export const NOUN = words.noun;

/** The steps that bring `answers` about. Pure. Empty when all of it is so. */
export function planOauthSync(facts: Facts, answers: Answers): readonly Action[] {
  const target = targetOf(facts);
  const agents = chosenAgents(target, answers);
  for (const agent of agents) refuseOutside(target, agent, METHOD_ID);
  const kept = ofKeptInStep(facts);
  const steps = [
    ...firstCopies(kept, target, answers, agents),
    ...copySteps(facts),
    ...bringSteps(kept, target, answers, agents),
  ];
  return planUse(facts, answers, { type: 'token', steps, byProgram: false });
}

/** The set-up makes the profile, with a copy of what was there; the service writes to none that is not there. */
function firstCopies(facts: Facts, target: Target, answers: Answers, agents: readonly AgentFacts[]): Action[] {
  const profiles = factValue(facts.profiles) ?? [];
  const login = factValue(facts.claudeLogin);
  const file = loginFile(facts);
  if (login === undefined || file === null) throw new Error(words.loginUnknown);
  const has = (agent: AgentFacts) =>
    profiles.some(
      ({ id, type, agent: whose, store }) =>
        id === answers.profileId &&
        type === 'token' &&
        whose === agent.id &&
        (store === undefined || store === authFile(agent.agentDir)),
    );
  const files = factValue(facts.files) ?? {};
  return storeCredentialSteps(target, {
    method: METHOD_ID,
    type: 'token',
    secret: 'access-token',
    noun: NOUN,
    profileId: answers.profileId,
    expires: login.expiresAt,
    agents: agents.filter((agent) => !has(agent)),
    profiles,
    source: {
      $secretFile: file,
      at: ['claudeAiOauth', 'accessToken'],
      ...(target.state.container === undefined ? {} : { within: foldersOf(target) }),
    },
    present: (path) => files[path] != null,
  });
}

/**
 * Copies of the whole login go: OpenClaw would fall back to one of them, renew it, and end the login that the service needs
 * (a turn of 2026.2.17 renewed one by itself).
 */
function copySteps(facts: Facts): Action[] {
  const copies = (factValue(facts.profiles) ?? []).filter((row) => isLoginCopy(row, facts));
  const places = new Map(
    copies.flatMap(({ id, store: file }) => (file === undefined ? [] : [[`${file} ${id}`, { id, file }]])),
  );
  return [...places.values()].map(({ id, file }, index) => {
    const name = `${basename(dirname(dirname(file)))}/${basename(file)}`;
    return configEdit(`drop-login-copy-${index + 1}`, {
      forward: {
        headline: words.removeCopy(id, name),
        because: words.whyRemove,
      },
      backward: { headline: words.copyBack(id, name) },
      file,
      name,
      edits: [{ op: 'delete', path: ['profiles', id] }],
    });
  });
}

/** The service's program, and the service. */
function bringSteps(facts: Facts, target: Target, answers: Answers, agents: readonly AgentFacts[]): Action[] {
  const { services, place, env } = servicesOf(facts);
  const { sync } = services;
  const steps: Action[] = [];
  if (!sync.present && sync.source !== null && sync.sha256 !== null) {
    steps.push(
      copyFile('sync-runtime', {
        forward: {
          headline: words.copyProgram,
          because: words.staysThere(dirname(sync.file)),
        },
        backward: { headline: words.removeProgram },
        from: sync.source,
        sha256: sync.sha256,
        file: sync.file,
        mode: 0o644,
      }),
    );
  }
  const again = steps.length > 0;
  const stores = agents.map(({ agentDir }) => authFile(agentDir));
  const present = services.ours.find(({ id }) => id === 'claude-sync');
  const step = serviceStep('claude-sync', specFor(facts, target, answers, services, stores), place, {
    env,
    again,
    replaces: present !== undefined && present.sha256 !== null,
    notes: [
      ...serviceNotes(facts, services).map(({ says }) => says),
      ...[...turnNote(facts), ...gatewayNote(target)].map((says) => `${capital(says)}.`),
    ],
    leaves: [sync.stateFile, `${sync.stateFile}.answer`, ...[sync.stateFile, ...stores].map(tempFor)],
  });
  if (again || !stands(step, present)) steps.push(step);
  return steps;
}

function gatewayNote({ release, state }: Target): readonly string[] {
  if (pickUpOf(release.version) !== 'restart') return [];
  const what = state.container === undefined ? words.it : words.container(state.container.name);
  return [words.restarts(release.version, what)];
}

/** Folders of this machine that the container of OpenClaw has mounted. */
const foldersOf = ({ state }: Target): readonly string[] => state.container?.mounts.map(({ host }) => host) ?? [];

/** What a person types to sign in to it. */
export function signInTyped(facts: Facts): string {
  return claudeTyped({ ...usableClaude(facts), path: 'claude' }, 'auth', 'login');
}

/** Its path, or what calls it in its container, without the variables that would have it answer by another login. */
function claudeWords({ path, inside }: ClaudeInstall): readonly string[] {
  return inside === undefined ? [path] : claudeInside({ path, inside }, CLAUDE_SWITCHES);
}

/** OpenClaw's program and its gateway; those of a container as they are while it runs, whatever it does now. */
function openclawWords(target: Target, port: number): Pick<ClaudeSyncOptions, 'openclaw' | 'gateway'> {
  const { container } = target.state;
  if (container === undefined) return { openclaw: [target.release.install.path], gateway: { port } };
  const running = { ...target.state, container: { ...container, status: 'running' } };
  return {
    openclaw: callOf({ ...target, state: running }, []).argv,
    gateway: { runs: containerRuns(container), restart: containerRestart(container, false) },
  };
}

function specFor(
  facts: Facts,
  target: Target,
  answers: Answers,
  services: ServicesFacts,
  stores: readonly string[],
): ServiceSpec {
  const claude = usableClaude(facts);
  const credentials = loginFile(facts);
  const gateway = factValue(facts.gateway);
  if (claude === null || services.node === null || credentials === null || gateway === undefined) {
    const missing = claude === null ? 'Claude Code' : 'Node.js';
    throw new Problem('program-missing', words.noProgram(missing), {
      next: claude === null ? 'npm install -g @anthropic-ai/claude-code' : 'node --version',
    });
  }
  const { install } = target.release;
  const stateDir = target.state.realStateDir;
  const home = factValue(facts.platform)?.home ?? '/';
  // OpenClaw may want a newer Node than we do: its own comes first.
  const programs = [install.node.path ?? services.node.path, services.node.path];
  const here = claude.inside === undefined ? [claude.path] : [];
  const told = Object.entries(openclawProgram(target, []).env ?? {});
  return {
    id: 'claude-sync',
    argv: [
      services.node.path,
      services.sync.file,
      ...claudeSyncWords({
        credentials,
        profile: answers.profileId,
        stores,
        stateDir,
        claude: claudeWords(claude),
        ...openclawWords(target, gateway.port),
        within: foldersOf(target),
        stateFile: services.sync.stateFile,
        signIn: signInTyped(facts),
      }),
    ],
    env: {
      ...services.env,
      ...target.state.container?.env,
      ...Object.fromEntries(told.flatMap(([name, value]) => (value === null ? [] : [[name, value]]))),
    },
    path: [...new Set([...[...programs, ...here].map((path) => dirname(path)), '/usr/local/bin', '/usr/bin', '/bin'])],
    wants: [],
    before: [],
    // Claude Code writes there itself: in a container without us.
    writes: [...new Set([stateDir, ...(here.length > 0 ? [dirname(credentials)] : [])])].filter(
      (folder) => !folder.startsWith(`${home}/`),
    ),
    memoryMb: memoryFor(1),
  };
}

/** Throws the `Problem` that says why no service can be installed here. */
function servicesOf(facts: Facts): {
  readonly services: ServicesFacts;
  readonly place: ServicePlace;
  readonly env: Readonly<Record<string, string>>;
} {
  const services = factValue(facts.services);
  if (services === undefined || services.sync.source === null) {
    throw new Problem('runtime-missing', words.notPart, {
      why: words.notBuilt,
      next: 'npm run build',
    });
  }
  const { manager, place } = services;
  if (manager.ok && place !== null) return { services, place, env: manager.env };
  throw new Problem('no-service-manager', words.noService, {
    why: manager.ok ? undefined : manager.because,
    next: 'clawauth-setup',
  });
}
