import { onHost } from '../openclaw/container.ts';
import { expandHome } from '../openclaw/paths.ts';
import type { ConfigFacts, StateFacts } from '../openclaw/records.ts';
import { readerOf, secretFileFault } from '../openclaw/secret-file.ts';
import { type Fact, known } from '../system/fact.ts';
import type { World } from '../system/world.ts';
import type { SecretFile } from './types.ts';

/** The files that `secrets.providers` names, one secret each, and whether OpenClaw can read them. Nothing of them is read. */
export async function findSecretFiles(
  { files, home }: Pick<World, 'files' | 'home'>,
  state: StateFacts,
  { secretProviders = {} }: Pick<ConfigFacts, 'secretProviders'>,
): Promise<Fact<SecretFile[]>> {
  const { container } = state;
  const hostPath = (named: string) =>
    container === undefined
      ? expandHome(named, home, state.stateDir)
      : onHost(container, expandHome(named, container.home, container.stateDir));
  const found = await Promise.all(
    Object.entries(secretProviders).map(async ([provider, named]): Promise<SecretFile[]> => {
      const path = named === null ? null : hostPath(named);
      // What lies in a container alone cannot be looked at.
      if (path === null) return [];
      return [{ provider, path, fault: await secretFileFault(files, path, readerOf(state)) }];
    }),
  );
  return known(found.flat(), state.configPath);
}
