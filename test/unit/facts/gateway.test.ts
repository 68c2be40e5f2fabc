import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { findGateway, type GatewayContext } from '../../../src/openclaw/gateway.ts';
import { findMeant } from '../../../src/openclaw/installations.ts';
import type { StateFacts } from '../../../src/openclaw/records.ts';
import { realNetwork } from '../../../src/system/real-network.ts';
import type { World } from '../../../src/system/world.ts';
import { HOME, machine, STATE } from './homes.ts';

let server: Server | undefined;
afterEach(() => server?.close());

async function listen(): Promise<number> {
  const listening = createServer();
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return (listening.address() as AddressInfo).port;
}

const context = (more: Partial<GatewayContext> = {}): GatewayContext => ({
  config: {},
  state: { stateDir: STATE, profile: null } as StateFacts,
  version: '2026.9.6',
  wants: '>=24',
  unit: null,
  ...more,
});

async function itsGateway(world: World, version = '2026.9.6') {
  const { unit, found } = await findMeant(world, version);
  return findGateway(world, context({ version, unit, state: found.state }));
}

describe('the gateway', () => {
  it('is running when its port accepts a connection', async () => {
    const port = await listen();
    expect(await realNetwork.listening('127.0.0.1', port, 5_000)).toBe(true);
    const config = { gateway: { port } };
    const world = machine({ overrides: { network: realNetwork } });
    expect((await findGateway(world, context({ config }))).facts).toMatchObject({ running: true, port });
    await new Promise((resolve) => server?.close(resolve));
    expect(await realNetwork.listening('127.0.0.1', port, 5_000)).toBe(false);
  });

  it('takes its port from the variable, the config, the profile, or the default', async () => {
    const port = async (env: Record<string, string>, more: Partial<GatewayContext> = {}) =>
      (await findGateway(machine({ overrides: { env } }), context(more))).facts.port;
    const config = { gateway: { port: 4 } };
    expect(await port({ OPENCLAW_GATEWAY_PORT: '3' }, { config })).toBe(3);
    expect(await port({ CLAWDBOT_GATEWAY_PORT: '3' }, { config })).toBe(4);
    expect(await port({ CLAWDBOT_GATEWAY_PORT: '3' }, { config, version: '2026.1.24-3' })).toBe(3);
    expect(await port({})).toBe(18789);
    expect(await port({}, { state: { stateDir: STATE, profile: 'dev' } as StateFacts })).toBe(19001);
  });

  it('finds the unit of the profile and the Node it starts', async () => {
    const folder = `${HOME}/.config/systemd/user`;
    const unit = (node: string) => `[Service]\nExecStart=${node} /opt/openclaw/index.js gateway\n`;
    const files = {
      [`${folder}/openclaw-gateway.service`]: unit('/opt/v22.1.0/bin/node'),
      [`${folder}/openclaw-gateway-work.service`]: unit('/opt/gone/bin/node'),
      '/opt/v22.1.0/bin/node': { content: '', mode: 0o755 },
    };
    const main = await itsGateway(machine({ files }));
    expect(main.facts).toMatchObject({
      unit: 'openclaw-gateway.service',
      manager: 'systemd-user',
      unitFile: `${folder}/openclaw-gateway.service`,
      node: { path: '/opt/v22.1.0/bin/node', version: '22.1.0', ok: false },
    });
    const env = { OPENCLAW_STATE_DIR: `${HOME}/.openclaw-work` };
    expect((await itsGateway(machine({ files, overrides: { env } }))).facts).toMatchObject({
      unit: 'openclaw-gateway-work.service',
      node: { version: null, ok: false },
    });
  });

  it('finds a launch agent, and the old unit of clawdbot', async () => {
    const plist = `${HOME}/Library/LaunchAgents/ai.openclaw.gateway.plist`;
    const mac = machine({ files: { [plist]: '<plist/>' }, overrides: { platform: 'darwin' } });
    expect((await itsGateway(mac)).facts).toMatchObject({
      unit: 'ai.openclaw.gateway',
      manager: 'launchd',
    });
    const old = machine({ files: { '/etc/systemd/system/clawdbot-gateway.service': '[Service]\nUser=ana\n' } });
    expect((await itsGateway(old, '2026.1.24-3')).facts).toMatchObject({
      unit: 'clawdbot-gateway.service',
      manager: 'systemd-system',
    });
  });

  it('is not known to run where no port can be asked', async () => {
    const { facts, because } = await findGateway(machine({ overrides: { network: undefined } }), context());
    expect(facts).toMatchObject({ running: false, unit: null, manager: 'none' });
    expect(because).toContain('could not be asked');
  });

  it('is no unit of ours, whatever its words name', async () => {
    const exec = `/usr/bin/node /x/claude-sync.mjs --openclaw /usr/bin/openclaw --keeps anthropic:x --store ${STATE}/agents/gateway/agent/auth-profiles.json`;
    const files = { [`${HOME}/.config/systemd/user/clawauth-claude-sync.service`]: `[Service]\nExecStart=${exec}\n` };
    const { unit } = await findMeant(machine({ files }), '2026.2.17');
    expect(unit).toBeNull();
    const foreign = { [`${HOME}/.config/systemd/user/mine.service`]: `[Service]\nExecStart=${exec}\n` };
    expect((await findMeant(machine({ files: foreign }), '2026.2.17')).unit).not.toBeNull();
  });
});
