import { nearest } from '../system/nearest.ts';
import { bestOf, parseClaudeId } from './catalogue.ts';
import { atLeast } from './version.ts';

/** What is wrong with the id of a Claude model, and the one that is meant; null where that cannot be told. */
export interface IdFault {
  readonly why: 'misspelled' | 'retired';
  readonly instead: string | null;
}

/** `claude-sonnet-4-5[1m]` → `claude-sonnet-4-5`. */
export const withoutContext = (id: string): string => id.replace(/\[1m\]$/i, '');

const WORDS = ['claude', 'opus', 'sonnet', 'haiku', 'fable'];
const FAMILIES = ['opus', 'sonnet', 'haiku'] as const;
/** Opus 4 and Sonnet 4 ended on 2026-06-15, everything of Claude 3 and before by April 2026 (Anthropic's list of models). */
const RETIRED = /^claude-((opus|sonnet)-4(-0|-20250514|-latest)?|3(-.+)?|2(-.+)?|instant(-.+)?)$/;

/**
 * What is wrong with a model id of Anthropic's own provider. Told from its parts, since a list may lack models that work:
 * ids are `claude-`, a family, a version with hyphens and sometimes a date. `catalogue`: ids of the release, best first,
 * where they are known.
 */
export function idFault(id: string, catalogue: readonly string[]): IdFault | null {
  const plain = withoutContext(id);
  const proper = spelled(plain);
  if (RETIRED.test(proper ?? plain)) return { why: 'retired', instead: bestLike(proper ?? plain, catalogue) };
  if (catalogue.includes(plain)) return null;
  return proper === null || proper === plain ? null : { why: 'misspelled', instead: listed(proper, catalogue) };
}

/** The id as Anthropic would write it; null where it is none of these families. */
function spelled(id: string): string | null {
  if (!/^[\w.-]+$/.test(id)) return null;
  const parts = (id.toLowerCase().match(/[a-z]+|\d+/g) ?? []).flatMap((part): string[] => {
    if (/^[a-z]/.test(part)) return [nearWord(part)];
    // `45` of an id without its hyphen.
    return /^[1-9]\d$/.test(part) ? [...part] : [part];
  });
  const [first, ...rest] = parts;
  const family = rest.find((part) => WORDS.includes(part));
  if (first !== 'claude' || family === undefined) return null;
  const [before, after] = [rest.slice(0, rest.indexOf(family)), rest.slice(rest.indexOf(family) + 1)];
  if (before.some((part) => !/^\d$/.test(part)) || after.some((part) => !/^(\d|\d{8}|latest)$/.test(part))) return null;
  if (before.length === 0 && after.length === 0) return null;
  // Up to Claude 3 the version came first.
  const old = before.length > 0 && Number(before[0]) <= 3;
  return [first, ...(old ? [...before, family, ...after] : [family, ...before, ...after])].join('-');
}

function nearWord(part: string): string {
  const close = part.length < 3 ? null : nearest(part, WORDS);
  return close !== null && Math.abs(close.length - part.length) < 3 ? close : part;
}

/** The id itself where the release has it or has no list, else the one of its list that is closest. */
function listed(id: string, catalogue: readonly string[]): string {
  if (catalogue.length === 0 || catalogue.includes(id)) return id;
  return nearest(id, catalogue) ?? bestLike(id, catalogue) ?? id;
}

function bestLike(id: string, catalogue: readonly string[]): string | null {
  const family = FAMILIES.find((name) => id.includes(name));
  const alive = catalogue.filter((one) => !RETIRED.test(one));
  return (family && bestOf(family, alive)) ?? null;
}

/**
 * The Claude Code that a release says it is where it sends a token (User-Agent seen at a stand-in: 2.1, 2.17, 4.29, 9.6; the
 * same 2.1.75 in the code up to 9.5, oc#154016); null for 2026.9.6, whose own list has the newest models and which no thread
 * says are refused there, and for later ones.
 */
function announcedBy(version: string): string | null {
  if (atLeast(version, '2026.9.6')) return null;
  return atLeast(version, '2026.2.18') ? '2.1.75' : '2.1.2';
}

/** The oldest Claude Code that the server takes for a model (oc#115939, oc#154016, opencode-claude-auth#284). */
const NEEDS: readonly { readonly model: RegExp; readonly client: string }[] = [
  { model: /^claude-opus-5-5\b/, client: '2.1.280' },
  { model: /^claude-fable-5-1\b/, client: '2.1.251' },
  { model: /^claude-opus-5(-\d{8})?$/, client: '2.1.219' },
];

/** Newer models than these were all refused to a client of 2.1.75 that came with a token. */
const UNTRIED = '2.1.76';

/** The client that a model needs and this release does not say it is; null where it may ask, or that is not known. */
export function neededClient(id: string, version: string): { readonly needs: string; readonly says: string } | null {
  const says = announcedBy(version);
  const [major = 0, minor = 0] = parseClaudeId(withoutContext(id))?.version ?? [];
  const known = NEEDS.find(({ model }) => model.test(withoutContext(id)))?.client;
  const needs = known ?? (major > 5 || (major === 5 && minor > 0) ? UNTRIED : null);
  if (says === null || needs === null || atLeast(says, needs)) return null;
  return { needs: needs === UNTRIED ? 'a newer one' : needs, says };
}

/** The newest client that a release which is known says it is. */
export const newestAnnounced = '2.1.278';
