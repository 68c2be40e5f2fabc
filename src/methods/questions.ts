import { asking } from './asking.ts';
import { last, matching, type OwnQuestion, type Question } from './question.ts';
import { sharedQuestions } from './shared/questions.ts';

const ID = /^[A-Za-z0-9][\w.-]*$/;
const ids = asking.map(({ id }) => id);
const either = `${ids.slice(0, -1).join(', ')} or ${ids.at(-1)}`;

const method: Question<string> = {
  name: 'method',
  value: 'ID',
  choices: ids,
  about: `How OpenClaw signs in: ${either}`,
  ask: 'How should OpenClaw use Claude?',
  parse: (values) => matching('method', last(values), ID, `an id: ${either}`),
  print: (value) => [value],
};

/** Every question by the key of its answer: of all methods, then of each. */
export const questions: Readonly<Record<string, Question>> = {
  method,
  ...sharedQuestions,
  ...Object.fromEntries(asking.flatMap((one) => one.questions.map((question) => [question.key, question]))),
};

/** Keys of the answers in the order in which they are shown. */
export const answerKeys: readonly string[] = Object.keys(questions);

/** What only this method asks. */
export function ownQuestions(id: string): readonly OwnQuestion[] {
  return asking.find((one) => one.id === id)?.questions ?? [];
}
