// `openclaw gateway …` of the sandbox. The gateway itself is a listener inside the program that made the sandbox.
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fail, has, print } from './cli.mjs';
import { configPath, readConfig } from './state.mjs';

export async function gateway(command) {
  const { config, issues } = readConfig();
  if (command === 'restart' || command === 'start') {
    await sleep(500);
    return print(has('--json') ? `${JSON.stringify({ ok: true, action: command })}\n` : 'Gateway restarted.\n');
  }
  if (command !== 'status') return fail(`error: the sandbox has no 'gateway ${command}'`);
  const ok = await reachable();
  const port = portOf(config);
  const valid = config !== null && issues.length === 0;
  const answer = {
    cli: { version: '2026.9.6', entrypoint: process.argv[1] },
    service: {
      label: 'no supported service manager detected',
      loaded: false,
      loadedText: 'enabled',
      notLoadedText: 'disabled',
      command: null,
      runtime: { status: 'unknown', detail: 'No supported service manager detected.' },
      configAudit: { ok: true, issues: [] },
    },
    config: { cli: { path: configPath, exists: true, valid }, daemon: { path: configPath, exists: true, valid } },
    gateway: {
      bindMode: 'loopback',
      bindHost: '127.0.0.1',
      port,
      portSource: 'env/config',
      probeUrl: `ws://127.0.0.1:${port}`,
    },
    port: { port, status: ok ? 'busy' : 'free', listeners: [], hints: [] },
    rpc: ok
      ? { ok, url: `ws://127.0.0.1:${port}` }
      : { ok, error: `connect ECONNREFUSED 127.0.0.1:${port}`, url: `ws://127.0.0.1:${port}` },
    extraServices: [],
  };
  print(has('--json') ? `${JSON.stringify(answer, null, 2)}\n` : `Gateway: ${ok ? 'running' : 'stopped'}\n`);
}

/** Whether something answers on the gateway's port. */
export function reachable() {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: portOf(readConfig().config), timeout: 2000 });
    const done = (ok) => {
      socket.destroy();
      resolve(ok);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
    socket.once('timeout', () => done(false));
  });
}

function portOf(config) {
  return config?.gateway?.port ?? 18789;
}
