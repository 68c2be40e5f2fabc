import { describe, expect, it } from 'vitest';
import { justRun } from '../../../src/actions/program.ts';
import { restartGateway, restartGatewayKind } from '../../../src/actions/restart-gateway.ts';
import type { LocalAnswer } from '../../../src/system/world.ts';
import { memoryWorld } from '../../support/memory-world.ts';

const signal = new AbortController().signal;

describe('a step in a container', () => {
  const program = {
    argv: ['docker', 'exec', '-i', 'claw', 'node', 'dist/index.js', 'models', 'auth', 'logout'],
    stopped: ['docker', 'compose', 'run', '--rm', 'claw', 'models', 'auth', 'logout'],
    stdin: 'yes',
    timeoutMs: 1000,
  };

  it.each([
    'Error response from daemon: Container 4d8412e569b5 is not running',
    'Error: can only create exec sessions on running containers: container state improper',
  ])('runs beside one that was stopped since: %s', async (stderr) => {
    const world = memoryWorld({
      commands: { 'docker exec': { exitCode: 1, stderr }, 'docker compose run': { exitCode: 0, stdout: 'gone' } },
    });
    expect((await justRun(program, { world, signal })).stdout).toBe('gone');
    expect(world.ran.map(({ argv, stdin }) => [argv[1], stdin])).toEqual([
      ['exec', 'yes'],
      ['compose', 'yes'],
    ]);
  });

  it('is not run again where it failed by itself', async () => {
    const world = memoryWorld({
      commands: { 'docker exec': { exitCode: 1, stderr: 'Error: the gateway is not running' } },
    });
    expect((await justRun(program, { world, signal })).exitCode).toBe(1);
    expect(world.ran).toHaveLength(1);
  });
});

/** The port that is published, and what asks it. */
interface Asked {
  readonly port?: number;
  readonly asked?: () => Promise<LocalAnswer | null>;
}

describe('a restart of a container', () => {
  const step = (starts: readonly string[], { port = 0, asked = async () => null }: Asked = {}) => {
    const left = [...starts];
    const world = memoryWorld({
      overrides: { network: { listening: async () => true, ask: asked } },
      commands: {
        'docker inspect': () => ({ exitCode: 0, stdout: `${left.length > 1 ? left.shift() : left[0]}\n` }),
        'docker restart': { exitCode: 0 },
      },
    });
    const { params } = restartGateway('gateway-restart', {
      forward: { headline: 'Restart the gateway' },
      backward: { headline: 'Leave the restart for the end' },
      on: 'apply',
      program: { argv: ['docker', 'restart', 'claw'], timeoutMs: 1000 },
      started: { argv: ['docker', 'inspect', 'claw'], timeoutMs: 1000 },
      port,
      otherwise: 'Restart it yourself:  docker restart claw',
    });
    const said: string[] = [];
    const context = { world, signal, byHand: (what: string) => said.push(what) };
    const done = restartGatewayKind.apply(params, context as unknown as Parameters<typeof restartGatewayKind.apply>[1]);
    return { done, said, world };
  };

  it('is believed when its process started anew, also under the same number', async () => {
    const { done, said } = step(['13 2026-11-20T00:00:00Z', '0 2026-11-20T00:00:00Z', '13 2026-11-21T00:00:00Z']);
    await done;
    expect(said).toEqual([]);
  });

  it('is over when the gateway answers: Docker takes connections for it long before', async () => {
    const answers = [null, null, { status: 200, text: '{"ok":true}' }];
    const starts = ['13 2026-11-20T00:00:00Z', '13 2026-11-21T00:00:00Z'];
    const { done, said } = step(starts, { port: 18790, asked: async () => answers.shift() ?? null });
    await done;
    expect(said).toEqual([]);
    expect(answers).toEqual([]);
    const silent = step(starts, { port: 18790 });
    await silent.done;
    expect(silent.said).toEqual([expect.stringContaining('does not answer on port 18790 any more')]);
  });

  it('is not made where it was stopped: that would start it', async () => {
    const { done, said, world } = step(['0 2026-11-20T00:00:00Z']);
    await done;
    expect(said).toEqual([]);
    expect(world.ran.map(({ argv }) => argv[1])).toEqual(['inspect']);
  });

  it('says what is left to do where nothing restarted', async () => {
    const { done, said } = step(['13 2026-11-20T00:00:00Z']);
    await done;
    expect(said).toEqual(['Nothing restarted: process 13 still answers. Restart it yourself:  docker restart claw']);
  });
});
