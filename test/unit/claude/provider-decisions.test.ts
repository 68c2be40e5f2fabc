import { describe, expect, test } from 'vitest';
import { recogniseDecision } from '../../../src/claude/provider-decisions.ts';

describe('recogniseDecision', () => {
  test.each([
    [
      'HTTP 400: This credential is only authorized for use with Claude Code and cannot be used for other API requests.',
      'credential-refused',
    ],
    ['Third-party apps now draw from your extra usage, not your plan limits.', 'billed-apart'],
    ['You’re out of extra usage. Add more at claude.ai/settings/usage', 'no-usage-left'],
    ['{"error":{"message":"This organization has been\n  disabled."}}', 'account-disabled'],
    ['Your organization has disabled Claude subscription access for Claude Code', 'plan-login-disabled'],
    ['{"error":"oauth_org_not_allowed"}', 'plan-login-disabled'],
    ['403 OAuth authentication is currently not allowed for this organization', 'plan-login-disabled'],
  ])('%s', (text, code) => {
    const decision = recogniseDecision(text);
    expect(decision?.code).toBe(code);
    expect(decision?.ways.length).toBeGreaterThan(0);
  });

  test.each([
    'HTTP 401 authentication_error: Invalid bearer token',
    'HTTP 429 rate_limit_error',
    'connect ECONNREFUSED 127.0.0.1:443',
    '',
  ])('leaves alone: %s', (text) => {
    expect(recogniseDecision(text)).toBeNull();
  });
});
