import type { Container } from '../../src/openclaw/container.ts';

/** A running container as it would be found; `change` what a test is about. */
export function containerWith(change: Partial<Container> = {}): Container {
  return {
    runtime: 'docker',
    name: 'claw',
    image: 'openclaw:local',
    status: 'running',
    entry: ['node', 'dist/index.js'],
    workdir: '/app',
    user: 'node',
    uid: 1000,
    places: {},
    gatewayPort: 18789,
    home: '/home/node',
    stateDir: '/home/node/.openclaw',
    mounts: [],
    port: 18790,
    ...change,
  };
}
