import { expect } from 'vitest';
import { type PtyProgram, startPty } from './pty.ts';
import { KEYS } from './terminal.ts';

/**
 * Ends a hang, and measures nothing. Longer than the program's own longest wait, so that its words are seen and not this
 * limit: the live check runs OpenClaw up to twice, three minutes each.
 */
export const PATIENCE = { timeoutMs: 420_000 };

export interface WizardPlace {
  /** Absolute paths of the Node and of the packed program that it runs. */
  readonly node: string;
  readonly cli: string;
  /** HOME and working directory of whoever starts it. */
  readonly folder: string;
  readonly sandbox: string;
}

/** The wizard in a terminal of its own. Whoever starts it ends it. */
export function startWizard(place: WizardPlace, columns = 100, rows = 40): PtyProgram {
  const { node, cli, folder, sandbox } = place;
  return startPty(node, [cli, '--sandbox-at', sandbox], {
    columns,
    rows,
    cwd: folder,
    env: { PATH: '/usr/bin:/bin', HOME: folder },
  });
}

/**
 * Moves the cursor of a list to the row that begins with `label`. One key at a time: the next is sent when the cursor was
 * seen on another row, since a frame that is just being painted may show it nowhere, and keys ahead of the screen end
 * on the wrong row.
 */
export async function moveTo(at: PtyProgram, label: string): Promise<void> {
  const here = new RegExp(`▸ ${escaped(label)}`);
  const there = new RegExp(`^ *${escaped(label)}`, 'm');
  for (let n = 0; n < 14 && !here.test(at.screen()); n += 1) {
    await at.waitForText(/▸ \S/, PATIENCE);
    const [before, row] = /▸ (\S.*?)(?: {2}|$)/m.exec(at.screen()) ?? [];
    if (before === undefined || row === undefined || here.test(before)) continue;
    const [above = ''] = at.screen().split(before);
    at.type(there.test(above) ? KEYS.up : KEYS.down);
    await at.waitForText(new RegExp(`▸ (?!${escaped(row)})\\S`), PATIENCE);
  }
  await at.waitForText(here, PATIENCE);
}

/** Presses Enter on each of these screens, once what only that screen shows is there. */
export async function enterThrough(
  at: PtyProgram,
  screens: readonly (string | RegExp)[],
  patience: { readonly timeoutMs: number } = PATIENCE,
): Promise<void> {
  for (const shows of screens) {
    await at.waitForText(shows, patience);
    at.type(KEYS.enter);
  }
}

/** Its exit code, once it has ended; `secret` was never on the screen. */
export async function left(at: PtyProgram, secret?: string): Promise<number> {
  const { exitCode } = await at.exited;
  if (secret !== undefined) expect(at.output()).not.toContain(secret);
  return exitCode;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
