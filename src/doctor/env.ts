import type { Facts, ShadowVariable } from '../facts/types.ts';
import { factValue } from '../system/fact.ts';
import { editorAt } from '../system/file-problems.ts';
import { type Check, check } from './types.ts';
import { typed } from './words.ts';

type Reader = ShadowVariable['readers'][number];

/**
 * What each variable does to its readers. OpenClaw: turns of 2026.2.17, 2026.4.29, 2026.6.1, 2026.7.1 and 2026.9.6 with the
 * variable set (none of them sends its requests to ANTHROPIC_BASE_URL). Claude Code: 2.1.329.
 */
const EFFECTS: Readonly<Record<string, Readonly<Partial<Record<Reader, string>>>>> = {
  ANTHROPIC_API_KEY: {
    OpenClaw: 'OpenClaw falls back to it when no stored credential works.',
    'Claude Code': 'Claude Code bills this key instead of the plan.',
  },
  ANTHROPIC_OAUTH_TOKEN: { OpenClaw: 'OpenClaw uses it when no stored credential works.' },
  ANTHROPIC_AUTH_TOKEN: { 'Claude Code': 'Claude Code sends it instead of its own login.' },
  ANTHROPIC_BASE_URL: {
    'Claude Code': 'Claude Code sends its requests to this address instead of Anthropic; OpenClaw does not read it.',
  },
  CLAUDE_CODE_OAUTH_TOKEN: {
    'Claude Code': 'Claude Code uses it instead of its own login; OpenClaw does not read it.',
  },
};

/** A variable that hides what is stored, by whether OpenClaw is among its readers. */
const shadowed = (id: Check['id'], title: string, byOpenClaw: boolean) =>
  check<ShadowVariable>({
    id,
    code: 'shadow',
    title,
    severity: 'warning',
    needs: ['shadows'],
    detect: ({ shadows }) =>
      factValue(shadows)?.filter(({ readers }) => readers.includes('OpenClaw') === byOpenClaw) ?? null,
    explain: ({ name, where, line, readers }) => {
      const place = where === 'environment' ? 'in the environment' : `in ${where}${line ? `:${line}` : ''}`;
      const effects = readers.flatMap((reader) => EFFECTS[name]?.[reader] ?? []);
      return { says: [`${name} is set ${place}.`, ...effects].join(' ') };
    },
    next: takeOut,
  });

function takeOut({ name, where, line }: ShadowVariable, facts: Facts): string {
  if (where === 'environment') return `unset ${name}`;
  // What a running process was started with ends with it.
  return where.startsWith('/proc/') ? typed(facts, 'gateway', 'restart') : editorAt(where, line ?? 1);
}

/** Variables that win over, or hide, what is stored. */
export const env = [
  shadowed('env.openclaw', 'A variable that OpenClaw reads', true),
  shadowed('env.claude-code', 'A variable that only Claude Code reads', false),
];
