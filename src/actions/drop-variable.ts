import * as z from 'zod/mini';
import type { Action, ActionKind } from '../engine/types.ts';
import { Problem } from '../system/problem.ts';
import { readTextFile } from '../system/text-file.ts';
import { linesOf, putLinesBack } from './lines.ts';
import { Described, parseParams } from './params.ts';

const DROP_VARIABLE = 'drop-variable';
const SCHEMA = 1;

/** Takes every assignment of one variable out of a `.env` file or a shell's profile. Its value is never looked at. */
export const DropVariableParams = z.object({ ...Described.shape, file: z.string(), name: z.string() });
export type DropVariableParams = z.infer<typeof DropVariableParams>;

export function dropVariable(id: string, params: DropVariableParams): Action<DropVariableParams> {
  return { id, kind: DROP_VARIABLE, schema: SCHEMA, params, touches: [{ path: params.file, as: 'file' }] };
}

export const dropVariableKind: ActionKind<DropVariableParams> = {
  kind: DROP_VARIABLE,
  schema: SCHEMA,
  parse: (params, schema) => parseParams(DropVariableParams, DROP_VARIABLE, SCHEMA, params, schema),
  describe: ({ forward, backward }) => ({ forward, backward }),

  async apply({ file, name }, { world, dry, door, backups }) {
    const text = (await readTextFile(world, file)) ?? '';
    const lines = linesOf(text);
    const numbers = lines.flatMap((line, index) => (assigns(line, name) ? [index + 1] : []));
    dry?.hide(file);
    dry?.tell(`${file}: removes ${numbers.map((number) => `line ${number}`).join(', ')} (${name}=…)`);
    const long = numbers.find((number) => goesOn(lines[number - 1] as string));
    if (long !== undefined) throw goesOnProblem(file, long, name);
    if (numbers.length === 0) return;
    await door.replace(backups.of(file), lines.filter((line) => !assigns(line, name)).join(''));
  },

  async revert({ file, name }, _undo, context) {
    context.dry?.hide(file);
    context.dry?.tell(`${file}: puts ${name} back`);
    return putLinesBack(file, (line) => assigns(line, name), context, {
      note: `${file} was changed since: ${name} was put back at its end.`,
      again: `${file} sets ${name} again; it was left as it is.`,
    });
  },
};

/** `NAME=…`, `export NAME=…` and fish's `set -gx NAME …`. A name is letters, digits and underscores. */
export function assigns(line: string, name: string): boolean {
  return new RegExp(
    `^\\s*(?:(?:export|declare -x|typeset -x)\\s+)?${name}\\s*=|^\\s*set\\s+(?:-\\w+\\s+)+${name}\\s`,
  ).test(line);
}

/** The value goes on in the next line, or more than the one variable is set in this one. */
export function goesOn(line: string): boolean {
  const text = line.trimEnd();
  const open = (quote: string) => (text.replace(/\\./g, '').split(quote).length - 1) % 2 === 1;
  return text.endsWith('\\') || open('"') || open("'") || /;|&&/.test(text.replace(/(["']).*?\1/g, ''));
}

export function goesOnProblem(file: string, line: number, name: string): Problem {
  return new Problem('variable-not-alone', `${file}:${line} holds more than ${name} alone.`, {
    why: 'Taking the line out could take something else with it, so nothing was written.',
    next: `\${EDITOR:-vi} +${line} ${file}`,
  });
}
