import { hungWords } from '../facts/patience.ts';
import type { Facts } from '../facts/types.ts';
import { howToGetNode } from '../openclaw/node-runtime.ts';
import type { OpenClawRelease } from '../openclaw/records.ts';
import { type Fact, factValue } from '../system/fact.ts';
import { check } from './types.ts';
import { only, typedAfterNoAnswer } from './words.ts';

/** Why an OpenClaw that does answer gave no models, where it was asked for them. */
function silence({ modelsStatus }: Facts): Extract<Fact<never>, { known: false }> | null {
  if (modelsStatus.known || modelsStatus.reason === 'waiting') return null;
  return hungWords(modelsStatus) === null ? modelsStatus : null;
}

/** Whether OpenClaw is here and starts. */
export const openclaw = [
  check<string>({
    id: 'openclaw.missing',
    title: 'OpenClaw is not installed, or not on PATH',
    severity: 'error',
    blocks: true,
    needs: [],
    explains: ['config.*', 'gateway.*', 'profile.unknown'],
    detect: ({ release }) => (release.known || release.reason === 'waiting' ? null : [release.detail]),
    explain: (detail) => ({
      says: `OpenClaw was not found: ${detail}.`,
      why: 'There is nothing to set up yet. Install it, or look at everything in a sandbox.',
    }),
    next: () => 'npm install -g openclaw',
  }),
  check<OpenClawRelease>({
    id: 'node.too-old',
    title: 'The Node that runs OpenClaw is too old for it',
    severity: 'error',
    blocks: true,
    needs: ['release'],
    explains: ['openclaw.fails', 'openclaw.silent', 'profile.unknown'],
    detect: ({ release }) => (release.known && release.value.install.node.ok === false ? [release.value] : null),
    explain: ({ version, install: { node } }) => ({
      says: `OpenClaw ${version} needs Node ${node.wants ?? 'of another version'}; ${node.path ?? 'the one that runs it'} is ${node.version ?? 'another one'}.`,
      why: 'OpenClaw cannot start, so nothing could be stored or checked.',
    }),
    next: ({ install: { node } }) => howToGetNode(node.path, node.wants),
  }),
  check<string>({
    id: 'install.unfinished',
    title: 'The install scripts of OpenClaw were skipped',
    severity: 'error',
    blocks: true,
    needs: ['release'],
    explains: ['openclaw.fails', 'openclaw.silent', 'profile.unknown'],
    detect: ({ release }) => only(factValue(release)?.install.finishWith),
    explain: (_, { release }) => ({
      says: `OpenClaw ${factValue(release)?.version} is not fully installed: its install scripts were skipped.`,
      why: 'Only the owner of its folder can run them. Until then OpenClaw does not start for you.',
    }),
    next: (command) => command,
  }),
  check<string>({
    id: 'openclaw.silent',
    title: 'OpenClaw does not answer, not even with its version',
    severity: 'error',
    needs: ['release', 'config'],
    explains: ['profile.unknown'],
    detect: ({ modelsStatus }) => only(hungWords(modelsStatus)),
    explain: (why) => ({ says: 'OpenClaw does not answer.', why }),
    next: (_, facts) => typedAfterNoAnswer(facts, true),
  }),
  check<NonNullable<ReturnType<typeof silence>>>({
    id: 'openclaw.fails',
    title: 'OpenClaw cannot tell about its models',
    severity: 'error',
    needs: ['release', 'config'],
    explains: ['profile.unknown'],
    detect: (facts) => only(silence(facts)),
    explain: ({ detail }) => ({ says: detail }),
    next: ({ reason }, facts) => typedAfterNoAnswer(facts, reason === 'timed out'),
  }),
];
