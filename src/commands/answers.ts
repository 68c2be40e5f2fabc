import { resolve } from 'node:path';
import type { Facts } from '../facts/types.ts';
import { parse } from '../json5/index.ts';
import { readSomeAnswers } from '../methods/answers.ts';
import { storing } from '../methods/asking.ts';
import { answersWith } from '../methods/given.ts';
import { defaultAnswers, methodOf } from '../methods/index.ts';
import { answerKeys, questions } from '../methods/questions.ts';
import type { Answers, GivenAnswers } from '../methods/types.ts';
import { editorAt } from '../system/file-problems.ts';
import { nearest } from '../system/nearest.ts';
import { Problem } from '../system/problem.ts';
import { decodeText } from '../system/text-file.ts';
import type { CommandContext } from './context.ts';
import type { CommandName } from './flags.ts';
import { answers as words } from './words/asking.ts';

/** What was given on the command line and in the answers file. Throws `Problem`s with exit code 2. */
export async function givenAnswers(context: CommandContext): Promise<GivenAnswers> {
  const file = context.args.values.answers;
  const fromFile = file === undefined ? {} : await readAnswersFile(context, resolve(context.cwd, file));
  const given = { ...fromFile, ...context.args.answers };
  // An unknown method is reported before anything is looked up or asked for.
  if (given.method !== undefined) methodOf({ method: given.method });
  return given;
}

/** What was given over what is set up now, as the way that was given sees it. */
export function completeAnswers(facts: Facts, given: GivenAnswers): Answers {
  return answersWith(defaultAnswers(facts, given.method, given.role), given);
}

/** Throws exit code 4, naming the flag, when nothing was said about how to sign in. */
export function requireMethod({ method }: GivenAnswers): void {
  if (method === undefined) throw missing('method', words.noMethod);
}

/** Throws exit code 4 where nobody said yes and there is no terminal to ask on. */
export function requireConfirmation({ args, streams }: Pick<CommandContext, 'args' | 'streams'>): void {
  if (args.switches.has('yes') || streams.stdinTty) return;
  throw missing('yes', words.needsYes, args.command);
}

/** An answer is missing: names the flag that gives it. */
export function missing(flag: string, what: string, command: CommandName = 'apply'): Problem {
  return new Problem('answer-missing', words.add(what, flag), {
    next: `clawauth-setup ${command} --help`,
    exitCode: 4,
  });
}

async function readAnswersFile(context: CommandContext, path: string): Promise<GivenAnswers> {
  const text = await givenText(context, path);
  if (text === null) throw wrong(words.noFile(path));
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw notJson(path, text);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(words.notObject(path));
  const { schema, ...given } = value as Record<string, unknown>;
  if (schema !== undefined && schema !== 1) throw wrong(words.otherSchema(path, String(schema)));
  for (const key of Object.keys(given)) {
    if (Object.hasOwn(questions, key)) continue;
    // A secret in that file would be read by whoever reads scripts.
    const hint = /(token|key)$|secret|password/i.test(key)
      ? words.handOver(storing.map(({ secret }) => `--${secret.name}-stdin`))
      : words.didYouMean(nearest(key, answerKeys) ?? answerKeys[0]);
    throw wrong(words.unknown(path, key.slice(0, 40), hint));
  }
  const read = readSomeAnswers(given);
  if ('wrong' in read) throw wrong(`${path}: ${read.wrong}.`);
  for (const key of answerKeys) checkShape(path, key, read.answers[key]);
  return read.answers;
}

/** More than anybody writes into one. */
const MAX_BYTES = 1 << 20;

async function givenText({ world, signal }: CommandContext, path: string): Promise<string | null> {
  try {
    const bytes = await world.files.readGiven(path, MAX_BYTES, signal);
    return bytes === null ? null : decodeText(path, bytes);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw new Problem(error.code, error.what, { ...error.more, exitCode: 2 });
  }
}

/** An answer of a file has to be one that its flag would take. */
function checkShape(path: string, key: string, value: unknown): void {
  const question = questions[key];
  if (value === undefined || question?.value === undefined) return;
  const words = question.print(value);
  if (words === null || words.length === 0) return;
  try {
    question.parse(words);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw wrong(`${path}: ${key}: ${error.what}`);
  }
}

/** Where it stops being JSON; without a place when it is JSON5 (comments, single quotes). */
function notJson(path: string, text: string): Problem {
  const read = parse(text);
  if (read.ok) return wrong(words.json5(path));
  const { message, line, column } = read.error;
  const what = words.notJson(path, message.replace(/\.$/, ''));
  return new Problem('answers-file', what, {
    next: editorAt(path, line),
    at: { file: path, line, column },
    exitCode: 2,
  });
}

function wrong(what: string): Problem {
  return new Problem('answers-file', what, { next: 'clawauth-setup apply --help', exitCode: 2 });
}
