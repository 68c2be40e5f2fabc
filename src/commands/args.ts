import { parseArgs } from 'node:util';
import { applyFromStdin, example, storing } from '../methods/asking.ts';
import type { HandedSecret } from '../methods/handed.ts';
import type { Question, StoringMethod } from '../methods/question.ts';
import { questions } from '../methods/questions.ts';
import type { Answers, GivenAnswers } from '../methods/types.ts';
import { nearest } from '../system/nearest.ts';
import { Problem } from '../system/problem.ts';
import { fileIn, variableIn } from '../system/secret.ts';
import { capital, shellQuote, withArticle } from '../text.ts';
import {
  all,
  allFlags,
  type CommandName,
  commands,
  type OtherFlag,
  type OtherFlagName,
  otherFlags,
  type SecretSource,
  type SwitchName,
  secretFlags,
} from './flags.ts';
import { usage as says } from './words/help.ts';

/** What a command line says. Only what was given: defaults come from the facts. */
export interface Parsed {
  readonly command: CommandName;
  readonly switches: ReadonlySet<SwitchName>;
  readonly values: Readonly<Partial<Record<Exclude<OtherFlagName, SwitchName>, string>>>;
  readonly answers: GivenAnswers;
  /** The secret that is handed over, by the name that steps give it, and the file or variable that has it. */
  readonly handed: { readonly name: string; readonly from: SecretSource; readonly value: string } | null;
  readonly operand?: string;
}

/** Reads a command line (without node and script). Throws `Problem`s with exit code 2. */
export function parse(argv: readonly string[]): Parsed {
  refuseSecrets(argv);
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
      throw usage(says.noValue(token.name), help);
    }
    if (flag.value !== undefined && (token.value === undefined || token.value === '')) {
      throw usage(says.needsValue(token.name, flag.value), help);
    }
    if (flag.value !== undefined && !token.inlineValue && token.value?.startsWith('--')) {
      throw usage(says.needsBefore(token.name, token.value.split('=')[0] ?? ''), help);
    }
    given.set(token.name, [...(given.get(token.name) ?? []), token.value ?? '']);
  }

  const command = commandOf(words);
  for (const name of given.keys()) {
    const on = flags.get(name)?.on ?? [];
    if (!on.includes(command)) {
      throw usage(says.elsewhere(name, command, on), `clawauth-setup ${command} --help`);
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
  const { choices } = commands[command];
  const rest = words[1];
  if (rest !== undefined && choices !== undefined && !choices.includes(rest)) {
    throw usage(says.takes(command, choices, shorten(rest)), `clawauth-setup ${command} --help`);
  }
  const parsed = { command, switches, values, answers, handed: handedBy(given) };
  return rest === undefined ? parsed : { ...parsed, operand: rest };
}

function refuseSecrets(argv: readonly string[]): void {
  const named = ({ secret: { name } }: StoringMethod, word: string) =>
    word === `--${name}` || word.startsWith(`--${name}=`);
  const pasted = argv.some((word) => /sk-ant-[a-z]+\d*-[\w-]{8,}/.test(word));
  const meant = storing.find((one) => argv.some((word) => named(one, word) || word.includes(one.secret.prefix)));
  if (!pasted && !storing.some((one) => argv.some((word) => named(one, word)))) return;
  const method = meant ?? example;
  throw new Problem('token-in-command-line', says.secretHere(capital(withArticle(method.secret.noun))), {
    why: says.seenHere,
    next: applyFromStdin(method),
    exitCode: 2,
  });
}

/** The one flag that hands a secret over. */
function handedBy(given: ReadonlyMap<string, readonly string[]>): Parsed['handed'] {
  const [first, second] = [...secretFlags].filter(([name]) => given.has(name));
  if (first === undefined) return null;
  if (second !== undefined) throw usage(says.notBoth(first[0], second[0]), 'clawauth-setup apply --help');
  const [name, { secret, from }] = first;
  return { name: secret, from, value: given.get(name)?.at(-1) ?? '' };
}

function commandOf(words: readonly string[]): CommandName {
  const [first, second, third] = words;
  if (first === undefined) return 'setup';
  const command = all.find((name) => name === first);
  if (command === undefined) {
    const near = nearest(first, all);
    throw usage(
      says.noCommand(shorten(first), near),
      near === null ? 'clawauth-setup --help' : `clawauth-setup ${near}`,
    );
  }
  const extra = commands[command].operand === undefined ? second : third;
  if (extra !== undefined) {
    throw usage(says.takesNot(command, shorten(extra)), `clawauth-setup ${command} --help`);
  }
  return command;
}

function answersOf(given: ReadonlyMap<string, readonly string[]>): GivenAnswers {
  const answers: Record<string, unknown> = {};
  for (const [key, flag] of Object.entries(questions)) {
    const on = given.get(flag.name);
    const off = flag.off === undefined ? undefined : given.get(flag.off);
    if (on !== undefined && off !== undefined) {
      throw usage(says.contradict(flag.name, flag.off ?? ''), 'clawauth-setup --help');
    }
    if (on !== undefined) answers[key] = flag.parse(on);
    if (off !== undefined) answers[key] = flag.value === undefined ? false : flag.parse([]);
  }
  return answers;
}

/**
 * The command that gives the same result without questions, ready to paste into a POSIX shell. The secret, where the way
 * has one, is read from standard input, never from the command line; what was named in its place is named.
 * With `defaults`, answers that equal them are left out.
 */
export function equivalentCommand(
  answers: Answers,
  options: { defaults?: Answers; secret?: boolean; handed?: HandedSecret | null } = {},
): string {
  const words = ['clawauth-setup', 'apply'];
  for (const [key, question] of Object.entries(questions)) {
    // Always named: without it apply asks, and the meaning of the rest depends on it.
    const same = key !== 'method' && options.defaults !== undefined && equal(answers[key], options.defaults[key]);
    if (!same && !isUsual(key, question, answers, options.defaults))
      words.push(...flagWords(question, saidOr(question, answers[key])));
  }
  const method = storing.find(({ id }) => id === answers.method);
  const file = options.handed?.value.reveal(fileIn) ?? null;
  if (method !== undefined && (options.secret !== false || file !== null)) {
    const { name } = method.secret;
    const variable = options.handed?.value.reveal(variableIn) ?? null;
    if (variable !== null) words.push(`--${name}-env`, variable);
    else if (file !== null) words.push(`--${name}-ref-file`, file);
    else words.push(`--${name}-stdin`);
  }
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
  return usage(says.noFlag(shorten(raw), near), help);
}

/** A pasted token must not come back in a message. */
function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 12)}…` : text;
}

function usage(what: string, next: string): Problem {
  return new Problem('usage', what, { next, exitCode: 2 });
}
