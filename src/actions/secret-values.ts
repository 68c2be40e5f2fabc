import type { Dry } from '../engine/types.ts';
import { at, parsed, text } from '../system/json.ts';
import { Problem } from '../system/problem.ts';
import type { Secret } from '../system/secret.ts';
import { readTextFile } from '../system/text-file.ts';
import type { World } from '../system/world.ts';
import type { EditData } from './params.ts';

/**
 * Stands in params where a secret goes: the receipt names it and never holds it. `$secret` is handed over by name,
 * `$secretFile` (absolute path) is what lies in that file when the step runs, or with `at` in that place of its JSON. `within`: the folders
 * of a container, which a file that is named in one of them may not lead out of by a link.
 */
export type SecretReference =
  | { readonly $secret: string }
  | { readonly $secretFile: string; readonly at?: readonly string[]; readonly within?: readonly string[] };

function isReference(value: unknown): value is SecretReference {
  if (typeof value !== 'object' || value === null) return false;
  const { $secret, $secretFile } = value as { $secret?: unknown; $secretFile?: unknown };
  return typeof $secret === 'string' || typeof $secretFile === 'string';
}

/** Gives the value that a reference stands for. */
type Give = (reference: SecretReference) => string;

/** Replaces every secret reference inside `value` by what `give` says for it. */
function resolveSecrets(value: unknown, give: Give): unknown {
  if (isReference(value)) return give(value);
  if (Array.isArray(value)) return value.map((item) => resolveSecrets(item, give));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolveSecrets(item, give)]));
}

export function resolveEdits(edits: readonly EditData[], give: Give): EditData[] {
  return edits.map((edit) => ('value' in edit ? { ...edit, value: resolveSecrets(edit.value, give) } : edit));
}

/** For a preview, where no secret is at hand: a text that can be told from a value. */
const shownSecret: Give = (reference) =>
  '$secret' in reference
    ? `(the ${reference.$secret}, kept out of this view)`
    : `(the ${reference.at === undefined ? 'key' : 'token'} in ${reference.$secretFile}, kept out of this view)`;

/** Every secret that `edits` name, at hand for one JSON text. */
export async function secretsFor(
  edits: readonly EditData[],
  context: { readonly world: World; readonly dry?: Dry; secret(name: string): Secret },
): Promise<Give> {
  if (context.dry !== undefined) return shownSecret;
  const found = new Map<string, string>();
  for (const one of secretFilesOf(edits)) found.set(JSON.stringify(one), await readSecret(one, context.world));
  return (reference) =>
    '$secret' in reference
      ? context.secret(reference.$secret).reveal((value) => value)
      : (found.get(JSON.stringify(reference)) as string);
}

/** `value` with whatever text stands in `here` at the place of each reference: what a step without a record left. */
export function resolveAsFound(value: unknown, present: unknown): unknown {
  if (isReference(value)) return typeof present === 'string' ? present : '';
  if (Array.isArray(value)) {
    return value.map((item, index) => resolveAsFound(item, Array.isArray(present) ? present[index] : undefined));
  }
  if (typeof value !== 'object' || value === null) return value;
  const found = typeof present === 'object' && present !== null ? (present as Record<string, unknown>) : {};
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolveAsFound(item, found[key])]));
}

type FileReference = Exclude<SecretReference, { $secret: string }>;

function secretFilesOf(edits: readonly EditData[]): FileReference[] {
  const found: FileReference[] = [];
  resolveEdits(edits, (reference) => {
    if ('$secretFile' in reference) found.push(reference);
    return '';
  });
  return found;
}

async function readSecret({ $secretFile: file, at: place, within = [] }: FileReference, world: World): Promise<string> {
  await refuseOutside(file, within, world);
  const content = (await readTextFile(world, file))?.trim();
  const secret = place === undefined ? content : text(at(parsed(content ?? ''), ...place));
  if (secret) return secret;
  const lacks = content === undefined ? 'is not there' : place === undefined ? 'is empty' : `has no ${place.join('.')}`;
  throw new Problem('secret-missing', `${file} ${lacks}.`, {
    why: 'What it holds goes into the config and is stored nowhere else.',
    next: 'clawauth-setup undo',
  });
}

async function refuseOutside(file: string, within: readonly string[], { files }: World): Promise<void> {
  const real = async (path: string) => (await files.realpath(path)) ?? path;
  const folders = await Promise.all(within.map(real));
  const isIn = (path: string, those: readonly string[]) => those.some((folder) => path.startsWith(`${folder}/`));
  if (!isIn(file, [...within, ...folders]) || isIn(await real(file), folders)) return;
  throw new Problem('secret-elsewhere', `${file} leads to a file that is not of the container.`, {
    why: 'A link in there could lead to a login of this machine. Nothing was written.',
    next: `ls -l ${file}`,
  });
}
