import * as z from 'zod/mini';
import { Problem } from '../system/problem.ts';

/** A path in a parsed JSON document: keys and array indexes. */
export const JsonPath = z.array(z.union([z.string(), z.number()]));

/**
 * One change to a JSON document; the same shape as the editor's own. `value` may name a secret: `{ $secret: 'token' }`, `{ $secretFile: '/abs' }`,
 * `{ $secretFile: '/abs', at: ['key', 'in', 'it'] }`.
 */
export type EditData =
  | { op: 'set'; path: Path; value: unknown }
  | { op: 'delete'; path: Path }
  | { op: 'insert'; path: Path; value: unknown; at?: number | undefined }
  | { op: 'remove'; path: Path; value: unknown };
type Path = (string | number)[];

/** Looked at by hand: there is one for every cron job, and a schema takes ten times as long for it. */
export const Edits = z.custom<EditData[]>((value) => Array.isArray(value) && value.every(isEdit));

function isEdit(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { op, path, at } = value as Record<string, unknown>;
  const known = op === 'delete' || ((op === 'set' || op === 'insert' || op === 'remove') && 'value' in value);
  return known && isPath(path) && (at === undefined || typeof at === 'number');
}

const isText = (value: unknown) => typeof value === 'string';

function isPath(value: unknown): boolean {
  return Array.isArray(value) && value.every((key) => typeof key === 'string' || typeof key === 'number');
}

/** The words of a Node: one path, or a call that ends in a Node, as in the image of a container. */
export const NodeWords = z.union([z.string(), z.array(z.string()).check(z.minLength(1))]);
type NodeWords = z.infer<typeof NodeWords>;

/** A call of that Node. */
export function nodeArgv(node: NodeWords, ...args: readonly string[]): [string, ...string[]] {
  const [program = 'node', ...words] = [node].flat();
  return [program, ...words, ...args];
}

export const WordsData = z.object({
  headline: z.string(),
  because: z.optional(z.string()),
  // Not `z.readonly`: it freezes, which takes longer than all the rest of reading a receipt.
  names: z.optional(z.custom<readonly string[]>((value) => Array.isArray(value) && value.every(isText))),
  many: z.optional(z.string()),
});

/** What a step says of itself, forwards and backwards. */
export const Described = z.object({ forward: WordsData, backward: WordsData });

/** Reads params of a known schema version; a newer one was written by a newer release. */
export function parseParams<T>(
  type: z.core.$ZodType<T>,
  kind: string,
  newest: number,
  params: unknown,
  schema: number,
) {
  if (schema > newest) {
    throw new Problem(
      'action-too-new',
      `This step (${kind}, version ${schema}) was written by a newer clawauth-setup.`,
      {
        why: `This release understands version ${newest} and older.`,
        next: 'npx clawauth-setup@latest undo',
      },
    );
  }
  const read = z.safeParse(type, params);
  if (read.success) return read.data;
  throw new Problem('action-unreadable', `This step (${kind}) cannot be read.`, { why: z.prettifyError(read.error) });
}
