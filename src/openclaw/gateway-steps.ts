import { type RestartGatewayParams, restartGateway } from '../actions/index.ts';
import type { Action } from '../engine/types.ts';
import { containerRestart } from './container.ts';
import { restartByHand } from './gateway-words.ts';
import { openclawProgram, type Target } from './openclaw-program.ts';
import type { GatewayFacts } from './records.ts';
import { atLeast } from './version.ts';

/** Up to 2026.6.1 a running gateway reads models and credentials only when it starts; 2026.7.1 says it applies them. */
export function needsRestart(version: string): boolean {
  return !atLeast(version, '2026.6.5-beta.0');
}

/** ms: a container that does not end by itself is killed after 10 s, or what its file says. */
const RESTART_MS = 120_000;

const BECAUSE = 'This release reads models and credentials when its gateway starts.';

/**
 * `steps`, with a restart around them where this release needs one and its gateway runs; none around nothing. `because`: why
 * every release needs one.
 */
export function withRestart(
  target: Target,
  gateway: GatewayFacts | undefined,
  steps: readonly Action[],
  because?: string,
): Action[] {
  const needed = because !== undefined || needsRestart(target.release.version);
  if (steps.length === 0 || !gateway?.running || !needed) return [...steps];
  const { first, last } = restartSteps(target, gateway, because === undefined ? {} : { because });
  return [first, ...steps, last];
}

/**
 * Two steps that go around all others: one restarts the gateway after the changes, one after they were taken back.
 * Always OpenClaw's own `gateway restart`, never a signal; in a container its runtime restarts the whole of it.
 * `environment`: a variable of the gateway changed.
 */
export function restartSteps(
  target: Target,
  gateway: GatewayFacts,
  { because = BECAUSE, environment = false }: { readonly because?: string; readonly environment?: boolean } = {},
): { readonly first: Action; readonly last: Action } {
  const restart = {
    port: gateway.port,
    ...restartProgram(target, environment),
    otherwise: restartByHand(target, gateway),
  };
  return {
    first: restartGateway('gateway-after-undo', {
      ...restart,
      on: 'revert',
      forward: { headline: 'Note that the gateway runs', because: 'An undo restarts it at its end as well.' },
      backward: { headline: 'Restart the gateway', because },
    }),
    last: restartGateway('gateway-restart', {
      ...restart,
      on: 'apply',
      forward: { headline: 'Restart the gateway', because },
      backward: { headline: 'Leave the restart for the end' },
    }),
  };
}

function restartProgram(
  target: Target,
  environment: boolean,
): Pick<RestartGatewayParams, 'program'> & Partial<RestartGatewayParams> {
  const { container } = target.state;
  if (container === undefined) return { program: openclawProgram(target, ['gateway', 'restart']) };
  const { runtime, name, port } = container;
  return {
    port: port ?? 0,
    program: { argv: containerRestart(container, environment), timeoutMs: RESTART_MS },
    started: { argv: [runtime, 'inspect', '-f', '{{.State.Pid}} {{.State.StartedAt}}', name], timeoutMs: 10_000 },
  };
}
