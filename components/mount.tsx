import { render } from 'ink';
import { App } from './app.tsx';
import type { Wizard } from './driver.ts';
import { drawingFrom } from './kit/view.ts';

export interface MountOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Monotonic ms. */
  readonly now: () => number;
}

/** Draws the wizard on the terminal. Resolves with the exit code when it is left and the terminal is given back. */
export async function mountWizard(wizard: Wizard, options: MountOptions): Promise<number> {
  const reader = options.env.INK_SCREEN_READER === 'true';
  const { unicode, colour } = drawingFrom(options.env);
  const drawn = render(<App wizard={wizard} unicode={unicode} colour={colour} reader={reader} now={options.now} />, {
    // Ctrl-C is an event like others: while applying, the running step ends first.
    exitOnCtrlC: false,
    patchConsole: false,
    // Whether a wizard can be drawn here was decided by the command.
    interactive: true,
    isScreenReaderEnabled: reader,
  });
  const [exitCode] = await Promise.all([wizard.left, drawn.waitUntilExit()]);
  return exitCode;
}
