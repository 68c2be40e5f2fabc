import { ofKeptInStep } from '../facts/claude-login.ts';
import type { Facts } from '../facts/types.ts';
import { type Container, runs } from '../openclaw/container.ts';
import { credentialsInJson } from '../openclaw/generation.ts';
import { SYNCED_PROFILE } from '../openclaw/profile-health.ts';
import type { ProfileFacts } from '../openclaw/records.ts';
import type { ServicesFacts } from '../services/records.ts';
import { factValue } from '../system/fact.ts';
import { minute } from '../text.ts';
import { loginTyped, signingIn } from './claude-login.ts';
import type { Repair } from './repairs.ts';
import { error, warning } from './types.ts';
import { only, REFUSALS, SETUP, several, systemctlTyped } from './words.ts';

type Service = ServicesFacts['ours'][number];

/** The service that keeps a profile in step with the login of Claude Code, where it is set up. */
function serviceOf(services: ServicesFacts): Service | null {
  return services.ours.find(({ id, sha256 }) => id === 'claude-sync' && sha256 !== null) ?? null;
}

const nameOf = ({ file }: Pick<Service, 'file'>) => file.slice(file.lastIndexOf('/') + 1);

/** The profile that it keeps, once for each agent. */
const kept = ({ profiles }: Facts): readonly ProfileFacts[] =>
  (factValue(profiles) ?? []).filter(({ id }) => id === SYNCED_PROFILE);

/** What is found in its place, where the cause of an ended token is one of these. */
const ENDED = ['token.expired', ...REFUSALS];

/** A token that a service keeps in step: why it may have ended. */
export const inStep = [
  error('sync.sign-in-needed', 'The login that OpenClaw is kept in step with has ended', {
    needs: ['services'],
    explains: [...ENDED, 'sync.late'],
    detect: ({ services }, facts, now) => {
      const service = serviceOf(services);
      // What a service says that does not run is of some time ago; and a new login is there before it says so.
      if (service === null || service.active === false || !services.sync.state?.ended) return null;
      const login = factValue(ofKeptInStep(facts).claudeLogin);
      return login?.present && login.renews && (login.expiresAt ?? 0) > now ? null : ['ended'];
    },
    explain: () => ({
      says: 'The Claude Code login has ended: OpenClaw is kept in step with it, and gets no token any more.',
      why: 'Only you can sign in again. The service then goes on by itself.',
      waits: true,
    }),
    // A sign-in from here is that of the Claude Code that OpenClaw finds, which in a container may be another one.
    fix: (_, facts) => (isHosts(facts) ? [] : signingIn(facts)),
    next: (_, facts) => startTyped(stoppedOf(facts)) ?? loginTyped(ofKeptInStep(facts)),
  }),
  error('sync.service-down', 'The service that keeps OpenClaw in step does not run', {
    needs: ['services'],
    explains: ['token.expired', 'sync.late'],
    detect: ({ services }) => {
      const service = serviceOf(services);
      return service !== null && (service.active === false || !service.enabled) ? [service] : null;
    },
    explain: (service) => ({
      ...(service.active === false ? {} : { level: 'warning' as const }),
      says: `${nameOf(service)} is not ${service.active === false ? 'running' : 'enabled: it will not start at boot'}.`,
      why: 'Without it the token that OpenClaw has ends within 8 hours, and nothing replaces it.',
    }),
    fix: starting,
    next: (service, facts) => `${systemctlTyped(managerOf(facts))} enable --now ${nameOf(service)}`,
  }),
  warning('sync.unread', 'A service keeps a file that this OpenClaw does not read', {
    needs: ['services', 'release'],
    explains: ['sync.late'],
    detect: ({ services, release }) => (credentialsInJson(release.generation) ? null : only(serviceOf(services))),
    explain: (service, { release }) => ({
      says: `OpenClaw ${factValue(release)?.version} does not read the file that ${nameOf(service)} keeps in step with Claude Code.`,
      why: 'It can run Claude Code itself, without a copy of its login.',
    }),
    next: () => SETUP,
  }),
  error('sync.late', 'Claude Code has not renewed the login that OpenClaw is kept in step with', {
    needs: ['services', 'profiles'],
    explains: ENDED,
    detect: ({ services }, facts, now) => {
      const service = serviceOf(services);
      const ended = kept(facts).filter(({ expires }) => expires !== null && expires <= now);
      return service !== null && ended.length > 0 ? [{ service, ended }] : null;
    },
    explain: ({ ended }, facts) => {
      const says = `${SYNCED_PROFILE} (${several([...new Set(ended.map(({ agent }) => agent))])}) ended at ${minute(ended[0]?.expires ?? 0)}, and Claude Code has not renewed its login since.`;
      const stopped = stoppedOf(facts);
      // 2.1.100 keeps a login that was refused as it is, and calls itself signed in.
      const why = `The service goes on asking it. Where Anthropic does not answer, waiting helps; where it refuses the login, \`${loginTyped(ofKeptInStep(facts))}\` does.`;
      if (stopped === null) return { says, why };
      return {
        level: 'warning' as const,
        says,
        why: `It is in the container ${stopped.name}, which does not run. Once that is started, the service asks it within a minute.`,
      };
    },
    next: ({ service }, facts) =>
      startTyped(stoppedOf(facts)) ?? `journalctl ${journalOf(facts)} ${nameOf(service)} -n 20`,
  }),
];

/** Claude Code is that of this machine, for an OpenClaw in a container. */
const isHosts = (facts: Facts) => factValue(facts.state)?.container !== undefined && ofKeptInStep(facts) === facts;

/** The container of the Claude Code that the service asks, where that does not run. */
function stoppedOf(facts: Facts): Container | null {
  const container = factValue(facts.state)?.container;
  return container === undefined || runs(container) || isHosts(facts) ? null : container;
}

const startTyped = (container: Container | null) =>
  container === null ? null : `${container.runtime} start ${container.name}`;

/** The journal keeps what root's own services say with the machine's, where `--user` does not look (systemd 252). */
function journalOf({ services }: Facts): string {
  const { manager, uid } = factValue(services)?.place ?? {};
  if (manager === 'systemd-system') return '-u';
  return uid === 0 ? '--user-unit' : '--user -u';
}

const managerOf = ({ services }: Facts) => ({ manager: factValue(services)?.place?.manager });

function starting(service: Service, facts: Facts): readonly Repair[] {
  const { manager } = managerOf(facts);
  if (manager !== 'systemd-user') return [];
  return [
    { kind: 'enable', manager, units: [nameOf(service)], says: 'Start the service of the login sync, now and at boot' },
  ];
}
