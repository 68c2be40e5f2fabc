import { childOf, copyPlain, isContainer, type Plain, put } from './data.ts';
import { renderValue } from './render.ts';
import { Styles } from './style.ts';
import { scan } from './tree.ts';
import type { Edit, Path } from './types.ts';

/** Credentials never leave in a message, not even in one that asks to type them. */
const CREDENTIAL = /(sk-[a-z]+-(?:[a-z]+[0-9]*-)?)[A-Za-z0-9_-]{8,}/g;

/** What a person has to do by hand when edits are refused: JSON5 to merge in, and lines that say what goes. */
export function snippetFor(edits: readonly Edit[]): string {
  const lines: string[] = [];
  const merged: Plain = {};
  const [whole] = edits.filter((edit) => edit.op === 'set' && edit.path.length === 0);
  for (const edit of edits) {
    const at = shown(edit.path);
    if (edit.op === 'delete') lines.push(`// remove ${at}`);
    else if (edit.op === 'remove') lines.push(`// remove from ${at}: ${written(edit.value)}`);
    else if (edit.op === 'insert') lines.push(`// add to ${at}: ${written(edit.value)}`);
    else if (edit.path.some((segment) => typeof segment === 'number')) {
      lines.push(`// set ${at} to ${written(edit.value)}`);
    } else place(merged, edit.path, edit.value);
  }
  if (whole?.op === 'set') lines.push(written(whole.value));
  else if (Object.keys(merged).length > 0) lines.push(written(merged));
  return lines.join('\n').replace(CREDENTIAL, '$1…');
}

function place(target: Plain, path: Path, value: unknown): void {
  let at: Plain = target;
  for (const segment of path.slice(0, -1)) {
    let child = childOf(at, segment);
    if (!isContainer(child) || Array.isArray(child)) {
      child = {};
      put(at, String(segment), child);
    }
    at = child as Plain;
  }
  if (path.length > 0) put(at, String(path.at(-1)), value);
}

function written(value: unknown): string {
  try {
    return renderValue(copyPlain(value), EXAMPLE.whole, { indent: '', column: 0, inLine: false });
  } catch {
    return String(typeof value);
  }
}

const EXAMPLE_TEXT = '{\n  a: "b",\n}';
const EXAMPLE = new Styles(EXAMPLE_TEXT, scan(EXAMPLE_TEXT));

/** `agents.list[0].model`, as OpenClaw writes paths in its own messages. */
export function shown(path: Path): string {
  if (path.length === 0) return 'The file';
  return path
    .map((segment, i) =>
      typeof segment === 'number'
        ? `[${segment}]`
        : /^[A-Za-z_$][\w$-]*$/.test(segment)
          ? `${i === 0 ? '' : '.'}${segment}`
          : `[${JSON.stringify(segment)}]`,
    )
    .join('');
}
