import type { WhoseClaude } from '../facts/claude-login.ts';
import type { Facts } from '../facts/types.ts';
import type { CredentialType } from '../openclaw/records.ts';
import { Problem } from '../system/problem.ts';
import type { Answers } from './shared/answers.ts';

/** A row of a list that a question shows on the models screen, or one of its answers. */
export interface Option {
  readonly label: string;
  readonly aside?: string;
  /** Shown under the row while the cursor is on it. */
  readonly more?: readonly string[];
  readonly disabled?: { readonly because: string };
}

/**
 * One question, declared once: flag, help, prompt, key of the answers file, printed command and the README's table follow
 * from it, and for a question of one method its row on the models screen. Loads nothing, so that `--help` is quick.
 */
export interface Question<Value = unknown> {
  /** Flag without dashes. */
  readonly name: string;
  /** Placeholder in the help; absent for a switch. */
  readonly value?: string;
  /** What the value may be, where that is a fixed list. */
  readonly choices?: readonly string[];
  readonly many?: true;
  /** What no value of several is called in the plain text flow; `none` unless said. */
  readonly empty?: string;
  /** The switch that says the opposite, or none: `no-restart-gateway`, `no-fallback`. */
  readonly off?: string;
  /** One line for the help. */
  readonly about: string;
  /** The question of the plain text flow. */
  readonly ask: string;
  /** Throws `Problem('bad-flag')`, exit code 2. */
  parse(values: readonly string[]): Value;
  /** The value as words after the flag, one per occurrence; null prints the `off` switch; [] prints nothing. */
  print(value: Value): readonly string[] | null;
  /** Left out of a printed command while it is this and was so before: it is what most people have. */
  readonly usual?: Value;
  /** Says nothing, and is left out, while the answer of this key is empty. */
  readonly onlyWith?: string;
  /** Above the list of its answers on the models screen. */
  readonly title?: string;
  /** To choose from, by the value as a flag has it, where nothing else gives them. */
  readonly options?: Readonly<Record<string, Option>>;
}

/** A question that only one method asks, with its row on the models screen. */
export interface OwnQuestion<Value = unknown> extends Question<Value> {
  readonly key: string;
  readonly usual: Value;
  /** `Restart loop`: what its row is called. */
  readonly label: string;
  /** Whether it makes a difference here. */
  asked(facts: Facts): boolean;
  row(facts: Facts, answers: Answers): Omit<Option, 'label'>;
}

/**
 * The secret that a method is handed and OpenClaw stores, declared once: its flags, help, prompts, screen and printed
 * command follow from it, and what is said of it.
 */
export interface MethodSecret {
  /** What steps call it, and how its flags begin, which end in `-stdin` and `-file`. */
  readonly name: string;
  /** What it is called, after an article or "new": `token`. */
  readonly noun: string;
  /** What one is: `a setup token`. */
  readonly one: string;
  /** As what OpenClaw stores it. */
  readonly type: CredentialType;
  /** Name of its profile in OpenClaw, where none has it and nobody gave another. */
  readonly profile: string;
  /** How one begins; public, and what people know it by. */
  readonly prefix: string;
  /** The name of a variable or the path of a file may stand in its place; those flags end in `-env` and `-ref-file`. */
  readonly byReference?: true;
  /** Claude Code's sign-in makes one, inside of the wizard too. */
  readonly bySignIn: boolean;
  /** Where a person makes one: a command to type, or the address of a page. */
  readonly madeBy: { readonly command: string } | { readonly page: string };
  /** ms from the day it is made; null: until somebody revokes it. */
  readonly lasts: number | null;
  /** Address of the page where it is revoked. */
  readonly revokedAt: string;
}

/** A method whose credential OpenClaw stores. */
export type StoringMethod = MethodQuestions & { readonly secret: MethodSecret };

/** What a method declares before anything of it is loaded. */
export interface MethodQuestions {
  readonly id: string;
  /** Absent where nothing is handed over: it has no sign-in screen. */
  readonly secret?: MethodSecret;
  /** The Claude Code that has to be signed in for it. */
  readonly signsIn?: WhoseClaude;
  /** The provider of its own in OpenClaw's configuration, where it has one. */
  readonly provider?: string;
  readonly questions: readonly OwnQuestion[];
}

const REF = /^[\w.-]+\/\S+$/;

export function yes(): true {
  return true;
}

export const yesOrNo = (value: boolean): readonly string[] | null => (value ? [''] : null);

export function last(values: readonly string[]): string {
  return values[values.length - 1] ?? '';
}

/** `provider/model` */
export function modelRef(flag: string, text: string, wanted = 'provider/model'): string {
  return matching(flag, text, REF, wanted);
}

export function matching(flag: string, text: string, shape: RegExp, wanted: string): string {
  if (!shape.test(text)) throw badFlag(flag, text, wanted);
  return text;
}

function oneOf<T extends string>(flag: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((value) => value === text);
  if (found === undefined) throw badFlag(flag, text, `one of ${allowed.join(', ')}`);
  return found;
}

/** What the flag, the parser and the printed command of a fixed list of values share. */
export function choice<T extends string>(
  name: string,
  value: string,
  choices: readonly T[],
): Pick<Question<T>, 'name' | 'value' | 'choices' | 'parse' | 'print'> {
  return { name, value, choices, parse: (values) => oneOf(name, last(values), choices), print: (one) => [one] };
}

export function badFlag(flag: string, text: string, wanted: string): Problem {
  // A token pasted behind the wrong flag must not come back on the screen.
  const shown = text.length > 60 || /sk-ant-/.test(text) ? 'that value' : `"${text}"`;
  return new Problem('bad-flag', `--${flag} takes ${wanted}, not ${shown}.`, {
    next: 'clawauth-setup apply --help',
    exitCode: 2,
  });
}
