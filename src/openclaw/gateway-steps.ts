import { command } from '../actions/index.ts';
import type { Action } from '../engine/types.ts';
import { asTyped, type Here, openclawProgram } from './openclaw-program.ts';
import { atLeast } from './version.ts';

/** Up to 2026.6.1 a running gateway reads models and credentials only when it starts; 2026.7.1 says it applies them. */
export function needsRestart(version: string): boolean {
  return !atLeast(version, '2026.6.5-beta.0');
}

/**
 * Two steps that go around all others: one restarts the gateway after the changes, one after they were taken back.
 * Always OpenClaw's own `gateway restart`, never a signal.
 */
export function restartSteps(here: Here): { readonly first: Action; readonly last: Action } {
  const restart = openclawProgram(here, ['gateway', 'restart']);
  const typed = asTyped(here, 'gateway', 'restart');
  const because = 'This release reads models and credentials when its gateway starts.';
  return {
    first: command(
      'gateway-after-undo',
      {
        forward: { headline: 'Note that the gateway runs', because: 'An undo restarts it at its end as well.' },
        backward: { headline: 'Restart the gateway', because },
        program: null,
        keepText: [],
        outside: ['nothing now; an undo ends with a restart of the gateway'],
        undo: { by: 'program', program: restart, otherwise: `Restart the gateway:  ${typed}` },
      },
      [],
    ),
    last: command(
      'gateway-restart',
      {
        forward: { headline: 'Restart the gateway', because },
        backward: { headline: 'Leave the restart for the end' },
        program: restart,
        keepText: [],
        outside: ['the gateway is away for a few seconds'],
        undo: { by: 'files', otherwise: `Restart the gateway:  ${typed}` },
      },
      [],
    ),
  };
}
