import { installMaxApi } from './claude-max-api.ts';
import { CLAUDE_VERSIONS, installClaude } from './claude-stand-in.ts';
import { installNode, installRelease, OTHER_RELEASES, RELEASES } from './releases.ts';

/**
 * Installs every real program that the tests of this project run, before the first of them: no test waits for npm, and
 * none depends on which file ran first. Some minutes with an empty cache, nothing with a full one.
 */
export default async function setup(): Promise<void> {
  await installNode();
  const installs = [
    ...[...RELEASES, ...OTHER_RELEASES].map((version) => () => installRelease(version)),
    ...CLAUDE_VERSIONS.map((version) => () => installClaude(version)),
    installMaxApi,
  ];
  const queue = installs.values();
  const work = async () => {
    for (const install of queue) await install();
  };
  await Promise.all([work(), work()]);
}
