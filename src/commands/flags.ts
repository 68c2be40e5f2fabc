import { example, storing } from '../methods/asking.ts';
import { questions } from '../methods/questions.ts';
import { commandSays, flagSays, notes, offSays, secretSays } from './words/help.ts';

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
  setup: { about: commandSays.setup, example: 'clawauth-setup' },
  apply: {
    about: commandSays.apply,
    example: `clawauth-setup apply --method ${example.id} --${example.secret.name}-file ${example.secret.name}.txt --yes`,
  },
  plan: {
    about: commandSays.plan,
    example: `clawauth-setup plan --method ${example.id} --role fallback`,
  },
  status: { about: commandSays.status, example: 'clawauth-setup status --check' },
  doctor: {
    about: commandSays.doctor,
    example: 'clawauth-setup doctor --fix',
    notes: notes.doctor,
  },
  undo: {
    about: commandSays.undo,
    example: 'clawauth-setup undo',
    operand: 'ID',
  },
  renew: {
    about: commandSays.renew(storing.map(({ secret }) => secret.noun)),
    example: `clawauth-setup renew --${example.secret.name}-file ${example.secret.name}.txt --yes`,
  },
  recover: {
    about: commandSays.recover,
    example: 'clawauth-setup recover --undo',
  },
  backups: {
    about: commandSays.backups,
    example: 'clawauth-setup backups prune --older-than 90d',
    operand: 'WHAT',
    choices: ['list', 'verify', 'prune'],
  },
  remind: {
    about: commandSays.remind,
    example: 'clawauth-setup remind --on',
  },
  uninstall: {
    about: commandSays.uninstall,
    example: 'clawauth-setup uninstall --dry-run',
  },
  report: {
    about: commandSays.report,
    example: 'clawauth-setup report --output report.md',
  },
  normalizer: {
    about: commandSays.normalizer,
    example: 'clawauth-setup normalizer --help',
    notes: notes.normalizer,
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
    about: flagSays.answers,
    on: ['setup', 'apply', 'plan'],
  },
  'dry-run': {
    about: flagSays['dry-run'],
    on: ['apply', 'renew', 'backups', 'remind', 'uninstall', 'doctor'],
  },
  yes: {
    short: 'y',
    about: flagSays.yes,
    on: ['apply', 'undo', 'renew', 'backups', 'remind', 'uninstall', 'report', 'doctor'],
  },
  resume: { about: flagSays.resume, on: ['apply', 'recover'] },
  undo: { about: flagSays.undo, on: ['recover'] },
  leave: { about: flagSays.leave, on: ['recover'] },
  list: { about: flagSays.list, on: ['undo', 'doctor'] },
  id: { value: 'ID', about: flagSays.id, on: ['doctor'] },
  fix: { about: flagSays.fix, on: ['doctor'] },
  since: { value: 'AGE', about: flagSays.since, on: ['doctor'] },
  live: {
    about: flagSays.live,
    on: ['doctor'],
  },
  follow: { about: flagSays.follow, on: ['doctor'] },
  explain: { value: 'ID', about: flagSays.explain, on: ['doctor'] },
  keep: { value: 'N', about: flagSays.keep, on: ['backups'] },
  'older-than': { value: 'AGE', about: flagSays['older-than'], on: ['backups'] },
  'in-force': { about: flagSays['in-force'], on: ['backups'] },
  on: { about: flagSays.on, on: ['remind'] },
  off: { about: flagSays.off, on: ['remind'] },
  purge: { about: flagSays.purge, on: ['uninstall'] },
  check: { about: flagSays.check, on: ['status'] },
  'warn-days': { value: 'N', about: flagSays['warn-days'], on: ['status', 'remind'] },
  details: { about: flagSays.details, on: ['status'] },
  output: { value: 'FILE', about: flagSays.output, on: ['report'] },
  json: { about: flagSays.json, on: working.slice(1) },
  'state-dir': {
    value: 'DIR',
    about: flagSays['state-dir'],
    on: working,
  },
  target: {
    value: 'NAME',
    about: flagSays.target,
    on: working,
  },
  'store-here': {
    about: flagSays['store-here'],
    on: ['setup', 'apply', 'plan', 'renew'],
  },
  sandbox: { about: flagSays.sandbox, on: working },
  'sandbox-at': {
    value: 'DIR',
    about: flagSays['sandbox-at'],
    on: working,
  },
  broken: { about: flagSays.broken, on: working },
  help: { short: 'h', about: flagSays.help, on: all },
  version: { short: 'v', about: flagSays.version, on: all.filter((name) => name !== 'normalizer') },
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
      const flag = (from: SecretSource, value?: string, commands = on) =>
        [
          `${name}-${from}`,
          {
            secret: name,
            from,
            on: commands,
            about: secretSays[from](noun),
            ...(value === undefined ? {} : { value }),
          },
        ] as const;
      return [
        flag('stdin'),
        flag('file', 'FILE'),
        ...(byReference ? [flag('env', 'NAME'), flag('ref-file', 'PATH')] : []),
        flag('sha256', 'HEX', ['plan']),
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
      found.set(flag.off, { about: flag.value === undefined ? offSays.switch : offSays.list, on });
    }
  }
  for (const [name, flag] of [...secretFlags, ...Object.entries(otherFlags)]) found.set(name, flag);
  return found;
}
