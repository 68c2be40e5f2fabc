import { join } from 'node:path';
import { array, at, object, parsed, text } from '../system/json.ts';
import type { OpenClawCli } from './cli.ts';

export interface FoundCatalogue {
  /** Claude model ids, best first, without the provider. */
  readonly ids: readonly string[];
  /** File or command they come from. */
  readonly from: string;
}

/**
 * The Anthropic model ids that a release ships: from its plugin manifest (2026.4.29 and later, as far as run), else from
 * the model library it depends on (2026.1.24 to 2026.3.x). null when neither is there. `read` gives the text of a file, null
 * where there is none.
 */
export async function shippedCatalogue(
  read: (file: string) => Promise<string | null>,
  packageRoot: string,
): Promise<FoundCatalogue | null> {
  for (const name of ['dist/extensions/anthropic/openclaw.plugin.json', 'extensions/anthropic/openclaw.plugin.json']) {
    const file = join(packageRoot, name);
    const ids = fromManifest(parsed((await read(file).catch(() => null)) ?? ''));
    if (ids.length > 0) return { ids, from: file };
  }
  const library = '@mariozechner/pi-ai/dist/models.generated.js';
  for (const folder of [join(packageRoot, 'node_modules'), join(packageRoot, '..'), join(packageRoot, '..', '..')]) {
    const file = join(folder, library);
    const source = await read(file).catch(() => null);
    const ids = source === null ? [] : fromLibrary(source);
    if (ids.length > 0) return { ids: rankClaudeIds(ids), from: file };
  }
  return null;
}

/** `models list --all --provider anthropic --plain`. Prints nothing on a fresh 2026.9.6. */
export async function askCatalogue(cli: OpenClawCli, signal?: AbortSignal): Promise<FoundCatalogue | null> {
  const args = ['models', 'list', '--all', '--provider', 'anthropic', '--plain'];
  const ran = await cli.run(args, signal ? { signal } : {});
  if (ran.exitCode !== 0) return null;
  const ids = ran.stdout.split('\n').flatMap((line) => /^\s*anthropic\/(claude-[\w.-]+)\s*$/.exec(line)?.[1] ?? []);
  return ids.length > 0 ? { ids: rankClaudeIds(ids), from: cli.words(args) } : null;
}

/** Ids of `modelCatalog.providers.anthropic.models`, best first; those marked deprecated come last. */
function fromManifest(manifest: unknown): string[] {
  const rows = array(at(manifest, 'modelCatalog', 'providers', 'anthropic', 'models')).map(object);
  const ranked = (deprecated: boolean) =>
    rankClaudeIds(rows.flatMap(({ id, status }) => ((status === 'deprecated') === deprecated ? (text(id) ?? []) : [])));
  return [...new Set([...ranked(false), ...ranked(true)])];
}

/** The generated library is one literal: rows carry `id: "…"` and `provider: "anthropic"` a few lines apart. */
function fromLibrary(source: string): string[] {
  const rows = source.matchAll(/\bid: "(claude-[\w.-]+)",[^{}]*?\bprovider: "anthropic"/g);
  return [...new Set([...rows].map((row) => row[1] as string))];
}

const FAMILIES = ['opus', 'sonnet', 'haiku'];

export interface ClaudeId {
  readonly family: string;
  /** `[4, 5]` */
  readonly version: readonly number[];
  /** `20251101` of a dated form; null without. */
  readonly date: string | null;
}

/** `claude-opus-4-5-20251101`, `claude-3-5-sonnet-latest` → their parts; null for other ids. */
export function parseClaudeId(id: string): ClaudeId | null {
  const parts = /^claude-(.+)$/.exec(id.trim().toLowerCase())?.[1]?.split(/[-.]/);
  if (!parts) return null;
  const family = parts.find((part) => /^[a-z]+$/.test(part) && part !== 'latest');
  if (!family) return null;
  const date = parts.find((part) => /^\d{8}$/.test(part)) ?? (parts.includes('latest') ? 'latest' : null);
  const version = parts.filter((part) => /^\d{1,2}$/.test(part)).map(Number);
  return { family, version, date };
}

/** `Claude Opus 5.5` for `anthropic/claude-opus-5-5`, `Claude Opus` for `…/opus`; the ref itself for what is no Claude. */
export function claudeName(ref: string): string {
  const id = ref.slice(ref.indexOf('/') + 1).replace(/\[1m\]$/i, '');
  const parsed = parseClaudeId(FAMILIES.includes(id) ? `claude-${id}` : id);
  if (parsed === null) return ref;
  const { family, version } = parsed;
  return ['Claude', family.charAt(0).toUpperCase() + family.slice(1), version.join('.')].join(' ').trim();
}

/**
 * Claude ids, best first: opus, sonnet, haiku, then families we do not know, each newest first; an undated id before
 * its dated form. Each id once.
 */
export function rankClaudeIds(ids: readonly string[]): string[] {
  const key = (id: string) => {
    const parsed = parseClaudeId(id);
    const family = FAMILIES.indexOf(parsed?.family ?? '');
    return { id, parsed, family: family === -1 ? FAMILIES.length : family };
  };
  const ranked = ids.map(key).sort((a, b) => {
    if (a.family !== b.family) return a.family - b.family;
    const newer = compareNumbers(b.parsed?.version ?? [], a.parsed?.version ?? []);
    if (newer !== 0) return newer;
    const dated = Number(a.parsed?.date !== null) - Number(b.parsed?.date !== null);
    return dated !== 0 ? dated : a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
  });
  return [...new Set(ranked.map((entry) => entry.id))];
}

/** The best id of a family in a ranked list; undefined when the release has none. */
export function bestOf(family: 'opus' | 'sonnet' | 'haiku', ranked: readonly string[]): string | undefined {
  return ranked.find((id) => parseClaudeId(id)?.family === family);
}

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
