import { claudeRefs } from '../shared/claude.ts';
import { credentialDrift } from '../stored/drift.ts';
import type { Method } from '../types.ts';
import { availability } from './availability.ts';
import { checks } from './checks.ts';
import { oauthSyncDefaults } from './defaults.ts';
import { notice } from './notice.ts';
import { NOUN, planOauthSync } from './plan.ts';
import { oauthSyncQuestions } from './questions.ts';

/** The access token of Claude Code's login in OpenClaw's own store, kept in step by a service: for releases that know no better. */
export const oauthSync: Method = {
  ...oauthSyncQuestions,
  title: 'OAuth sync',
  summary: 'old way: a service copies Claude Code’s token',
  paysFrom: 'your plan limits (Anthropic may bill usage credits instead)',
  notice,
  availability,
  refs: claudeRefs,
  drift: (answers, facts) => credentialDrift(NOUN, answers, facts),
  defaults: oauthSyncDefaults,
  plan: planOauthSync,
  checks,
};
