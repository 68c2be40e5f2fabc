import * as z from 'zod/mini';
import type { Action, ActionKind, ApplyContext, RevertOutcome } from '../engine/types.ts';
import { listenerOf, type ProcessIdentity } from '../system/listener.ts';
import { Described, parseParams } from './params.ts';
import { justRun, Program, shown } from './program.ts';

const RESTART_GATEWAY = 'restart-gateway';
const SCHEMA = 1;

/** ms between two looks at the port. */
const LOOK_MS = 250;
/** ms for one question to the gateway of a container. */
const ASK_MS = 2_000;
/** ms that the old process may take to go once the program has ended. */
const LEAVES_MS = 15_000;
/** ms until the new one answers: 2026.1.24-3 was seen to take 50 s on a busy machine. */
const ANSWERS_MS = 120_000;

const RestartGatewayParams = z.object({
  ...Described.shape,
  /** `apply`: restarts where the step has its place, and does nothing when it is taken back; `revert`: the other way. */
  on: z.enum(['apply', 'revert']),
  program: Program,
  /** Prints the process of the gateway and its start (`4711 2026-…`), where that is not the one that listens on the port. */
  started: z.optional(Program),
  /** Where the gateway listens, on loopback; 0 where this machine does not reach it. */
  port: z.number(),
  /** What the person has to do where nothing restarted, one or two sentences. */
  otherwise: z.string(),
});
export type RestartGatewayParams = z.infer<typeof RestartGatewayParams>;

/** A restart that is believed only when another process listens, or the same number with another start. */
export function restartGateway(id: string, params: RestartGatewayParams): Action<RestartGatewayParams> {
  return { id, kind: RESTART_GATEWAY, schema: SCHEMA, params, touches: [] };
}

export const restartGatewayKind: ActionKind<RestartGatewayParams, Record<string, never>> = {
  kind: RESTART_GATEWAY,
  schema: SCHEMA,
  parse: (params, schema) => parseParams(RestartGatewayParams, RESTART_GATEWAY, SCHEMA, params, schema),
  describe: ({ forward, backward }) => ({ forward, backward }),
  async apply(params, context) {
    const left = params.on === 'apply' ? await restart(params, context) : null;
    if (left !== null) context.byHand(left);
    context.dry?.tell(
      params.on === 'apply'
        ? 'the gateway is away for a few seconds'
        : 'nothing now; an undo ends with a restart of the gateway',
    );
    return {};
  },
  async revert(params, _undo, context) {
    return outcomeOf(params.on === 'revert' ? await restart(params, context) : null);
  },
  async redo(params, _undo, context) {
    return outcomeOf(params.on === 'apply' ? await restart(params, context) : null);
  },
};

function outcomeOf(left: string | null): RevertOutcome {
  return left === null ? { state: 'restored', notes: [] } : { state: 'kept', notes: [left], byHand: true };
}

/**
 * null when the gateway restarted; else what is left to do, with why. Releases up to 2026.6.1 end with 0 and "Gateway
 * service disabled" where they have no service, or with 1 where no manager can be asked (run on both): neither says
 * anything of a gateway under nohup, tmux, pm2 or in a container.
 */
async function restart(params: RestartGatewayParams, context: Omit<ApplyContext, 'secret'>): Promise<string | null> {
  const { world, signal } = context;
  const { port, program, otherwise } = params;
  if (context.dry !== undefined) {
    context.dry.tell(`runs  ${shown(program)}`);
    return null;
  }
  const look = () => (params.started === undefined ? listenerOf(world, port) : startedOf(params.started, context));
  const on = port === 0 ? '' : ` on port ${port}`;
  const before = await look();
  // A container that was stopped stays stopped: a restart would start it.
  if (before === null && params.started !== undefined) return null;
  await justRun(program, { world, signal });
  if (before === null) return `Whether the gateway${on} restarted is not known. ${otherwise}`;
  const { clock } = world;
  const ended = clock.monotonic();
  for (;;) {
    const now = await look();
    if (now !== null && !same(now, before) && (await answers(params, context))) return null;
    const waited = clock.monotonic() - ended;
    if (now !== null && same(now, before) && waited >= LEAVES_MS) {
      return `Nothing restarted: process ${before.pid} still answers${on}. ${otherwise}`;
    }
    if (waited >= ANSWERS_MS) return `The gateway does not answer${on} any more. ${otherwise}`;
    await clock.sleep(LOOK_MS, signal);
  }
}

async function startedOf(program: Program, context: Omit<ApplyContext, 'secret'>): Promise<ProcessIdentity | null> {
  const { stdout, exitCode } = await justRun(program, { world: context.world, signal: context.signal });
  const [pid = '', started = ''] = stdout.trim().split(' ');
  return exitCode === 0 && Number(pid) > 0 ? { pid: Number(pid), started } : null;
}

/** A container starts before what it runs listens, and its runtime takes connections for it all the while (Docker 20.10). */
async function answers(
  { started, port }: RestartGatewayParams,
  { world, signal }: Pick<ApplyContext, 'world' | 'signal'>,
): Promise<boolean> {
  if (started === undefined || port === 0 || world.network?.ask === undefined) return true;
  return (await world.network.ask({ port, method: 'GET', path: '/healthz', timeoutMs: ASK_MS, signal })) !== null;
}

const same = (a: ProcessIdentity, b: ProcessIdentity) => a.pid === b.pid && a.started === b.started;
