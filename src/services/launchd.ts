import { join } from 'node:path';
import { agentLabel, type ServiceId, type ServicePlace, type ServiceSpec } from './spec.ts';
import { fillTemplate } from './template.ts';

export function agentFile(id: ServiceId, place: Pick<ServicePlace, 'home'>): string {
  return join(place.home, 'Library', 'LaunchAgents', `${agentLabel(id)}.plist`);
}

/** launchd keeps no log of a job's output: it goes into a file. */
export function agentLog(id: ServiceId, place: Pick<ServicePlace, 'home'>): string {
  return join(place.home, 'Library', 'Logs', 'clawauth-setup', `${id}.log`);
}

/** The agent's directory, which has to exist and be empty. launchd makes none. */
export function agentDirectory(id: ServiceId, place: Pick<ServicePlace, 'home'>): string {
  return join(place.home, 'Library', 'Application Support', 'clawauth-setup', 'run', id);
}

export function renderAgent(spec: ServiceSpec, place: ServicePlace): string {
  const env = { PATH: spec.path.join(':'), ...spec.env };
  return fillTemplate('agent.plist', {
    label: xml(agentLabel(spec.id)),
    arguments: spec.argv.map((word) => `    <string>${xml(word)}</string>`),
    environment: Object.entries(env).flatMap(([name, value]) => [
      `    <key>${xml(name)}</key>`,
      `    <string>${xml(value)}</string>`,
    ]),
    directory: xml(agentDirectory(spec.id, place)),
    log: xml(agentLog(spec.id, place)),
  });
}

/** `gui/501`: agents live in the session of a person who is logged in. */
export function domain(place: Pick<ServicePlace, 'uid'>): string {
  return `gui/${place.uid}`;
}

export function launchctl(...words: string[]): [string, ...string[]] {
  return ['launchctl', ...words];
}

export function xml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
