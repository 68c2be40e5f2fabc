import { render } from 'ink';
import { App } from './app.tsx';
import type { Wizard } from './driver.ts';
import type { FirstFrame } from './first-frame.ts';
import { drawingFrom } from './kit/view.ts';

export interface MountOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Monotonic ms. */
  readonly now: () => number;
  /** What stands in the place of Ink's first frame; null for nothing. */
  readonly firstFrame: FirstFrame | null;
}

/** Draws the wizard on the terminal. Resolves with the exit code when it is left and the terminal is given back. */
export async function mountWizard(wizard: Wizard, options: MountOptions): Promise<number> {
  const reader = options.env.INK_SCREEN_READER === 'true';
  const { unicode, colour } = drawingFrom(options.env);
  // The size of the window as it is now: a change of it comes with the next turn of the event loop.
  await new Promise((resolve) => setImmediate(resolve));
  // One write: no terminal shows the screen between both frames.
  process.stdout.cork();
  options.firstFrame?.erase();
  const drawn = render(<App wizard={wizard} unicode={unicode} colour={colour} reader={reader} now={options.now} />, {
    // Ctrl-C is an event like others: while applying, the running step ends first.
    exitOnCtrlC: false,
    patchConsole: false,
    // Whether a wizard can be drawn here was decided by the command.
    interactive: true,
    isScreenReaderEnabled: reader,
  });
  process.stdout.uncork();
  const [exitCode] = await Promise.all([wizard.left, drawn.waitUntilExit()]);
  return exitCode;
}
