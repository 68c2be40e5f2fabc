import { asTyped, type Target } from './openclaw-program.ts';
import type { GatewayFacts } from './records.ts';

/** What to run where the gateway is. A loopback address is a tunnel: the machine behind it is not known. */
export function commandThere(url: string | null): string {
  const host = url !== null && URL.canParse(url) ? new URL(url).hostname : '';
  if (!/^[\w.:[\]-]+$/.test(host) || /^(localhost|127\.|\[?::1)/.test(host)) return 'npx clawauth-setup';
  return `ssh -t ${host} npx clawauth-setup`;
}

/** What a person does where `gateway restart` reaches nothing: it restarts services, not a process that they started. */
export function restartByHand(target: Target, gateway: GatewayFacts): string {
  if (gateway.unit !== null) return `Restart it yourself:  ${unitRestart(target, gateway.unit, gateway.manager)}`;
  if (target.state.container !== undefined) return `Restart it yourself:  ${asTyped(target, 'gateway', 'restart')}`;
  return 'Stop it and start it again the way it was started (nohup, tmux, pm2, Docker): until then it keeps using what it read at startup.';
}

/** How a person starts it: `gateway start` knows services alone, and ends with 0 where there is none (2026.7.1). */
export function startByHand(target: Parameters<typeof asTyped>[0], gateway: GatewayFacts | undefined): string {
  return asTyped(target, 'gateway', gateway?.unit == null ? 'run' : 'start');
}

function unitRestart(target: Target, unit: string, manager: GatewayFacts['manager']): string {
  if (manager === 'systemd-user') return `systemctl --user restart ${unit}`;
  if (manager === 'systemd-system') return `sudo systemctl restart ${unit}`;
  return asTyped(target, 'gateway', 'restart');
}
