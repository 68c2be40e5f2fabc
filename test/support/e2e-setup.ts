import type { TestProject } from 'vitest/node';
import { installPacked } from './packed.ts';
import { installNode } from './releases.ts';

declare module 'vitest' {
  interface ProvidedContext {
    packed: { readonly cli: string; readonly folder: string; readonly tarball: string; readonly bytes: number };
    /** Node line → absolute path of its executable. */
    nodes: Readonly<Record<string, string>>;
    /** Lines that are too old, with their executables. */
    oldNodes: readonly (readonly [string, string])[];
  }
}

/** Packs and installs once for all e2e files, and finds the Node versions they run on. */
export default async function setup(project: TestProject): Promise<() => void> {
  const { remove, ...packed } = await installPacked();
  const nodes: Record<string, string> = {};
  for (const line of ['20', '24']) {
    const own = process.versions.node.split('.')[0] === line;
    nodes[line] = own ? process.execPath : `${await installNode(line)}/node`;
  }
  project.provide('packed', packed);
  project.provide('nodes', nodes);
  const old = ['14', '18'];
  project.provide(
    'oldNodes',
    await Promise.all(old.map(async (line) => [line, `${await installNode(line)}/node`] as const)),
  );
  return remove;
}
