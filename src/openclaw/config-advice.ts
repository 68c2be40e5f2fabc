import { editorAt } from '../system/file-problems.ts';
import type { ConfigIssue } from './records.ts';

/** What mends a configuration that OpenClaw refuses. */
export interface ConfigAdvice {
  /** What to do, one sentence; absent where OpenClaw's own words and the command say enough. */
  readonly says?: string;
  /** The command to type. */
  readonly next: string;
}

/**
 * From the words of its validator (2026.8.2 and 2026.9.6 have the same): each advice was followed on both. Their doctor
 * mends a roster that names no owner and a `meta.lastTouchedAt` from before 2026.8.1, and refuses to touch the other two.
 */
export function configAdvice(
  issues: readonly ConfigIssue[],
  { doctor, file }: { readonly doctor: string; readonly file: string },
): ConfigAdvice {
  const says = issues.map(({ message }) => message).join('\n');
  const byHand = { next: editorAt(file, issues.find(({ line }) => line !== undefined)?.line ?? 1) };
  if (/ownership=explicit cannot be combined with a legacy default=true/.test(says)) {
    return {
      says: 'Take  default: true  out of every agent: with  ownership: "explicit"  none may have it.',
      ...byHand,
    };
  }
  if (/at most one default=true/.test(says)) {
    return { says: 'Leave  default: true  in one agent only.', ...byHand };
  }
  if (/multi-agent rosters require agents\.ownership/.test(says)) {
    return { says: 'Put  ownership: "explicit"  into agents, or let its doctor do it.', next: doctor };
  }
  if (issues.some(({ path, message }) => path === 'meta' && message.includes('lastTouchedAt'))) {
    const says = 'An older OpenClaw wrote it. This release keeps that date elsewhere, and its doctor moves it there.';
    return { says, next: doctor };
  }
  return { next: doctor };
}
