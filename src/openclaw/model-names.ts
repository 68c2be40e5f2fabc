import type { EditData } from '../actions/index.ts';
import type { ConfigFacts } from './records.ts';
import { atLeast } from './version.ts';

const MODELS = ['agents', 'defaults', 'models'] as const;

/** What OpenClaw may call a ref by itself; null: nothing. */
const nameOf = (ref: string): string | null => /^anthropic\/claude-(opus|sonnet)-/.exec(ref)?.[1] ?? null;

/** How an entry of `agents.defaults.models` stands: its alias, or null without the key. */
type Entries = Map<string, string | null>;

/**
 * Edits of `agents.defaults.models`, so that what has a name keeps it. Up to 2026.6.1 OpenClaw calls one listed Anthropic
 * model `opus` and one `sonnet` where its entry has no `alias`, over the ref that has that name (`applyModelDefaults`, run
 * with 2026.2.17 and 2026.6.1; 2026.7.1 looks first). An empty alias keeps it from that.
 *
 * `aliases`: name → ref, as wanted; entries of the person's own are changed only for these.
 */
export function keepNames(
  config: ConfigFacts,
  version: string,
  aliases: Readonly<Record<string, string>>,
  edits: readonly EditData[],
): EditData[] {
  if (atLeast(version, '2026.7.1')) return [...edits];
  const entries: Entries = new Map([
    ...(config.unnamed ?? []).map((ref) => [ref, null] as const),
    ...Object.entries(config.aliases).map(([name, ref]) => [ref, name] as const),
  ]);
  for (const edit of edits) replay(edit, entries);
  const taken = (ref: string, names: Iterable<readonly [string, string | null]>) =>
    [...names].some(([other, name]) => other !== ref && name?.toLowerCase() === nameOf(ref));
  const wanted = Object.entries(aliases).map(([name, ref]) => [ref, name] as const);
  const rivals = [...entries].flatMap(([ref, alias]) => {
    if (alias !== null || nameOf(ref) === null) return [];
    const own = !config.unnamed?.includes(ref) || touches(edits, ref);
    return taken(ref, own ? entries : wanted) ? [ref] : [];
  });
  return rivals.reduce(withEmptyAlias, [...edits]);
}

/** Which entry an edit is about; null: none. */
function entryOf({ path }: EditData): string | null {
  return path.length > 3 && MODELS.every((key, i) => path[i] === key) ? String(path[3]) : null;
}

const isAlias = ({ path }: EditData) => path.length === 5 && path[4] === 'alias';
const touches = (edits: readonly EditData[], ref: string) => edits.some((edit) => entryOf(edit) === ref);

function replay(edit: EditData, entries: Entries): void {
  const ref = entryOf(edit);
  if (ref === null) return;
  if (isAlias(edit)) entries.set(ref, edit.op === 'set' ? String(edit.value) : null);
  else if (edit.op === 'set' && edit.path.length === 4) entries.set(ref, null);
}

function withEmptyAlias(edits: EditData[], ref: string): EditData[] {
  const path = [...MODELS, ref, 'alias'];
  const at = edits.findIndex((edit) => entryOf(edit) === ref);
  const before = edits[at];
  if (before === undefined) return [...edits, { op: 'set', path, value: '' }];
  const after: EditData = isAlias(before)
    ? { op: 'set', path, value: '' }
    : { op: 'set', path: before.path, value: { alias: '' } };
  return edits.with(at, after);
}
