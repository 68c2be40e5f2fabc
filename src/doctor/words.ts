import type { Facts } from '../facts/types.ts';
import { afterNoAnswer, asTyped } from '../openclaw/openclaw-program.ts';
import { factValue } from '../system/fact.ts';
import { shellQuote } from '../text.ts';

/** Sets up or fixes whatever is needed for Claude. */
export const SETUP = 'clawauth-setup';
/** Makes and stores a new setup token. */
export const RENEW = `${SETUP} renew`;

/** A command of the very OpenClaw that was looked at, as a person types it. */
export function typed(facts: Facts, ...args: readonly string[]): string {
  const place = placeOf(facts);
  return place === null ? ['openclaw', ...args].join(' ') : asTyped(place, ...args);
}

/** What to run where OpenClaw did not tell about its models: where it took too long, the question itself. */
export function typedAfterNoAnswer(facts: Facts, timedOut: boolean): string {
  const place = placeOf(facts);
  return place === null ? 'openclaw doctor' : afterNoAnswer(place, timedOut);
}

function placeOf({ release, state, config }: Facts): Parameters<typeof afterNoAnswer>[0] | null {
  if (!release.known) return null;
  return {
    release: release.value,
    ...(state.known ? { state: state.value } : {}),
    ...(config.known ? { config: config.value } : {}),
  };
}

/** "on this machine", or in which container. */
export function whereOpenClawRuns(facts: Facts): string {
  const { container } = factValue(facts.state) ?? {};
  return container === undefined ? 'on this machine' : `in the container ${container.name}`;
}

interface Managed {
  readonly manager?: string | undefined;
}

/** `systemctl` as a person types it for the manager of a unit. */
export const systemctlTyped = ({ manager }: Managed): string =>
  manager === 'systemd-system' ? 'sudo systemctl' : 'systemctl --user';

/** How a person stops services for good: by their names, a launch agent by its file. */
export function switchOff({ manager, file }: Managed & { readonly file: string }, names: readonly string[]): string {
  if (manager === 'launchd') return `launchctl bootout gui/$(id -u) ${shellQuote(file)}`;
  return `${systemctlTyped({ manager })} disable --now ${names.map(shellQuote).join(' ')}`;
}

/** `a, b, c and 997 more` */
export function several(names: readonly string[]): string {
  const rest = names.length - 3;
  return `${names.slice(0, 3).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** What a person calls a credential file: `lite/auth-profiles.json`. */
export function storeName(path: string): string {
  const [name = path, folder, agent] = path.split('/').reverse();
  return folder === 'agent' ? `${agent}/${name}` : name;
}

/** The one piece of evidence, where there is any. */
export const only = <T>(value: T | null | undefined): readonly T[] | null => (value == null ? null : [value]);

/** What the log and cron jobs say where the credential in use does not work: effects of a cause that is found in the store. */
export const REFUSALS = [
  ...['log.token-ended', 'log.invalid-x-api-key', 'log.invalid-bearer', 'log.refused', 'log.no-credential'],
  ...['log.cooling', 'cron.error-streak'],
];
