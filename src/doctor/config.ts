import type { ConfigFacts, ConfigIssue } from '../openclaw/records.ts';
import { factValue } from '../system/fact.ts';
import { editorAt } from '../system/file-problems.ts';
import type { SourcePlace } from '../system/problem.ts';
import { shellQuote } from '../text.ts';
import { check } from './types.ts';
import { SETUP, typed } from './words.ts';

const UNREAD = ['openclaw.fails', 'openclaw.silent', 'profile.unknown'];

/** Whether OpenClaw's configuration can be read and is one. */
export const config = [
  check<string>({
    id: 'config.unreadable',
    title: 'The configuration cannot be read',
    severity: 'error',
    blocks: true,
    needs: ['release'],
    explains: UNREAD,
    detect: (facts) => {
      const unread = facts.state.known ? facts.config : facts.state;
      return unread.known || unread.reason === 'waiting' ? null : [unread.detail];
    },
    explain: (detail, { state }) => ({
      says: `${factValue(state)?.configPath ?? 'The state directory of OpenClaw'} cannot be read.`,
      why: detail.replace(/\.?$/, '.'),
    }),
    next: (_, { state }) => {
      const path = factValue(state)?.configPath;
      return path === undefined ? `${SETUP} status --details` : `ls -ld ${shellQuote(path)}`;
    },
  }),
  check<SourcePlace & { readonly message: string }>({
    id: 'config.unparseable',
    title: 'The configuration does not parse',
    severity: 'error',
    blocks: true,
    needs: ['config'],
    explains: [...UNREAD, 'config.invalid'],
    detect: ({ config }) => {
      const { path, syntaxError } = factValue(config) as ConfigFacts;
      return syntaxError === null ? null : [{ ...syntaxError, file: path }];
    },
    explain: ({ message, ...at }) => ({
      says: `${at.file} does not parse: ${message.replace(/\.$/, '')}`,
      why: 'OpenClaw would refuse it too.',
      at,
    }),
    next: ({ file, line }) => editorAt(file, line),
  }),
  check<readonly ConfigIssue[]>({
    id: 'config.invalid',
    title: 'OpenClaw refuses its configuration',
    severity: 'error',
    blocks: true,
    needs: ['config', 'validation'],
    explains: UNREAD,
    detect: ({ validation }) => {
      const { valid, issues } = factValue(validation) ?? { valid: true, issues: [] };
      return valid ? null : [issues];
    },
    explain: (issues, { config }) => {
      const [issue] = issues;
      const said = issue ? `${issue.path ? `${issue.path}: ` : ''}${issue.message}` : 'it says no more';
      const { path: file } = factValue(config) as ConfigFacts;
      return {
        says: `OpenClaw refuses its own configuration: ${said}`,
        why: adviceFor(issues)?.says ?? 'OpenClaw takes no change before this is mended.',
        ...(issue?.line === undefined ? {} : { at: { file, line: issue.line, column: issue.column ?? 1 } }),
      };
    },
    next: (issues, facts) => {
      if (adviceFor(issues)?.byHand !== true) return typed(facts, 'doctor', '--fix');
      const { path } = factValue(facts.config) as ConfigFacts;
      return editorAt(path, issues.find(({ line }) => line !== undefined)?.line ?? 1);
    },
  }),
];

interface Advice {
  /** What to do, one sentence. */
  readonly says: string;
  /** OpenClaw's own doctor refuses to touch it. */
  readonly byHand?: true;
}

/**
 * From the words of its validator (2026.8.2 and 2026.9.6 have the same): each advice was followed on both. Their doctor
 * mends a roster that names no owner and a `meta.lastTouchedAt` from before 2026.8.1, and refuses to touch the other two.
 * null where OpenClaw's own words and its doctor say enough.
 */
function adviceFor(issues: readonly ConfigIssue[]): Advice | null {
  const says = issues.map(({ message }) => message).join('\n');
  if (/ownership=explicit cannot be combined with a legacy default=true/.test(says)) {
    const says = 'Take  default: true  out of every agent: with  ownership: "explicit"  none may have it.';
    return { says, byHand: true };
  }
  if (/at most one default=true/.test(says)) return { says: 'Leave  default: true  in one agent only.', byHand: true };
  if (/multi-agent rosters require agents\.ownership/.test(says)) {
    return { says: 'Put  ownership: "explicit"  into agents, or let its doctor do it.' };
  }
  if (issues.some(({ path, message }) => path === 'meta' && message.includes('lastTouchedAt'))) {
    return {
      says: 'An older OpenClaw wrote it. This release keeps that date elsewhere, and its doctor moves it there.',
    };
  }
  return null;
}
