import { restartGateway } from '../actions/index.ts';
import type { Action } from '../engine/types.ts';
import { asTyped, type Here, openclawProgram } from './openclaw-program.ts';
import type { GatewayFacts } from './records.ts';
import { atLeast } from './version.ts';

/** Up to 2026.6.1 a running gateway reads models and credentials only when it starts; 2026.7.1 says it applies them. */
export function needsRestart(version: string): boolean {
  return !atLeast(version, '2026.6.5-beta.0');
}

const BECAUSE = 'This release reads models and credentials when its gateway starts.';

/** `steps`, with a restart around them where this release needs one and its gateway runs; none around nothing. */
export function withRestart(here: Here, gateway: GatewayFacts | undefined, steps: readonly Action[]): Action[] {
  if (steps.length === 0 || !gateway?.running || !needsRestart(here.release.version)) return [...steps];
  const { first, last } = restartSteps(here, gateway);
  return [first, ...steps, last];
}

/**
 * Two steps that go around all others: one restarts the gateway after the changes, one after they were taken back.
 * Always OpenClaw's own `gateway restart`, never a signal.
 */
export function restartSteps(here: Here, gateway: GatewayFacts): { readonly first: Action; readonly last: Action } {
  const restart = {
    program: openclawProgram(here, ['gateway', 'restart']),
    port: gateway.port,
    otherwise: restartByHand(here, gateway),
  };
  return {
    first: restartGateway('gateway-after-undo', {
      ...restart,
      on: 'revert',
      forward: { headline: 'Note that the gateway runs', because: 'An undo restarts it at its end as well.' },
      backward: { headline: 'Restart the gateway', because: BECAUSE },
    }),
    last: restartGateway('gateway-restart', {
      ...restart,
      on: 'apply',
      forward: { headline: 'Restart the gateway', because: BECAUSE },
      backward: { headline: 'Leave the restart for the end' },
    }),
  };
}

/** What to run where the gateway is. A loopback address is a tunnel: the machine behind it is not known. */
export function commandThere(url: string | null): string {
  const host = url !== null && URL.canParse(url) ? new URL(url).hostname : '';
  if (!/^[\w.:[\]-]+$/.test(host) || /^(localhost|127\.|\[?::1)/.test(host)) return 'npx clawauth-setup';
  return `ssh -t ${host} npx clawauth-setup`;
}

/** What a person does where `gateway restart` reaches nothing: it restarts services, not a process that they started. */
export function restartByHand(here: Here, gateway: GatewayFacts): string {
  if (gateway.unit !== null) return `Restart it yourself:  ${unitRestart(here, gateway.unit, gateway.manager)}`;
  return 'Stop it and start it again the way it was started (nohup, tmux, pm2, Docker): until then it keeps using what it read at startup.';
}

/** How a person starts it: `gateway start` knows services alone, and ends with 0 where there is none (2026.7.1). */
export function startByHand(here: Parameters<typeof asTyped>[0], gateway: GatewayFacts | undefined): string {
  return asTyped(here, 'gateway', gateway?.unit == null ? 'run' : 'start');
}

function unitRestart(here: Here, unit: string, manager: GatewayFacts['manager']): string {
  if (manager === 'systemd-user') return `systemctl --user restart ${unit}`;
  if (manager === 'systemd-system') return `sudo systemctl restart ${unit}`;
  return asTyped(here, 'gateway', 'restart');
}
