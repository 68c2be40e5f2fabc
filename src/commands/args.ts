import { parseArgs } from 'node:util';
import { exampleMethod } from '../methods/asking.ts';
import type { Question } from '../methods/question.ts';
import { questions } from '../methods/questions.ts';
import type { Answers, GivenAnswers } from '../methods/types.ts';
import { nearest } from '../system/nearest.ts';
import { Problem } from '../system/problem.ts';
import { shellQuote } from '../text.ts';

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
  /** More lines for its help, as they are. */
  readonly notes?: readonly string[];
}

export const commands: { readonly [C in CommandName]: CommandWords } = {
  setup: { about: 'Walk through everything, step by step (this is the default)', example: 'clawauth-setup' },
  apply: {
    about: 'Do it without questions, for scripts',
    example: `clawauth-setup apply --method ${exampleMethod} --token-file token.txt --yes`,
  },
  plan: {
    about: 'Show what apply would change; change nothing',
    example: `clawauth-setup plan --method ${exampleMethod} --role fallback`,
  },
  status: { about: 'Show what is set up here and whether it works', example: 'clawauth-setup status --check' },
  doctor: {
    about: 'Say why Claude does not answer; with --fix, fix what can be fixed',
    example: 'clawauth-setup doctor --fix',
    notes: [
      'Exits with 0 when nothing stands in the way, 1 when something does; with --fix also with 3',
      'when a problem is still there after its fix, or a new one has appeared.',
    ],
  },
  undo: {
    about: 'Put everything back as it was before a run',
    example: 'clawauth-setup undo',
    operand: 'ID',
  },
  renew: {
    about: 'Put a new token in the place of the old one, and change nothing else',
    example: 'clawauth-setup renew --token-file token.txt --yes',
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
    about: 'Take everything of clawauth-setup away, and keep what you changed yourself',
    example: 'clawauth-setup uninstall --dry-run',
  },
  report: {
    about: 'Write what is here into a file that is safe to paste into a public issue',
    example: 'clawauth-setup report --output report.md',
  },
  normalizer: {
    about: 'Answer OpenClaw with Claude Code, in the foreground: what the service of the proxy runs',
    example: 'clawauth-setup normalizer --help',
    notes: ['It has flags of its own: clawauth-setup normalizer --help'],
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

const all = Object.keys(commands) as CommandName[];
/** Those that look at a machine. */
const working = all.filter((name) => name !== 'normalizer');

export const otherFlags = {
  'token-stdin': { about: 'Read the token from standard input', on: ['apply', 'renew', 'recover', 'doctor'] },
  'token-file': {
    value: 'FILE',
    about: 'Read the token from a file that only you can read',
    on: ['apply', 'renew', 'recover', 'doctor'],
  },
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
  list: { about: 'List the runs that can be taken back, or everything that the doctor checks', on: ['undo', 'doctor'] },
  id: { value: 'ID', about: 'Only these checks: ids with commas between them, or a family (token.*)', on: ['doctor'] },
  fix: { about: 'Show the fixes, ask once, apply them, and look again', on: ['doctor'] },
  since: { value: 'AGE', about: 'How far back the logs are read: 2h, 24h (unless given), 7d', on: ['doctor'] },
  live: { about: 'Also ask Claude one real question (costs one request)', on: ['doctor'] },
  follow: { about: 'Keep looking, and report what is new, until Ctrl-C', on: ['doctor'] },
  explain: { value: 'ID', about: 'Say what one check looks for', on: ['doctor'] },
  keep: { value: 'N', about: 'Forget all runs but the newest N', on: ['backups'] },
  'older-than': { value: 'AGE', about: 'Forget runs older than this: 90d, 12w, 6m or 1y', on: ['backups'] },
  'in-force': { about: 'Also forget what an undo of the present set-up needs', on: ['backups'] },
  on: { about: 'Switch the weekly reminder on', on: ['remind'] },
  off: { about: 'Switch the weekly reminder off and remove its files', on: ['remind'] },
  purge: { about: 'Also remove backups and preferences; then nothing can be undone', on: ['uninstall'] },
  check: { about: 'Exit with 0 healthy, 1 broken, 2 a credential ends soon', on: ['status'] },
  'warn-days': { value: 'N', about: 'What soon means, in days (30 unless given)', on: ['status', 'remind'] },
  details: { about: 'Show where each fact comes from', on: ['status'] },
  output: { value: 'FILE', about: 'Where the report is saved; - prints it only', on: ['report'] },
  json: { about: 'Print one JSON object on standard output, progress on standard error', on: working.slice(1) },
  'state-dir': {
    value: 'DIR',
    about: 'The OpenClaw with this state directory, if there are several',
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
  version: { short: 'V', about: 'Show the version', on: all.filter((name) => name !== 'normalizer') },
} as const satisfies Record<string, OtherFlag>;

export type OtherFlagName = keyof typeof otherFlags;
type SwitchName = { [F in OtherFlagName]: (typeof otherFlags)[F] extends { value: string } ? never : F }[OtherFlagName];

const answerCommands: readonly CommandName[] = ['setup', 'apply', 'plan'];
/** Answers that other commands take as well. */
const alsoOn: Readonly<Record<string, readonly CommandName[]>> = {
  agents: ['renew'],
  profileId: ['renew'],
  tokenExpires: ['renew', 'remind'],
  restartGateway: ['renew'],
  liveCheck: ['renew'],
};

/** Belongs to every command that looks at a machine (the wizard may do without). */
export function isCommon(flag: OtherFlag): boolean {
  return working.slice(1).every((name) => flag.on.includes(name));
}

/** What a command line says. Only what was given: defaults come from the facts. */
export interface Parsed {
  readonly command: CommandName;
  readonly switches: ReadonlySet<SwitchName>;
  readonly values: Readonly<Partial<Record<Exclude<OtherFlagName, SwitchName>, string>>>;
  readonly answers: GivenAnswers;
  readonly operand?: string;
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
  for (const [name, flag] of Object.entries(otherFlags)) found.set(name, flag);
  return found;
}

/** Reads a command line (without node and script). Throws `Problem`s with exit code 2. */
export function parse(argv: readonly string[]): Parsed {
  if (argv.some((word) => /^--token(=|$)/.test(word) || /sk-ant-[a-z]+\d*-[\w-]{8,}/.test(word))) {
    throw new Problem('token-in-command-line', 'A token does not belong on the command line.', {
      why: 'Every user of this machine can see it there, and the shell writes it into its history.',
      next: `clawauth-setup apply --method ${exampleMethod} --token-stdin --yes < token.txt`,
      exitCode: 2,
    });
  }
  const flags = allFlags();
  const options: Record<string, { type: 'string' | 'boolean'; multiple: true; short?: string }> = {};
  for (const [name, flag] of flags) {
    const type = flag.value === undefined ? 'boolean' : 'string';
    options[name] = flag.short === undefined ? { type, multiple: true } : { type, multiple: true, short: flag.short };
  }
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true });

  const words: string[] = [];
  const given = new Map<string, string[]>();
  const first = tokens.find((token) => token.kind === 'positional')?.value;
  const named = all.find((name) => name === first);
  const help = named === undefined ? 'clawauth-setup --help' : `clawauth-setup ${named} --help`;
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const flag = flags.get(token.name);
    if (flag === undefined) throw unknownFlag(token.rawName, [...flags.keys()], help);
    if (flag.value === undefined && token.value !== undefined) {
      throw usage(`--${token.name} takes no value.`, help);
    }
    if (flag.value !== undefined && (token.value === undefined || token.value === '')) {
      throw usage(`--${token.name} needs a value: --${token.name} ${flag.value}`, help);
    }
    if (flag.value !== undefined && !token.inlineValue && token.value?.startsWith('--')) {
      throw usage(`--${token.name} needs a value before ${token.value.split('=')[0]}.`, help);
    }
    given.set(token.name, [...(given.get(token.name) ?? []), token.value ?? '']);
  }

  const command = commandOf(words);
  for (const name of given.keys()) {
    const on = flags.get(name)?.on ?? [];
    if (!on.includes(command)) {
      const where = on.map((one) => `clawauth-setup ${one}`).join(', ');
      throw usage(
        `--${name} does not belong to "${command}"; it works with ${where}.`,
        `clawauth-setup ${command} --help`,
      );
    }
  }
  const answers = answersOf(given);
  const switches = new Set<SwitchName>();
  const values: Record<string, string> = {};
  for (const [name, flag] of Object.entries<OtherFlag>(otherFlags)) {
    const last = given.get(name)?.at(-1);
    if (last === undefined) continue;
    if (flag.value === undefined) switches.add(name as SwitchName);
    else values[name] = last;
  }
  if (switches.has('token-stdin') && values['token-file'] !== undefined) {
    throw usage('Give --token-stdin or --token-file, not both.', 'clawauth-setup apply --help');
  }
  const { choices } = commands[command];
  const rest = words[1];
  if (rest !== undefined && choices !== undefined && !choices.includes(rest)) {
    throw usage(
      `"${command}" takes ${choices.join(', ')}, not "${shorten(rest)}".`,
      `clawauth-setup ${command} --help`,
    );
  }
  const parsed = { command, switches, values, answers };
  return rest === undefined ? parsed : { ...parsed, operand: rest };
}

function commandOf(words: readonly string[]): CommandName {
  const [first, second, third] = words;
  if (first === undefined) return 'setup';
  const command = all.find((name) => name === first);
  if (command === undefined) {
    const near = nearest(first, all);
    throw usage(
      `There is no command "${shorten(first)}".${near === null ? '' : ` Did you mean "${near}"?`}`,
      near === null ? 'clawauth-setup --help' : `clawauth-setup ${near}`,
    );
  }
  const extra = commands[command].operand === undefined ? second : third;
  if (extra !== undefined) {
    throw usage(`"${command}" does not take "${shorten(extra)}".`, `clawauth-setup ${command} --help`);
  }
  return command;
}

function answersOf(given: ReadonlyMap<string, readonly string[]>): GivenAnswers {
  const answers: Record<string, unknown> = {};
  for (const [key, flag] of Object.entries(questions)) {
    const on = given.get(flag.name);
    const off = flag.off === undefined ? undefined : given.get(flag.off);
    if (on !== undefined && off !== undefined) {
      throw usage(`--${flag.name} and --${flag.off} contradict each other.`, 'clawauth-setup --help');
    }
    if (on !== undefined) answers[key] = flag.parse(on);
    if (off !== undefined) answers[key] = flag.value === undefined ? false : flag.parse([]);
  }
  return answers;
}

/**
 * The command that gives the same result without questions, ready to paste into a POSIX shell. The token is read from
 * standard input, never from the command line. With `defaults`, answers that equal them are left out.
 */
export function equivalentCommand(answers: Answers, options: { defaults?: Answers; token?: boolean } = {}): string {
  const words = ['clawauth-setup', 'apply'];
  for (const [key, question] of Object.entries(questions)) {
    // Always named: without it apply asks, and the meaning of the rest depends on it.
    const same = key !== 'method' && options.defaults !== undefined && equal(answers[key], options.defaults[key]);
    if (!same && !isUsual(key, question, answers, options.defaults))
      words.push(...flagWords(question, saidOr(question, answers[key])));
  }
  if (options.token !== false) words.push('--token-stdin');
  words.push('--yes');
  return words.map(shellQuote).join(' ');
}

function isUsual(key: string, { usual, onlyWith }: Question, answers: Answers, defaults: Answers = answers): boolean {
  if (onlyWith !== undefined && answers[onlyWith] === '') return true;
  return (
    usual !== undefined &&
    equal(usual, saidOr({ usual }, answers[key])) &&
    equal(usual, saidOr({ usual }, defaults[key]))
  );
}

/** What was said, else what most people have: null is an answer too. */
function saidOr({ usual }: Pick<Question, 'usual'>, said: unknown): unknown {
  return said === undefined ? usual : said;
}

function flagWords(flag: Question, value: unknown): readonly string[] {
  const printed = flag.print(value);
  if (printed === null) return flag.off === undefined ? [] : [`--${flag.off}`];
  return printed.flatMap((word) => (flag.value === undefined ? [`--${flag.name}`] : [`--${flag.name}`, word]));
}

function equal(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function unknownFlag(raw: string, names: readonly string[], help: string): Problem {
  const name = raw.replace(/^-+/, '');
  const near = nearest(name, names);
  return usage(`There is no flag "${shorten(raw)}".${near === null ? '' : ` Did you mean "--${near}"?`}`, help);
}

/** A pasted token must not come back in a message. */
function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 12)}…` : text;
}

function usage(what: string, next: string): Problem {
  return new Problem('usage', what, { next, exitCode: 2 });
}
