import * as z from 'zod/mini';
import { DoctorAnswer } from '../../src/commands/doctor-answer.ts';

/** What of an answer of `doctor --json` is not as its schema says; nothing where all of it is. */
export function whatIsNot(answer: unknown): string {
  const read = z.safeParse(DoctorAnswer, answer);
  return read.success ? '' : z.prettifyError(read.error);
}

/** The schema that is published. */
export const doctorSchema = (): object => ({
  ...z.toJSONSchema(DoctorAnswer),
  title: 'clawauth-setup doctor --json',
  description: 'The one object that the command prints. See docs/doctor.md for the checks.',
});
