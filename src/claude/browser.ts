import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findProgram } from '../system/folders.ts';
import type { World } from '../system/world.ts';

/**
 * Whether Claude Code will try to open a browser where a person can see it. It asks the same questions (read in
 * 2.1.329): not over SSH, and on Linux only with a display, unless BROWSER names a program.
 */
export function canOpenBrowser(world: World): boolean {
  const { BROWSER, SSH_CONNECTION, DISPLAY, WAYLAND_DISPLAY } = world.env;
  if (BROWSER) return BROWSER !== 'true' && BROWSER !== 'none';
  if (SSH_CONNECTION) return false;
  return world.platform !== 'linux' || Boolean(DISPLAY || WAYLAND_DISPLAY);
}

/**
 * What BROWSER has to be for the child; undefined leaves it alone. Claude Code starts the browser in its own session,
 * whose end hangs it up: a browser that was not running before would close the moment the token is there. On Linux a
 * starter in `folder` gives it a session of its own. (macOS starts browsers through another process.)
 */
export async function childBrowser(world: World, folder: string, wanted: boolean): Promise<string | undefined> {
  // It is also how 2.1.329 is told that nobody looks: the address is then shown at once.
  if (!wanted) return 'true';
  if (world.platform !== 'linux' || !canOpenBrowser(world)) return undefined;
  const program = world.env.BROWSER || 'xdg-open';
  // Lists and patterns (`firefox:chromium`, `x %s`) are Claude Code's to read.
  if (!/^[\w./+-]+$/.test(program)) return undefined;
  const there = program.includes('/') ? await world.files.executable(program) : await findProgram(world, program);
  const setsid = there ? await findProgram(world, 'setsid') : null;
  if (setsid === null) return undefined;
  const starter = join(folder, 'open');
  await writeFile(starter, `#!/bin/sh\nexec '${setsid}' -f '${program}' "$@" </dev/null >/dev/null 2>&1\n`, {
    mode: 0o700,
  });
  // Not where programs may not be started from the temporary folder.
  return (await world.files.executable(starter)) ? starter : undefined;
}
