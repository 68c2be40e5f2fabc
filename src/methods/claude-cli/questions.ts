import type { Facts } from '../../facts/types.ts';
import { featuresOf } from '../../openclaw/generation.ts';
import { factValue } from '../../system/fact.ts';
import { choice, type MethodQuestions, type Option, type OwnQuestion } from '../question.ts';
import type { Answers } from '../types.ts';

export const METHOD_ID = 'claude-cli';

/** What becomes of an exec policy under which Claude Code would run with its permissions bypassed. */
export type ExecPolicy = 'ask' | 'keep';

/** Answers that only this method has. */
export interface ClaudeCliAnswers extends Answers {
  readonly execPolicy: ExecPolicy;
}

const POLICIES: Readonly<Record<ExecPolicy, Option>> = {
  ask: { label: 'Ask first', aside: 'OpenClaw asks before it runs a command that is not on its allowlist' },
  keep: { label: 'As it is', aside: 'possible only where the policy already asks' },
};

const execPolicy: OwnQuestion<ExecPolicy> = {
  key: 'execPolicy',
  ...choice('exec-policy', 'WHAT', ['ask', 'keep']),
  about: 'Commands that OpenClaw runs, up to 2026.7: ask first (required there), or keep its policy',
  ask: 'Have OpenClaw ask before it runs a command? Releases up to 2026.7 bypass the permissions of Claude Code otherwise. (ask, keep)',
  usual: 'keep',
  label: 'Commands',
  title: 'Before OpenClaw runs a command?',
  asked: (facts) => openExec(facts).length > 0,
  row(_facts, answers) {
    const { label, aside } = POLICIES[claudeCliAnswers(answers).execPolicy];
    return { aside: `${label}: ${aside}` };
  },
  options: POLICIES,
};

export const claudeCliQuestions: MethodQuestions = {
  id: METHOD_ID,
  signsIn: 'OpenClaw',
  questions: [execPolicy],
};

/** Exec policies under which this release would start Claude Code with its permissions bypassed: their paths. */
export function openExec(facts: Facts): readonly (readonly (string | number)[])[] {
  const version = factValue(facts.release)?.version;
  if (version === undefined || featuresOf(version).runtimeAsks) return [];
  return factValue(facts.config)?.openExec ?? [];
}

/** These answers with what only this method asks; what was not said is as usual. */
export function claudeCliAnswers(answers: Answers): ClaudeCliAnswers {
  return { ...answers, execPolicy: (answers as Partial<ClaudeCliAnswers>).execPolicy ?? execPolicy.usual };
}
