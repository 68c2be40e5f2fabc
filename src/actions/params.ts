import * as z from 'zod/mini';
import { Problem } from '../system/problem.ts';

/** A path in a parsed JSON document: keys and array indexes. */
export const JsonPath = z.array(z.union([z.string(), z.number()]));

/**
 * One change to a JSON document; the same shape as the editor's own. `value` may name a secret: `{ $secret: 'token' }`, `{ $secretFile: '/abs' }`,
 * `{ $secretFile: '/abs', at: ['key', 'in', 'it'] }`.
 */
export const EditData = z.discriminatedUnion('op', [
  z.object({ op: z.literal('set'), path: JsonPath, value: z.unknown() }),
  z.object({ op: z.literal('delete'), path: JsonPath }),
  z.object({ op: z.literal('insert'), path: JsonPath, value: z.unknown(), at: z.optional(z.number()) }),
  z.object({ op: z.literal('remove'), path: JsonPath, value: z.unknown() }),
]);
export type EditData = z.infer<typeof EditData>;

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
  names: z.optional(z.readonly(z.array(z.string()))),
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
