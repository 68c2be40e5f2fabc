import { claudeRefs } from '../shared/claude.ts';
import { credentialDrift } from '../stored/drift.ts';
import type { Method } from '../types.ts';
import { availability } from './availability.ts';
import { checks } from './checks.ts';
import { oauthSyncDefaults } from './defaults.ts';
import { notice } from './notice.ts';
import { NOUN, planOauthSync } from './plan.ts';
import { oauthSyncQuestions } from './questions.ts';
import { method as words } from './words.ts';

/** The access token of Claude Code's login in OpenClaw's own store, kept in step by a service: for releases that know no better. */
export const oauthSync: Method = {
  ...oauthSyncQuestions,
  title: words.title,
  summary: words.summary,
  paysFrom: words.paysFrom,
  notice,
  availability,
  refs: claudeRefs,
  drift: (answers, facts) => credentialDrift(NOUN, answers, facts),
  defaults: oauthSyncDefaults,
  plan: planOauthSync,
  checks,
};
