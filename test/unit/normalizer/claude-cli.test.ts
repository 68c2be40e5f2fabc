import { expect, it } from 'vitest';
import { claudeNewEnough, claudeVersion } from '../../../src/normalizer/claude-cli.ts';

it.each([
  ['2.1.329 (Claude Code)', true],
  ['2.1.41 (Claude Code)', true],
  ['2.1.40 (Claude Code)', false],
  ['2.0.99', false],
  ['1.0.128 (Claude Code)', false],
  ['3.0.0 (Claude Code)', true],
  ['10.0.0', true],
])('%s: %s', (text, fine) => {
  const version = claudeVersion(text);
  expect(version).not.toBeNull();
  expect(version !== null && claudeNewEnough(version)).toBe(fine);
});
