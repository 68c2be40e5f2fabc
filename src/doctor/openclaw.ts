import { unresponsiveWords } from '../facts/timeouts.ts';
import type { Facts } from '../facts/types.ts';
import { howToGetNode } from '../openclaw/node-runtime.ts';
import type { Fact } from '../system/fact.ts';
import { error } from './types.ts';
import { only, typedAfterNoAnswer } from './words.ts';

/** Why an OpenClaw that does answer gave no models, where it was asked for them. */
function silence({ modelsStatus }: Facts): Extract<Fact<never>, { known: false }> | null {
  if (modelsStatus.known || modelsStatus.reason === 'waiting') return null;
  return unresponsiveWords(modelsStatus) === null ? modelsStatus : null;
}

/** Whether OpenClaw is here and starts. */
export const openclaw = [
  error('openclaw.missing', 'OpenClaw is not installed, or not on PATH', {
    blocks: true,
    needs: [],
    explains: ['config.*', 'gateway.*', 'profile.unknown'],
    detect: (_, { release }) => (release.known || release.reason === 'waiting' ? null : [release.detail]),
    explain: (detail) => ({
      says: `OpenClaw was not found: ${detail}.`,
      why: 'There is nothing to set up yet. Install it, or look at everything in a sandbox.',
    }),
    next: () => 'npm install -g openclaw',
  }),
  error('node.too-old', 'The Node that runs OpenClaw is too old for it', {
    blocks: true,
    needs: ['release'],
    explains: ['openclaw.fails', 'openclaw.silent', 'profile.unknown'],
    detect: ({ release }) => (release.install.node.ok === false ? [release] : null),
    explain: ({ version, install: { node } }) => ({
      says: `OpenClaw ${version} needs Node ${node.wants ?? 'of another version'}; ${node.path ?? 'the one that runs it'} is ${node.version ?? 'another one'}.`,
      why: 'OpenClaw cannot start, so nothing could be stored or checked.',
    }),
    next: ({ install: { node } }) => howToGetNode(node.path, node.wants),
  }),
  error('install.unfinished', 'OpenClaw’s install scripts were skipped', {
    blocks: true,
    needs: ['release'],
    explains: ['openclaw.fails', 'openclaw.silent', 'profile.unknown'],
    detect: ({ release }) => (release.install.finishWith === undefined ? null : [release]),
    explain: ({ version }) => ({
      says: `OpenClaw ${version} is not fully installed: its install scripts were skipped.`,
      why: 'Only the owner of its folder can run them. Until then OpenClaw does not start for you.',
    }),
    next: ({ install }) => install.finishWith ?? '',
  }),
  error('openclaw.silent', 'OpenClaw does not answer, not even with its version', {
    needs: ['release', 'config'],
    explains: ['profile.unknown'],
    detect: (_, { modelsStatus }) => only(unresponsiveWords(modelsStatus)),
    explain: (why) => ({ says: 'OpenClaw does not answer.', why }),
    next: (_, facts) => typedAfterNoAnswer(facts, true),
  }),
  error('openclaw.fails', 'OpenClaw cannot report its models', {
    needs: ['release', 'config'],
    explains: ['profile.unknown'],
    detect: (_, facts) => only(silence(facts)),
    explain: ({ detail }) => ({ says: detail }),
    next: ({ reason }, facts) => typedAfterNoAnswer(facts, reason === 'timed out'),
  }),
];
