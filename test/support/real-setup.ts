import type { TestProject } from 'vitest/node';
import { installMaxApi } from './claude-max-api.ts';
import { CLAUDE_VERSIONS, installClaude } from './claude-stand-in.ts';
import { installPacked } from './packed.ts';
import { GENERATIONS, installNode, installRelease, OTHER_RELEASES } from './releases.ts';

/**
 * Packs and installs ours once for all files, and installs every real program that they run, before the first test: none
 * waits for npm, and none depends on which file ran first. Some minutes with an empty cache, seconds with a full one.
 */
export default async function setup(project: TestProject): Promise<() => void> {
  const { remove, ...packed } = await installPacked();
  project.provide('packed', packed);
  await installNode();
  const installs = [
    ...[...GENERATIONS, ...OTHER_RELEASES].map((version) => () => installRelease(version)),
    ...CLAUDE_VERSIONS.map((version) => () => installClaude(version)),
    installMaxApi,
  ];
  const queue = installs.values();
  const work = async () => {
    for (const install of queue) await install();
  };
  await Promise.all([work(), work()]);
  return remove;
}
