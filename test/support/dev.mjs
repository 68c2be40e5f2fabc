// `npm run dev`: builds and starts the program, in a sandbox unless told. Node starts this file again when a source changes.
import { spawnSync } from 'node:child_process';

const built = spawnSync(process.execPath, ['build.mjs'], { stdio: 'inherit' });
if (built.status === 0) {
  const given = process.argv.slice(2);
  const cli = new URL('../../dist/cli.js', import.meta.url);
  process.argv = [process.execPath, cli.pathname, ...(given.length > 0 ? given : ['--sandbox'])];
  await import(cli.href);
}
