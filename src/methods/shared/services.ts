import type { Action } from '../../engine/types.ts';
import { usableClaude } from '../../facts/own-proxy.ts';
import type { Facts } from '../../facts/types.ts';
import { agentLog } from '../../services/launchd.ts';
import { pathNotes } from '../../services/programs.ts';
import type { Note, ServicesFacts } from '../../services/records.ts';
import { type ServiceId, type ServicePlace, unitName } from '../../services/spec.ts';
import { askService, lastLines } from '../../services/state.ts';
import { systemctl } from '../../services/systemd.ts';
import { factValue } from '../../system/fact.ts';
import { sha256 } from '../../system/hash.ts';
import { shellQuote } from '../../text.ts';
import type { Availability, CheckContext, Finding } from '../types.ts';

/** What `what` needs would be root's, and lie where the person's own services cannot reach it. */
export function servicesForAnother(facts: Facts, what: string): Availability | null {
  const owner = factValue(facts.services)?.homeOwner;
  if (owner === undefined) return null;
  const because = `this runs as root in the home of ${owner}, who could not read what ${what} needs there`;
  return { ok: false, because, help: `sudo -iu ${owner} clawauth-setup` };
}

/** Whether the service that a step installs is here as the step would leave it. */
export function stands(step: Action, present: ServicesFacts['ours'][number] | undefined): boolean {
  const { content } = step.params as { readonly content?: unknown };
  const same = typeof content === 'string' && present?.sha256 === sha256(content);
  return same && present.enabled && present.active !== false;
}

/** What a person should know about the services: linger, paths that an update takes away, variables that stay out. */
export function serviceNotes(facts: Facts, services: ServicesFacts): readonly Note[] {
  const { manager, node, withheld } = services;
  const claude = usableClaude(facts);
  const home = factValue(facts.platform)?.home ?? '/';
  return [
    ...(manager.ok ? manager.notes : []),
    ...(node?.notes ?? []),
    ...(claude === null ? [] : pathNotes(claude.path, 'claude', home)),
    ...withheld.map((name) => ({
      says: `${name} is not handed to the service: it may hold a password, and everyone can read a unit file.`,
    })),
  ];
}

/** What the manager says of one of our services now. `env`: what its command needs besides our environment. */
export async function serviceFinding(
  id: ServiceId,
  place: ServicePlace,
  env: Readonly<Record<string, string>>,
  { world, signal }: Pick<CheckContext, 'world' | 'signal'>,
): Promise<Finding> {
  const response = await askService(world, id, place, { env, signal });
  if (!response.known) return { verdict: 'crashed', says: `${unitName(id)}: ${response.why}` };
  const { name, active, enabled, says, restarts } = response.state;
  if (active && enabled) {
    const again = restarts ? `, started again ${restarts === 1 ? 'once' : `${restarts} times`}` : '';
    return { verdict: 'ok', says: `${name} is ${says} and enabled${again}.` };
  }
  if (active) {
    const next = place.manager === 'launchd' ? undefined : systemctl(place, 'enable', name).join(' ');
    return { verdict: 'warning', says: `${name} runs, but is not enabled: it will not start at boot.`, next };
  }
  const lines = await lastLines(world, id, place, { lines: 5, env, logFile: agentLog(id, place) });
  const last = lines.length === 0 ? '' : ` Its last lines: ${lines.join(' / ')}`;
  return { verdict: 'error', says: `${name}: ${says}.${last}`, next: logCommand(id, place) };
}

/** What shows the last lines of a service. */
export function logCommand(id: ServiceId, place: ServicePlace): string {
  if (place.manager === 'launchd') return `tail -n 20 ${shellQuote(agentLog(id, place))}`;
  // The journal keeps what root's own services say with the machine's, where `--user` does not look (systemd 252).
  const own = place.uid === 0 ? '--user-unit' : '--user -u';
  return `journalctl ${place.manager === 'systemd-user' ? own : '-u'} ${unitName(id)} -n 20`;
}
