import { availabilityOf, refuseBlocked } from '../doctor/gate.ts';
import { besideTable } from '../doctor/index.ts';
import { rowText, tableOf } from '../facts/table.ts';
import type { Facts } from '../facts/types.ts';
import { applyFromStdin, example } from '../methods/asking.ts';
import { answersWith } from '../methods/given.ts';
import { type HandedSecret, planOptions, secretFor } from '../methods/handed.ts';
import { methodOf, methods, offeredModels } from '../methods/index.ts';
import { ownModels } from '../methods/left-models.ts';
import type { Question } from '../methods/question.ts';
import { ownQuestions, questions } from '../methods/questions.ts';
import { roleOptions } from '../methods/shared/questions.ts';
import type { Answers, GivenAnswers, Method } from '../methods/types.ts';
import { commandRows } from '../system/command-rows.ts';
import { factValue } from '../system/fact.ts';
import { pasteable } from '../system/pasteable.ts';
import { rowsText } from '../system/printable.ts';
import { Cancelled, type ExitCode, Problem } from '../system/problem.ts';
import { capital } from '../text.ts';
import { completeAnswers, givenAnswers } from './answers.ts';
import { carryOut, leftoverWay } from './apply.ts';
import { equivalentCommand } from './args.ts';
import type { CommandContext } from './context.ts';
import { engineFor } from './engine.ts';
import { askFor, type Listed, say } from './plain-ask.ts';
import { newSecret } from './plain-sign-in.ts';
import { readPreferences, rememberAnswers } from './preferences.ts';
import { answersHere, lookAround, prepare } from './prepare.ts';
import { planText, wrongIn } from './print-plan.ts';
import { MARKS } from './print-status.ts';
import { confirm } from './prompt.ts';
import { signedIn } from './signed-in.ts';
import { nothingChanged, plain as words } from './words/asking.ts';
import { interrupted, plan as planWords } from './words/runs.ts';

/**
 * `clawauth-setup` where no screen can be drawn: the same questions, one line each. Without anybody to ask, names the
 * flag that would answer (exit code 4).
 */
export async function runPlain(context: CommandContext): Promise<ExitCode> {
  const { world, streams, signal } = context;
  if (!streams.stdinTty || automated(world.env.CI)) {
    throw new Problem('no-terminal', words.noTerminal, {
      why: words.everyFlag,
      next: applyFromStdin(example),
      exitCode: 4,
    });
  }
  const engine = await engineFor(context);
  const leftover = await engine.pending();
  if (leftover !== null) {
    throw new Problem('leftover', interrupted.earlier(leftover.title), {
      why: leftoverWay(leftover),
      next: 'clawauth-setup undo',
      exitCode: 4,
    });
  }
  const before = await lookAround(context);
  tellFound(context, before);
  refuseBlocked(before);
  const given = { ...(await readPreferences(world)), ...(await givenAnswers(context)) };
  // The end of a token is not asked here: unless it was given, it is the end of the token that is pasted.
  const { tokenExpires: _, ...answered } = await askAll(context, before, given);
  const facts = await signedIn(context, before, answered.method);
  const { tokenExpires } = given;
  let answers: GivenAnswers = { ...answered, ...(tokenExpires === undefined ? {} : { tokenExpires }) };

  let handed: HandedSecret | null = null;
  let prepared = await prepare(context, facts, answers, {});
  const secret = secretFor(prepared.plan);
  if (secret !== undefined) {
    const made = await newSecret(context, facts, secret, true);
    handed = made.handed;
    if (made.expires !== null) answers = { tokenExpires: made.expires, ...answers };
    prepared = await prepare(context, facts, answers, planOptions(handed));
  }
  if (prepared.beside !== undefined && given.fixes === undefined) {
    streams.out(rowsText([words.inTheWay, ...wrongIn(prepared.beside, world.home)]));
    const question = questions.fixes as Question;
    const fixes = await askFor(context, question, question.usual);
    if (fixes === false) prepared = await prepare(context, facts, { ...answers, fixes }, planOptions(handed));
  }
  streams.out(planText(prepared.preview, world.home, prepared, streams.columns));
  if (prepared.plan.actions.length === 0) return 0;
  const command = equivalentCommand(prepared.answers, { secret: secretFor(prepared.plan) !== undefined, handed });
  const rows = commandRows(pasteable(command, world), streams.columns ?? 80, { atEdge: true });
  streams.out(rowsText([words.asCommand, ...rows, '']));
  if (!(await confirm(streams, signal, planWords.ask, false))) throw new Cancelled(nothingChanged);
  const code = await carryOut(context, engine, prepared, handed);
  if (code === 0) await rememberAnswers(world, prepared.answers);
  return code;
}

async function askAll(context: CommandContext, facts: Facts, given: GivenAnswers): Promise<Answers> {
  const { streams } = context;
  const config = factValue(facts.config);
  let answers: Answers = completeAnswers(facts, given);
  const put = async (key: string, list: readonly Listed[] = [], isShown = false) => {
    if (key in context.args.answers) return;
    const question = questions[key] as Question;
    const choices = list.length > 0 ? list : optionsOf(question);
    const answer = await askFor(context, question, answers[key] ?? question.usual, choices, isShown);
    answers = answersWith(answers, { [key]: answer });
  };
  await put(
    'method',
    methods.map((method) => listedMethod(method, facts)),
  );
  const method = methodOf(answers);
  // What is suggested belongs to the way that was chosen just now.
  const begun = await answersHere(context, facts, { ...given, method: method.id });
  answers = begun.answers;
  say(streams, `\n${method.notice.text}\n(${method.notice.date})\n`);
  if (begun.change !== null) {
    say(streams, words.replaced(begun.change.from.title));
    await put('keepOld');
    // With the old way kept, what is there counts and not what would be there without it.
    if (answers.keepOld)
      answers = (await answersHere(context, facts, { ...given, method: method.id, keepOld: true })).answers;
  }
  for (const { key, label, asked, row } of ownQuestions(method.id)) {
    if (!asked(facts)) continue;
    const { disabled } = row(facts, answers);
    if (disabled === undefined) await put(key);
    else say(streams, words.no(label, disabled.because));
  }
  const { role } = answers;
  const primary = config?.primary ?? null;
  await put('role', roleOptions(primary, primary !== null && method.refs(facts).isOurs(primary), answers.newAgent));
  if (answers.role !== role) {
    const { primary, fallbacks } = answersWith(method.defaults(facts, answers.role), given);
    answers = { ...answers, primary, fallbacks };
  }
  const agents = (config?.agents ?? []).map(({ id, model }) => ({ id, label: id, aside: model ?? undefined }));
  if (answers.role === 'agent') await put('newAgent');
  else await put('agents', agents);
  const models = offeredModels(method, facts).map((ref) => ({ id: ref, label: ref }));
  await put('primary', models);
  await put('fallbacks', models, !('primary' in context.args.answers));
  await put('aliases');
  const own = answers.role === 'everything' && config !== undefined ? ownModels(config, method.refs(facts)) : [];
  if (own.length > 0)
    await put(
      'keepModel',
      own.map(({ id, model }) => ({ id, label: id, aside: model })),
    );
  await put('cron');
  if (answers.cron === 'claude') await put('cronModel', models, true);
  await put('liveCheck');
  return answers;
}

function listedMethod(method: Method, facts: Facts): Listed {
  const { ok, because } = availabilityOf(method, facts);
  return {
    id: method.id,
    label: method.title,
    aside: `${method.summary}; ${method.paysFrom}`,
    ...(ok ? {} : { disabled: { because } }),
  };
}

function optionsOf({ options, choices = [] }: Question): readonly Listed[] {
  if (options !== undefined) return Object.entries(options).map(([id, option]) => ({ id, ...option }));
  return choices.map((id) => ({ id, label: capital(id) }));
}

/** What the first screen of the wizard says. */
function tellFound({ streams }: CommandContext, facts: Facts): void {
  say(streams, words.found);
  const rows = tableOf(facts).filter(({ full }) => full !== true);
  const wide = Math.max(...rows.map(({ label }) => label.length));
  for (const row of rows) say(streams, `  ${MARKS[row.tone]} ${row.label.padEnd(wide)}  ${rowText(row)}`, wide + 6);
  for (const { says } of besideTable(facts)) say(streams, `  ! ${says}`, 4);
  say(streams, '');
}

function automated(ci: string | undefined): boolean {
  return ci !== undefined && ci !== '' && ci !== '0' && ci !== 'false';
}
