import { gatherFacts } from '../facts/gather.ts';
import { remarkSlow } from '../facts/timeouts.ts';
import type { Facts } from '../facts/types.ts';
import { methodOf } from '../methods/index.ts';
import { targetOf } from '../methods/target.ts';
import type { Answers, Check, CheckContext, CheckMemory, Finding, Report, Verdict } from '../methods/types.ts';
import { factValue } from '../system/fact.ts';
import { Cancelled } from '../system/problem.ts';
import { redact } from '../system/secret.ts';
import type { World } from '../system/world.ts';
import { gatewayCheck } from './after-gateway.ts';
import { leftFindings, withCron } from './after-left.ts';
import { modelsCheck } from './after-models.ts';
import { blocker, judge } from './index.ts';
import { covers } from './judge.ts';

export interface VerifyOptions {
  readonly world: World;
  readonly signal: AbortSignal;
  /** Also the checks that cost a request. */
  readonly live?: boolean;
  /** `false` after a run that left the models as they are. */
  readonly models?: boolean;
  readonly onFinding?: (finding: Finding & { readonly check: string; readonly ask: string }) => void;
  /** One sentence, when a program takes long to answer: which, and how long it gets. Once for each. */
  readonly onSlow?: (says: string) => void;
}

/**
 * Asks the real programs whether it works. Looks at the disk again and asks OpenClaw for its models once, however many
 * agents there are. `facts` are those from before: what ran then should run now.
 */
export async function verify(facts: Facts, answers: Answers, options: VerifyOptions): Promise<Report> {
  const { signal, live = false, models = true, onFinding, onSlow = () => {} } = options;
  const install = factValue(facts.release)?.install;
  // The installation that was set up, whatever its gateway does meanwhile.
  const state = factValue(facts.state);
  const told = state === undefined ? {} : { told: { ...options.world.told, stateDir: state.stateDir } };
  const world = remarkSlow({ ...options.world, ...told }, onSlow, install ? { [install.path]: install.command } : {});
  const fresh = await gatherFacts(world, { signal, slow: false });
  // The slow answers from before still hold where nothing on disk can tell: how the gateway ran, what is offered.
  const now: Facts = {
    ...fresh,
    catalogue: fresh.catalogue.known ? fresh.catalogue : facts.catalogue,
    refreshers: fresh.refreshers.known ? fresh.refreshers : facts.refreshers,
  };
  const { findings: judged } = judge(now, world.clock.now());
  const gone = now.release.known && now.state.known && now.config.known ? null : blocker(now);
  const checks: readonly Check[] =
    gone === null
      ? checksAfter(now, answers, facts)
      : [{ id: gone.id, ask: 'Is OpenClaw still here?', finds: [gone.id] }];
  const memory = new Memory();
  const findings: (Finding & { check: string; ms: number })[] = [];
  for (const check of checks) {
    if ((check.costs && !live) || (check.models && !models)) continue;
    const started = world.clock.monotonic();
    const seen = judged.filter(({ id }) => check.finds?.some(covers(id)));
    for (const finding of seen.length > 0 ? seen : await runCheck(check, { world, signal, shared: memory })) {
      const safe = { ...finding, says: redact(finding.says) };
      findings.push({ ...safe, check: check.id, ms: Math.round(world.clock.monotonic() - started) });
      onFinding?.({ ...safe, check: check.id, ask: check.ask });
    }
  }
  const worst = findings.reduce<Verdict>((a, { verdict }) => (rank(verdict) > rank(a) ? verdict : a), 'ok');
  return { schema: 1, takenAt: new Date(world.clock.now()).toISOString(), findings, worst };
}

/**
 * What is asked after a set-up, in the order of its method: what only that one asks, and what it lists without `run`
 * because it is asked the same of every method. `before`: the facts that the plan was made from.
 */
export function checksAfter(facts: Facts, answers: Answers, before: Facts): readonly Check[] {
  const method = methodOf(answers);
  const [target, refs] = [targetOf(facts), method.refs(facts)];
  const ofAll: Readonly<Record<string, Check['run']>> = {
    models: (context) => modelsCheck(target, answers, refs, method.models?.(facts) ?? [], context, before),
    bridge: async (context) =>
      leftFindings(await withCron(facts, target, before, refs.old, context), target, answers, refs),
    gateway: (context) => gatewayCheck(facts, target, before, context),
  };
  return method.checks(facts, answers, before).map((check) => ({ ...check, run: check.run ?? ofAll[check.id] }));
}

const RANKS: readonly Verdict[] = ['ok', 'info', 'skipped', 'warning', 'timed out', 'crashed', 'error'];
const rank = (verdict: Verdict) => RANKS.indexOf(verdict);

async function runCheck(check: Check, context: CheckContext): Promise<readonly Finding[]> {
  try {
    return (await check.run?.(context)) ?? [];
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    return [{ verdict: 'crashed', says: `${check.ask} This could not be found out: ${(error as Error).message}` }];
  }
}

class Memory implements CheckMemory {
  readonly #made = new Map<string, Promise<unknown>>();

  once<T>(key: string, make: () => Promise<T>): Promise<T> {
    const made = this.#made.get(key) ?? make();
    this.#made.set(key, made);
    return made as Promise<T>;
  }
}
