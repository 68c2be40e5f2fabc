import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The program held where it loads its screens, until it is let go. */
export interface HeldScreens {
  /** What Node is started with. */
  readonly flags: readonly string[];
  /** Whether it has come that far. */
  readonly reached: () => boolean;
  letGo(): void;
}

/** Makes a hold in this folder, of one start. */
export function holdScreens(folder: string): HeldScreens {
  const [preload, hooks] = [join(folder, 'hold.cjs'), join(folder, 'hold.mjs')];
  const [reached, go] = [join(folder, 'reached'), join(folder, 'go')];
  writeFileSync(
    preload,
    `require('node:module').register(require('node:url').pathToFileURL(${JSON.stringify(hooks)}).href);\n`,
  );
  writeFileSync(
    hooks,
    `import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
export async function load(url, context, next) {
  if (url.endsWith('/mount.mjs')) {
    writeFileSync(${JSON.stringify(reached)}, '');
    while (!existsSync(${JSON.stringify(go)})) await setTimeout(10);
  }
  return next(url, context);
}
`,
  );
  return {
    flags: ['--require', preload],
    reached: () => existsSync(reached),
    letGo: () => writeFileSync(go, ''),
  };
}
