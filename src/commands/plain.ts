import { availabilityOf } from '../doctor/gate.ts';
import type { Facts } from '../facts/types.ts';
import { applyFromStdin, example } from '../methods/asking.ts';
import { answersWith } from '../methods/given.ts';
import { type HandedSecret, planOptions, secretFor } from '../methods/handed.ts';
import { methodOf, methods } from '../methods/index.ts';
import { ownModels } from '../methods/left-models.ts';
import type { MethodSecret, Question } from '../methods/question.ts';
import { ownQuestions, questions } from '../methods/questions.ts';
import type { Answers, GivenAnswers } from '../methods/types.ts';
import { rowsText } from '../system/printable.ts';
import { Cancelled, type ExitCode, Problem } from '../system/problem.ts';
import { withArticle } from '../text.ts';
import { completeAnswers, givenAnswers } from './answers.ts';
import { carryOut, leftoverWay } from './apply.ts';
import { equivalentCommand } from './args.ts';
import type { CommandContext } from './context.ts';
import { engineFor } from './engine.ts';
import { askSecret, checked } from './handed.ts';
import { pasteable } from './paste.ts';
import { readPreferences, rememberAnswers } from './preferences.ts';
import { answersHere, lookAround, prepare } from './prepare.ts';
import { planText, wrongIn } from './print-plan.ts';
import { ask, confirm } from './prompt.ts';
import { signedIn } from './signed-in.ts';

/**
 * `clawauth-setup` where no screen can be drawn: the same questions, one line each. Without anybody to ask, names the
 * flag that would answer (exit code 4).
 */
export async function runPlain(context: CommandContext): Promise<ExitCode> {
  const { world, streams, signal } = context;
  if (!streams.stdinTty || automated(world.env.CI)) {
    throw new Problem('no-terminal', 'There is no terminal to ask on. Say how to sign in with --method.', {
      why: 'Every question of the wizard has a flag:  clawauth-setup apply --help',
      next: applyFromStdin(example),
      exitCode: 4,
    });
  }
  const engine = await engineFor(context);
  const leftover = await engine.pending();
  if (leftover !== null) {
    throw new Problem('leftover', `An earlier run was interrupted: ${leftover.title}.`, {
      why: leftoverWay(leftover),
      next: 'clawauth-setup undo',
      exitCode: 4,
    });
  }
  const before = await lookAround(context);
  const given = { ...(await readPreferences(world)), ...(await givenAnswers(context)) };
  // The end of a token is not asked here: unless it was given, it is the end of the token that is pasted.
  const { tokenExpires: _, ...answered } = await askAll(context, before, given);
  const facts = await signedIn(context, before, answered.method);
  const answers = { ...answered, ...(given.tokenExpires === undefined ? {} : { tokenExpires: given.tokenExpires }) };

  let handed: HandedSecret | null = null;
  let prepared = await prepare(context, facts, answers, {});
  const secret = secretFor(prepared.plan);
  if (secret !== undefined) {
    handed = await pasted(context, secret);
    prepared = await prepare(context, facts, answers, planOptions(handed));
  }
  if (prepared.beside !== undefined && given.fixes === undefined) {
    streams.out(rowsText(['In the way as well:', ...wrongIn(prepared.beside, world.home)]));
    const { fixes } = await askOne(context, prepared.answers, 'fixes');
    if (fixes === false) prepared = await prepare(context, facts, { ...answers, fixes }, planOptions(handed));
  }
  streams.out(planText(prepared.preview, world.home, prepared));
  if (prepared.plan.actions.length === 0) return 0;
  const command = equivalentCommand(prepared.answers, { secret: secretFor(prepared.plan) !== undefined, handed });
  streams.out(`The same without questions:\n  ${pasteable(command, world)}\n\n`);
  if (!(await confirm(streams, signal, 'Apply this?', false))) throw new Cancelled('Nothing was changed.');
  const code = await carryOut(context, engine, prepared, handed);
  if (code === 0) await rememberAnswers(world, prepared.answers);
  return code;
}

async function askAll(context: CommandContext, facts: Facts, given: GivenAnswers): Promise<Answers> {
  const { streams } = context;
  let answers: Answers = completeAnswers(facts, given);
  const put = async (key: string) => {
    if (!(key in context.args.answers)) answers = await askOne(context, answers, key);
  };
  for (const method of methods) {
    const { ok, because } = availabilityOf(method, facts);
    streams.out(`  ${method.id.padEnd(14)} ${method.summary}${ok ? '' : ` (not here: ${because})`}\n`);
  }
  await put('method');
  const method = methodOf(answers);
  // What is suggested belongs to the way that was chosen just now.
  const begun = await answersHere(context, facts, { ...given, method: method.id });
  answers = begun.answers;
  streams.out(`\n${method.notice.text}\n(${method.notice.date})\n\n`);
  if (begun.change !== null) {
    streams.out(`${begun.change.from.title} is in force and gives way to it.\n`);
    await put('keepOld');
    // With the old way kept, what is there counts and not what would be there without it.
    if (answers.keepOld)
      answers = (await answersHere(context, facts, { ...given, method: method.id, keepOld: true })).answers;
  }
  for (const { key, label, asked, row } of ownQuestions(method.id)) {
    if (!asked(facts)) continue;
    const { disabled } = row(facts, answers);
    if (disabled === undefined) await put(key);
    else streams.out(`No ${label.toLowerCase()}: ${disabled.because}\n`);
  }
  const { role } = answers;
  await put('role');
  if (answers.role !== role) {
    const { primary, fallbacks } = answersWith(method.defaults(facts, answers.role), given);
    answers = { ...answers, primary, fallbacks };
  }
  await put(answers.role === 'agent' ? 'newAgent' : 'agents');
  await put('primary');
  await put('fallbacks');
  await put('aliases');
  const own =
    answers.role === 'everything' && facts.config.known ? ownModels(facts.config.value, method.refs(facts)) : [];
  for (const { id, model } of own) streams.out(`  ${id} has ${model}\n`);
  if (own.length > 0) await put('keepModel');
  await put('cron');
  if (answers.cron === 'claude') await put('cronModel');
  await put('liveCheck');
  return answers;
}

/** Asks until the answer can be read; an empty line takes what is in brackets. */
async function askOne(context: CommandContext, answers: Answers, key: string): Promise<Answers> {
  const { streams, signal } = context;
  const question = questions[key] as Question;
  const now = answers[key] ?? question.usual;
  const shown = typeof now === 'boolean' ? (now ? 'yes' : 'no') : (question.print(now) ?? ['none']).join(' ');
  for (;;) {
    const text = await ask(streams, signal, `${question.ask} [${shown}] `);
    if (text === '') return answers;
    try {
      return answersWith(answers, { [key]: read(question, text) });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      streams.err(`${error.what}\n`);
    }
  }
}

function read(question: Question, text: string): unknown {
  if (question.value === undefined) {
    if (!/^(y|yes|n|no)$/i.test(text)) throw new Problem('bad-answer', 'Please answer yes or no.');
    return /^y/i.test(text);
  }
  if (question.many === undefined) return question.parse([text]);
  return question.parse(text === 'none' ? [] : text.split(/\s+/));
}

/** Asks until what is pasted is the secret that is wanted. */
export async function pasted(context: CommandContext, secret: MethodSecret): Promise<HandedSecret> {
  const { streams } = context;
  const { noun, madeBy } = secret;
  const where = 'command' in madeBy ? `in another terminal with  ${madeBy.command}` : `at  ${madeBy.page}`;
  streams.out(`Make ${withArticle(noun)} ${where}  and copy it.\n`);
  for (;;) {
    const text = await askSecret(context, secret);
    try {
      return await checked(secret, text, context);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      streams.err(`✘ ${error.what}${error.more.why === undefined ? '' : `\n  ${error.more.why}`}\n`);
    }
  }
}

function automated(ci: string | undefined): boolean {
  return ci !== undefined && ci !== '' && ci !== '0' && ci !== 'false';
}
