// The texts of the help, and of a command line that cannot be read.

/** What each command does: one row of the help, without a stop at its end. */
export const commandSays = {
  setup: 'Walk through everything, step by step (this is the default)',
  apply: 'Do it without questions, for scripts',
  plan: 'Show what apply would change; change nothing',
  status: 'Show what is set up here and whether it works',
  doctor: 'Say why Claude does not answer; with --fix, fix what can be fixed',
  undo: 'Put everything back as it was before a run',
  renew: (nouns: readonly string[]) => `Replace the ${nouns.join(' or ')} with a new one, and change nothing else`,
  recover: 'Show a run that was interrupted; end it with --resume, --undo or --leave',
  backups: 'List what is kept for undo, check it (verify), or forget old runs (prune)',
  remind: 'Once a week, say when the token is about to end; off unless you switch it on',
  uninstall: 'Remove everything clawauth-setup added, and keep your own changes',
  report: 'Write the state of this machine into a file that is safe to paste into a public issue',
  normalizer: 'Answer OpenClaw with Claude Code, in the foreground: what the service of the proxy runs',
};

/** A paragraph more, where a command needs one. */
export const notes = {
  doctor:
    'Exits with 0 when nothing stands in the way, 1 when something does; with --fix also with 3 when a problem is still there after its fix, or a new one has appeared.',
  normalizer: 'It has flags of its own: clawauth-setup normalizer --help',
};

/** What each flag does that is no answer; those have their texts beside their questions. */
export const flagSays = {
  answers: 'Read answers from a JSON file; flags win over it',
  'dry-run': 'Show what would change and stop',
  yes: 'Do not ask for confirmation',
  resume: 'Go on with a run that was interrupted',
  undo: 'Put back what the interrupted run did',
  leave: 'End the interrupted run as it stands; it can be undone later',
  list: 'List the runs that can be undone, or everything that the doctor checks',
  id: 'Only these checks: ids separated by commas, or a family (token.*)',
  fix: 'Show the fixes, ask once, apply them, and look again',
  since: 'How far back the logs are read: 2h, 24h (unless given), 7d',
  live: 'Ask Claude one real question (costs one request), and check clock and TLS',
  follow: 'Keep looking, and report what is new, until Ctrl-C',
  explain: 'Say what one check looks for',
  keep: 'Forget all runs but the newest N',
  'older-than': 'Forget runs older than this: 90d, 12w, 6m or 1y',
  'in-force': 'Also forget what an undo of the present set-up needs',
  on: 'Switch the weekly reminder on',
  off: 'Switch the weekly reminder off and remove its files',
  purge: 'Also remove backups and preferences; then nothing can be undone',
  check: 'Exit with 0 healthy, 1 broken, 2 a credential ends soon',
  'warn-days': 'Warn this many days before it ends (30 unless given)',
  details: 'Show where each fact comes from',
  output: 'Where the report is saved; - prints it only',
  json: 'Print one JSON object on standard output, progress on standard error',
  'state-dir': 'The OpenClaw with this state directory, if there are several',
  target: 'The OpenClaw in the container with this name; host means the one on this machine',
  'store-here': 'Store it in the OpenClaw on this machine although its gateway runs on another one',
  sandbox: 'Try everything in a throw-away home with stand-ins; nothing real is touched',
  'sandbox-at': 'Like --sandbox, in this folder, which is kept and can be used again',
  broken: 'With --sandbox: a home in which Claude does not answer, to try the doctor on',
  help: 'Show this help',
  version: 'Show the version',
};

/** The flag that turns an answer off. */
export const offSays = { switch: 'Do not', list: 'None' };

/** What the flags do that hand a secret over. */
export const secretSays = {
  stdin: (noun: string) => `Read the ${noun} from standard input`,
  file: (noun: string) => `Read the ${noun} from a file that only you can read`,
  env: (noun: string) => `Have OpenClaw read the ${noun} from this variable, and store only its name (from 2026.5.28)`,
  'ref-file': (noun: string) =>
    `Have OpenClaw read the ${noun} from this file, storing only its path (5.28 to 6.1, from 8.2)`,
  sha256: (noun: string) => `Compare the stored ${noun} with this SHA-256 hash, so that a check needs no secret`,
};

export const exitCodeSays = {
  0: 'done, or nothing to do',
  1: 'failed, and everything was put back',
  2: 'the command line is wrong',
  3: 'partly applied, or applied and not seen to work (the undo command is printed)',
  4: 'an answer is missing (its flag is named)',
  5: 'another run of clawauth-setup is changing this home: try again when it has ended',
  130: 'cancelled',
  143: 'ended by SIGTERM before everything could be put back (recover shows what was done)',
};

/** What stands around those in the help. */
export const help = {
  title: (version: string) => `clawauth-setup ${version}: OpenClaw on your own Claude plan.`,
  copies: 'A copy is kept before every write, and every run can be undone.',
  usage: (words: string) => `Usage: clawauth-setup ${words} [flags]`,
  anyCommand: '[command]',
  ofOneCommand: 'Flags of one command: clawauth-setup apply --help',
  exitCodes: 'Exit codes',
  example: 'Example:',
  answers: 'Answers (what is not given is taken from what is set up now)',
  flags: 'Flags',
};

/** A command line that cannot be read. */
export const usage = {
  noValue: (flag: string) => `--${flag} takes no value.`,
  needsValue: (flag: string, value: string) => `--${flag} needs a value: --${flag} ${value}`,
  needsBefore: (flag: string, next: string) => `--${flag} needs a value before ${next}.`,
  elsewhere: (flag: string, command: string, commands: readonly string[]) =>
    `--${flag} does not belong to "${command}"; it works with ${commands.map((one) => `clawauth-setup ${one}`).join(', ')}.`,
  takes: (command: string, choices: readonly string[], word: string) =>
    `"${command}" takes ${choices.join(', ')}, not "${word}".`,
  takesNot: (command: string, word: string) => `"${command}" does not take "${word}".`,
  notBoth: (one: string, other: string) => `Give --${one} or --${other}, not both.`,
  oneOf: (flags: readonly string[]) => `Give one of ${flags.map((flag) => `--${flag}`).join(', ')}.`,
  contradict: (one: string, other: string) => `--${one} and --${other} contradict each other.`,
  noCommand: (word: string, near: string | null) =>
    `There is no command "${word}".${near === null ? '' : ` Did you mean "${near}"?`}`,
  noFlag: (word: string, near: string | null) =>
    `There is no flag "${word}".${near === null ? '' : ` Did you mean "--${near}"?`}`,
  secretHere: (secret: string) => `${secret} does not belong on the command line.`,
  seenHere: 'Every user of this machine can see it there, and the shell writes it into its history.',
  brokenAlone: '--broken makes a sandbox in which Claude does not answer; it needs --sandbox or --sandbox-at.',
  wholeNumber: (flag: string, text: string) => `--${flag} takes a whole number, not "${text}".`,
  age: (flag: string, text: string) => `--${flag} takes an age such as 90d, 12w, 6m or 1y, not "${text}".`,
  hours: (flag: string, text: string) => `--${flag} takes an age such as 2h, 24h, 7d or 1w, not "${text}".`,
  about: (flag: string) => `About --${flag}.`,
};

/** What ended the program as a whole. */
export const ended = {
  cancelled: 'Cancelled.',
  unexpected: (said: string) => `Something went wrong that should not have: ${said}`,
  debug: 'Every file that was changed has a copy. For a report, run the same with CLAWAUTH_DEBUG=1 in front.',
  bySigterm: (seconds: number) => `Ended by SIGTERM: something was still running after ${seconds} s.`,
  onRecord: 'Every file that was changed has a copy, and what was done is on record.',
};
