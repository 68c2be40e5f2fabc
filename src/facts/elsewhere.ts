import { factValue } from '../system/fact.ts';
import type { ToldInstallation } from '../system/world.ts';
import { shellQuote, tilde } from '../text.ts';
import type { Facts } from './types.ts';

/** Why nothing may be written to the OpenClaw that is looked at before the person has chosen. */
export interface Elsewhere {
  /** Stable, kebab-case. */
  readonly code:
    | 'openclaw-in-container'
    | 'gateway-in-container'
    | 'gateway-of-other-user'
    | 'which-openclaw'
    | 'gateway-elsewhere';
  readonly what: string;
  readonly why: string;
  /** The next command to type; absent where none of this machine helps. */
  readonly next?: string;
  /** What can be chosen instead, each with the flag that says so in a command. */
  readonly choices: readonly {
    readonly label: string;
    readonly aside: string;
    readonly told: ToldInstallation;
    readonly flag: string;
  }[];
}

/**
 * Whether what is meant lies elsewhere, or it is not known what is meant: several gateways, one of another user, one in a
 * container, one on another machine. null where the way is clear. Pure.
 */
export function elsewhere(facts: Facts): Elsewhere | null {
  return wrapped(facts) ?? unclear(facts) ?? remote(facts);
}

function wrapped(facts: Facts): Elsewhere | null {
  const install = factValue(facts.installs)?.find(({ wins }) => wins);
  if (install?.container === undefined) return null;
  return {
    code: 'openclaw-in-container',
    what: `${install.path} runs OpenClaw in a container (${install.container}).`,
    why: 'That OpenClaw keeps its files in the container. Setting it up from here is not possible yet. Nothing was written.',
    choices: [],
  };
}

function unclear(facts: Facts): Elsewhere | null {
  const state = factValue(facts.state);
  const home = factValue(facts.platform)?.home ?? '';
  if (state?.unclear === undefined) return null;
  const { says, run, inContainer } = state.unclear;
  const { others = [] } = state;
  const isThere = state.configExists || (state.runBy ?? []).length > 0;
  const used = ({ stateDir, runBy }: Pick<typeof state, 'stateDir' | 'runBy'>) =>
    runBy?.length
      ? `used by ${runBy.join(' and ')}`
      : isThere || stateDir !== state.stateDir
        ? 'no gateway uses it'
        : 'not there yet: it would be a new one';
  const choices = (isThere ? [state, ...others] : [...others, state]).map(({ stateDir, runBy = [] }) => ({
    label: tilde(stateDir, home),
    aside: used({ stateDir, runBy }),
    told: { stateDir },
    flag: `--state-dir ${shellQuote(stateDir)}`,
  }));
  return {
    code: inContainer ? 'gateway-in-container' : run === undefined ? 'which-openclaw' : 'gateway-of-other-user',
    what: says,
    why: 'It is not clear which OpenClaw you mean. Nothing was written.',
    next: run ?? `clawauth-setup ${choices[0]?.flag}`,
    choices,
  };
}

function remote(facts: Facts): Elsewhere | null {
  const gateway = factValue(facts.gateway);
  if (gateway?.remote === undefined || gateway.remote.storeHere) return null;
  const { url } = gateway.remote;
  return {
    code: 'gateway-elsewhere',
    what: `The gateway is on another machine${url === null ? '' : `: ${url}`}.`,
    why: 'gateway.mode is "remote": that gateway does not read what is stored here. Nothing was written. Run clawauth-setup on its machine.',
    next: commandThere(url),
    choices: [
      {
        label: 'Store it on this machine all the same',
        aside: 'the gateway there does not use it',
        told: { storeHere: true },
        flag: '--store-here',
      },
    ],
  };
}

/** What to run where the gateway is. A loopback address is a tunnel: the machine behind it is not known. */
export function commandThere(url: string | null): string {
  const host = url !== null && URL.canParse(url) ? new URL(url).hostname : '';
  if (!/^[\w.:[\]-]+$/.test(host) || /^(localhost|127\.|\[?::1)/.test(host)) return 'npx clawauth-setup';
  return `ssh -t ${host} npx clawauth-setup`;
}
