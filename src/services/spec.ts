import type { ServicesFacts } from './records.ts';

/** Our services. The id is part of every name: unit, launch agent, runtime directory. */
export type ServiceId = ServicesFacts['ours'][number]['id'];

export type ServicePlace = NonNullable<ServicesFacts['place']>;

/** Who runs a service: a person's own systemd, the machine's, a person's launchd. */
export type ServiceManager = ServicePlace['manager'];

/** One service as data: enough to write its unit or launch agent. */
export interface ServiceSpec {
  readonly id: ServiceId;
  /** Program and arguments. The program is absolute; nothing is looked up on a PATH. */
  readonly argv: readonly [string, ...string[]];
  /** Besides PATH. Never a secret: unit files can be read by everyone. */
  readonly env: Readonly<Record<string, string>>;
  /** Folders for PATH, absolute. Only for what the service's own children look up (an older `claude` asks for `node`). */
  readonly path: readonly string[];
  /** Units or services that it wants, and starts after. */
  readonly wants: readonly string[];
  /** Units that start after it, where they are there: OpenClaw's gateway. */
  readonly before: readonly string[];
  /** Folders outside of the home that it writes to, absolute. */
  readonly writes?: readonly string[];
  /** MiB, the most that the service and its children may take. */
  readonly memoryMb: number;
}

/** MiB that a unit may take for `runs` Claude Code runs at once, with room for long conversations, and `warm` that wait. */
export function memoryFor(runs: number, warm = 0): number {
  return 512 + runs * 768 + warm * 256;
}

/** `clawauth-normalizer.service` */
export function unitName(id: ServiceId): string {
  return `clawauth-${id}.service`;
}

/** `io.github.clawauth-setup.normalizer` */
export function agentLabel(id: ServiceId): string {
  return `io.github.clawauth-setup.${id}`;
}

export function serviceName(id: ServiceId, manager: ServiceManager): string {
  return manager === 'launchd' ? agentLabel(id) : unitName(id);
}
