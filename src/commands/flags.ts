import { example, storing } from '../methods/asking.ts';
import { questions } from '../methods/questions.ts';

export type CommandName =
  | 'setup'
  | 'apply'
  | 'plan'
  | 'status'
  | 'doctor'
  | 'undo'
  | 'renew'
  | 'recover'
  | 'backups'
  | 'remind'
  | 'uninstall'
  | 'report'
  | 'normalizer';

export interface CommandWords {
  readonly about: string;
  readonly example: string;
  /** What may follow the command name without a flag. */
  readonly operand?: string;
  /** What the operand may be, where that is a fixed list. */
  readonly choices?: readonly string[];
  /** A paragraph more for its help. */
  readonly notes?: string;
}

export const commands: { readonly [C in CommandName]: CommandWords } = {
  setup: { about: 'Walk through everything, step by step (this is the default)', example: 'clawauth-setup' },
  apply: {
    about: 'Do it without questions, for scripts',
    example: `clawauth-setup apply --method ${example.id} --${example.secret.name}-file ${example.secret.name}.txt --yes`,
  },
  plan: {
    about: 'Show what apply would change; change nothing',
    example: `clawauth-setup plan --method ${example.id} --role fallback`,
  },
  status: { about: 'Show what is set up here and whether it works', example: 'clawauth-setup status --check' },
  doctor: {
    about: 'Say why Claude does not answer; with --fix, fix what can be fixed',
    example: 'clawauth-setup doctor --fix',
    notes:
      'Exits with 0 when nothing stands in the way, 1 when something does; with --fix also with 3 when a problem is still there after its fix, or a new one has appeared.',
  },
  undo: {
    about: 'Put everything back as it was before a run',
    example: 'clawauth-setup undo',
    operand: 'ID',
  },
  renew: {
    about: `Replace the ${storing.map(({ secret }) => secret.noun).join(' or ')} with a new one, and change nothing else`,
    example: `clawauth-setup renew --${example.secret.name}-file ${example.secret.name}.txt --yes`,
  },
  recover: {
    about: 'Show a run that was interrupted; end it with --resume, --undo or --leave',
    example: 'clawauth-setup recover --undo',
  },
  backups: {
    about: 'List what is kept for undo, check it (verify), or forget old runs (prune)',
    example: 'clawauth-setup backups prune --older-than 90d',
    operand: 'WHAT',
    choices: ['list', 'verify', 'prune'],
  },
  remind: {
    about: 'Once a week, say when the token is about to end; off unless you switch it on',
    example: 'clawauth-setup remind --on',
  },
  uninstall: {
    about: 'Remove everything clawauth-setup added, and keep your own changes',
    example: 'clawauth-setup uninstall --dry-run',
  },
  report: {
    about: 'Write the state of this machine into a file that is safe to paste into a public issue',
    example: 'clawauth-setup report --output report.md',
  },
  normalizer: {
    about: 'Answer OpenClaw with Claude Code, in the foreground: what the service of the proxy runs',
    example: 'clawauth-setup normalizer --help',
    notes: 'It has flags of its own: clawauth-setup normalizer --help',
  },
};

/** A flag that is not an answer. */
export interface OtherFlag {
  readonly short?: string;
  readonly value?: string;
  /** What the value may be, where that is a fixed list. */
  readonly choices?: readonly string[];
  readonly about: string;
  /** The commands it belongs to. */
  readonly on: readonly CommandName[];
}

export const all = Object.keys(commands) as CommandName[];
/** Those that look at a machine. */
const working = all.filter((name) => name !== 'normalizer');

export const otherFlags = {
  answers: {
    value: 'FILE',
    about: 'Read answers from a JSON file; flags win over it',
    on: ['setup', 'apply', 'plan'],
  },
  'dry-run': {
    about: 'Show what would change and stop',
    on: ['apply', 'renew', 'backups', 'remind', 'uninstall', 'doctor'],
  },
  yes: {
    short: 'y',
    about: 'Do not ask for confirmation',
    on: ['apply', 'undo', 'renew', 'backups', 'remind', 'uninstall', 'report', 'doctor'],
  },
  resume: { about: 'Go on with a run that was interrupted', on: ['apply', 'recover'] },
  undo: { about: 'Put back what the interrupted run did', on: ['recover'] },
  leave: { about: 'End the interrupted run as it stands; it can be undone later', on: ['recover'] },
  list: { about: 'List the runs that can be undone, or everything that the doctor checks', on: ['undo', 'doctor'] },
  id: { value: 'ID', about: 'Only these checks: ids with commas between them, or a family (token.*)', on: ['doctor'] },
  fix: { about: 'Show the fixes, ask once, apply them, and look again', on: ['doctor'] },
  since: { value: 'AGE', about: 'How far back the logs are read: 2h, 24h (unless given), 7d', on: ['doctor'] },
  live: {
    about: 'Ask Claude one real question (costs one request), check clock and TLS',
    on: ['doctor'],
  },
  follow: { about: 'Keep looking, and report what is new, until Ctrl-C', on: ['doctor'] },
  explain: { value: 'ID', about: 'Say what one check looks for', on: ['doctor'] },
  keep: { value: 'N', about: 'Forget all runs but the newest N', on: ['backups'] },
  'older-than': { value: 'AGE', about: 'Forget runs older than this: 90d, 12w, 6m or 1y', on: ['backups'] },
  'in-force': { about: 'Also forget what an undo of the present set-up needs', on: ['backups'] },
  on: { about: 'Switch the weekly reminder on', on: ['remind'] },
  off: { about: 'Switch the weekly reminder off and remove its files', on: ['remind'] },
  purge: { about: 'Also remove backups and preferences; then nothing can be undone', on: ['uninstall'] },
  check: { about: 'Exit with 0 healthy, 1 broken, 2 a credential ends soon', on: ['status'] },
  'warn-days': { value: 'N', about: 'Warn this many days before it ends (30 unless given)', on: ['status', 'remind'] },
  details: { about: 'Show where each fact comes from', on: ['status'] },
  output: { value: 'FILE', about: 'Where the report is saved; - prints it only', on: ['report'] },
  json: { about: 'Print one JSON object on standard output, progress on standard error', on: working.slice(1) },
  'state-dir': {
    value: 'DIR',
    about: 'The OpenClaw with this state directory, if there are several',
    on: working,
  },
  target: {
    value: 'NAME',
    about: 'The OpenClaw in the container with this name, or host for the one of this machine',
    on: working,
  },
  'store-here': {
    about: 'Store it in the OpenClaw of this machine although its gateway is on another one',
    on: ['setup', 'apply', 'plan', 'renew'],
  },
  sandbox: { about: 'Try everything in a throw-away home with stand-ins; nothing real is touched', on: working },
  'sandbox-at': {
    value: 'DIR',
    about: 'Like --sandbox, in this folder, which is kept and can be used again',
    on: working,
  },
  broken: { about: 'With --sandbox: a home in which Claude does not answer, to try the doctor on', on: working },
  help: { short: 'h', about: 'Show this help', on: all },
  version: { short: 'v', about: 'Show the version', on: all.filter((name) => name !== 'normalizer') },
} as const satisfies Record<string, OtherFlag>;

export type OtherFlagName = keyof typeof otherFlags;
export type SwitchName = {
  [F in OtherFlagName]: (typeof otherFlags)[F] extends { value: string } ? never : F;
}[OtherFlagName];

const answerCommands: readonly CommandName[] = ['setup', 'apply', 'plan'];
/** Answers that other commands take as well. */
const alsoOn: Readonly<Record<string, readonly CommandName[]>> = {
  agents: ['renew'],
  profileId: ['renew'],
  tokenExpires: ['renew', 'remind'],
  restartGateway: ['renew'],
  liveCheck: ['renew'],
};

/** How a secret comes; `env`, `ref-file`, `sha256`: the name of a variable, the path of a file or its hash in its place. */
export type SecretSource = 'stdin' | 'file' | 'env' | 'ref-file' | 'sha256';

/** Those that hand the secret of a method over. The doctor stores what a sign-in makes. */
export const secretFlags: ReadonlyMap<string, OtherFlag & { readonly secret: string; readonly from: SecretSource }> =
  new Map(
    storing.flatMap(({ secret: { name, noun, byReference, bySignIn } }) => {
      const on: readonly CommandName[] = [
        'apply',
        'plan',
        'renew',
        'recover',
        ...(bySignIn ? (['doctor'] as const) : []),
      ];
      const flag = (from: SecretSource, more: { about: string; value?: string; on?: readonly CommandName[] }) =>
        [`${name}-${from}`, { secret: name, from, on, ...more }] as const;
      const named = `Have OpenClaw read the ${noun} from this variable, and store only its name (from 2026.5.28)`;
      const kept = `Have OpenClaw read the ${noun} from this file, storing only its path (5.28 to 6.1, from 8.2)`;
      return [
        flag('stdin', { about: `Read the ${noun} from standard input` }),
        flag('file', { value: 'FILE', about: `Read the ${noun} from a file that only you can read` }),
        ...(byReference
          ? [flag('env', { value: 'NAME', about: named }), flag('ref-file', { value: 'PATH', about: kept })]
          : []),
        flag('sha256', {
          value: 'HEX',
          about: `Compare the stored ${noun} with this SHA-256 hash, so that a check needs no secret`,
          on: ['plan'],
        }),
      ];
    }),
  );

/** Belongs to every command that looks at a machine (the wizard may do without). */
export function isCommon(flag: OtherFlag): boolean {
  return working.slice(1).every((name) => flag.on.includes(name));
}

/** Every flag there is: name without dashes → its words. For the help, the README check and the nearest match. */
export function allFlags(): Map<string, OtherFlag> {
  const found = new Map<string, OtherFlag>();
  for (const [key, flag] of Object.entries(questions)) {
    const on = [...answerCommands, ...(alsoOn[key] ?? [])];
    const words = { about: flag.about, on, choices: flag.choices };
    found.set(flag.name, flag.value === undefined ? words : { ...words, value: flag.value });
    if (flag.off !== undefined) {
      found.set(flag.off, { about: flag.value === undefined ? 'Do not' : 'None', on });
    }
  }
  for (const [name, flag] of [...secretFlags, ...Object.entries(otherFlags)]) found.set(name, flag);
  return found;
}
