import type { EditData } from '../actions/params.ts';

interface Said {
  /** What the step does: `Give the profile anthropic:default its provider`. */
  readonly says: string;
  /** Why, where that is not plain from the finding. */
  readonly because?: string;
}

/**
 * What fixes one finding, as plain data that loads no action: `repair-steps.ts` makes the reversible steps of it, and
 * leaves out what two findings have in common. Paths are absolute; nothing here ever holds a secret.
 */
export type Repair =
  /** Keys of OpenClaw's configuration. */
  | (Said & { readonly kind: 'config'; readonly edits: readonly EditData[] })
  /** Keys of another JSON file; `name` is what a person calls it. Not for databases. */
  | (Said & {
      readonly kind: 'json';
      readonly file: string;
      readonly name: string;
      readonly edits: readonly EditData[];
    })
  /** A new setup token under this profile, for every agent that uses Claude. Asks the person for it. */
  | { readonly kind: 'token'; readonly profileId: string }
  /** Claude Code signs in, with the person at the keyboard: a run of its own, before the others. */
  | { readonly kind: 'claude-login' }
  /** Permission bits, such as 0o600. */
  | (Said & { readonly kind: 'mode'; readonly file: string; readonly mode: number })
  /** Lines of the person's crontab, see `lineHash`. */
  | (Said & { readonly kind: 'crontab'; readonly lines: readonly string[] })
  /** A unit or launch agent that somebody else set up: stopped, disabled and taken away. */
  | (Said & {
      readonly kind: 'retire';
      readonly manager: 'systemd-user' | 'systemd-system' | 'launchd';
      readonly name: string;
      readonly file: string;
    })
  /** A variable that a unit gives its program, wherever the unit has it from: kept from it by a drop-in. */
  | (Said & {
      readonly kind: 'unset';
      readonly manager: 'systemd-user' | 'systemd-system';
      readonly unit: string;
      readonly name: string;
    })
  /** Another program for a unit's `ExecStart=`, in the unit or drop-in that holds it. */
  | (Said & {
      readonly kind: 'unit-program';
      readonly manager: 'systemd-user' | 'systemd-system';
      readonly unit: string;
      readonly file: string;
      readonly from: string;
      readonly to: string;
    })
  /** A whole file goes. */
  | (Said & { readonly kind: 'remove'; readonly file: string })
  /** Every assignment of a variable in a `.env` file, a shell's profile or an EnvironmentFile. */
  | (Said & {
      readonly kind: 'variable';
      readonly file: string;
      readonly name: string;
      /** The gateway has it since its start. */
      readonly ofGateway?: boolean;
    })
  /** The assignment of a variable moves from one `.env` file to another. */
  | (Said & { readonly kind: 'move-variable'; readonly from: string; readonly to: string; readonly name: string })
  /** The content of one file in the place of another one. */
  | (Said & { readonly kind: 'restore'; readonly from: string; readonly file: string })
  /** A user's services go on after the logout. */
  | { readonly kind: 'linger'; readonly user: string }
  /** OpenClaw's own `doctor --fix`, which takes old files in: credentials, unless told. */
  | { readonly kind: 'openclaw-doctor'; readonly strays: readonly string[]; readonly what?: 'cron jobs' }
  /** Units of somebody else that are to start by themselves, and now. */
  | (Said & {
      readonly kind: 'enable';
      readonly manager: 'systemd-user' | 'systemd-system';
      readonly units: readonly string[];
    })
  /** Lines with a credential in a file, counted from 1, such as a shell's history. */
  | (Said & { readonly kind: 'lines'; readonly file: string; readonly lines: readonly number[] })
  /** Cron jobs that OpenClaw switched off run again; the gateway has to run. */
  | (Said & { readonly kind: 'cron-enable'; readonly jobs: readonly { readonly id: string; readonly name: string }[] })
  /** Everything that still names a bridge names Claude, each in its place: nothing else changes. */
  | {
      readonly kind: 'bridge';
      readonly of: readonly ('primary' | 'fallbacks' | 'aliases' | 'agents' | 'settings' | 'cron')[];
    };

type Place = Extract<Repair, { kind: 'bridge' }>['of'][number];

const PLACES: Readonly<Record<Place, string>> = {
  primary: 'the default model',
  fallbacks: 'the fallbacks',
  aliases: 'the aliases',
  agents: 'agents with a model of their own',
  settings: 'other settings',
  cron: 'cron jobs',
};

/** `the aliases, other settings`: what named a bridge. */
export const placesSaid = (of: readonly Place[]): string => of.map((place) => PLACES[place]).join(', ');

/** What carrying it out does, in a few words. */
export function repairSays(repair: Repair): string {
  switch (repair.kind) {
    case 'token':
      return `Renew the token under ${repair.profileId}`;
    case 'claude-login':
      return 'Sign in to Claude Code';
    case 'linger':
      return `Let the services of ${repair.user} run on after the logout`;
    case 'openclaw-doctor':
      return `Let OpenClaw take in its old ${repair.what ?? 'credential file'} (openclaw doctor --fix)`;
    case 'bridge':
      return `Point ${placesSaid(repair.of)} to Claude`;
    default:
      return repair.says;
  }
}
