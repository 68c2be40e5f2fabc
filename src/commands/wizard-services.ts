import { actionKinds } from '../actions/index.ts';
import {
  bestClaude,
  canOpenBrowser,
  inspectToken,
  looksLikeSessionToken,
  sessionTokenProblem,
} from '../claude/index.ts';
import type { Engine } from '../engine/index.ts';
import type { Receipt } from '../engine/types.ts';
import { gatherFacts } from '../facts/gather.ts';
import type { Facts } from '../facts/types.ts';
import { methodOf, methods, planFor, verify } from '../methods/index.ts';
import type { Answers } from '../methods/types.ts';
import { previewPlan } from '../plan/index.ts';
import { openSandbox, type Sandbox } from '../sandbox/index.ts';
import { Cancelled, Problem } from '../system/problem.ts';
import type { World } from '../system/world.ts';
import type { MethodView, Offer, PlanView, ProblemView, RunResult, Services } from '../wizard/services.ts';
import { completeAnswers, type GivenAnswers, givenAnswers } from './answers.ts';
import { equivalentCommand } from './args.ts';
import type { CommandContext } from './context.ts';
import { engineFor } from './engine.ts';
import { readPreferences, rememberAnswers } from './preferences.ts';
import { needsSecret } from './prepare.ts';
import { viewOf } from './problem-view.ts';
import { signInSession } from './wizard-sign-in.ts';

/** The wizard's effects on the real machine, or in a sandbox. `onSandbox` is told of one that was made on the way. */
export async function wizardServices(
  context: CommandContext,
  onSandbox: (sandbox: Sandbox) => void,
): Promise<Services> {
  const { world } = context;
  // Neither is made before it is asked for: the facts come first.
  const engine = once(() => engineFor(context));
  const given = once(async () => ({ ...(await readPreferences(world)), ...(await givenAnswers(context)) }));
  const services: Services = {
    monotonic: () => world.clock.monotonic(),
    async leftover() {
      const found = await (await engine()).pending();
      return found === null ? null : { ...found, interrupted: found.interrupted?.headline ?? null };
    },
    gatherFacts: (onFact, signal) => gatherFacts(world, { signal, slow: true, onFact }),
    offer: (facts) => orProblem(async () => offerFrom(facts, await given())),
    startSignIn: (facts, onState) =>
      signInSession(world, bestClaude(facts.claude.known ? facts.claude.value : []), onState),
    async inspectToken(text) {
      const read = text.reveal(inspectToken);
      if (!read.ok) return { ok: false, problem: viewOf(read.problem) };
      if (await looksLikeSessionToken(world, read.secret)) return { ok: false, problem: viewOf(sessionTokenProblem()) };
      return { ok: true, token: read.secret, remarks: read.warnings.map((warning) => warning.says) };
    },
    plan: (facts, answers, token) =>
      orProblem(async () => {
        const plan = planFor(facts, answers, token === null ? {} : { hasToken: true, token });
        if (token === null && needsSecret(plan, 'token')) {
          const what = 'OpenClaw has no token yet that could go on being used.';
          throw new Problem('token-missing', what, { why: 'Go back to the sign-in and make or paste one.' });
        }
        return planView(plan, answers, world);
      }),
    apply: (view, { answers, token }, onEvent, signal) =>
      settled(signal, async () => {
        const receipt = await (await engine()).apply(view.plan, {
          title: titleOf(answers),
          about: { method: answers.method, answers, tokenExpires: answers.tokenExpires },
          secrets: token === null ? {} : { token },
          signal,
          force: context.force,
          onEvent,
        });
        if (receipt.outcome === 'applied') await rememberAnswers(world, answers);
        return receipt;
      }),
    undo: (id, onEvent, signal) =>
      settled(signal, async () => (await engine()).undo(id, { signal, force: context.force, onEvent })),
    recover: (how, token, onEvent, signal) =>
      settled(signal, async () => recover(await engine(), how, { token, onEvent, signal, force: context.force })),
    verify: (facts, answers, live, onFinding, signal) => verify(facts, answers, { world, signal, live, onFinding }),
    copy: (text) => copyBySequence(text, world),
    openUrl: (url) => void openUrl(url, world),
    async qrCode(text) {
      const { encode } = await import('uqr');
      return encode(text, { border: 0, ecc: 'L' }).data;
    },
  };
  if (world.sandbox !== undefined) return services;
  return {
    ...services,
    async enterSandbox() {
      const sandbox = await openSandbox();
      onSandbox(sandbox);
      const inside = await wizardServices({ ...context, world: sandbox.world }, onSandbox);
      return { services: inside, folder: sandbox.root };
    },
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

async function orProblem<T>(work: () => Promise<T>): Promise<T | { readonly problem: ProblemView }> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    return { problem: viewOf(error) };
  }
}

function offerFrom(facts: Facts, given: GivenAnswers): Offer {
  const views = methods.map((method): MethodView => {
    const { id, title, summary, paysFrom, notice, needsToken } = method;
    return { id, title, summary, paysFrom, notice, needsToken, availability: method.availability(facts) };
  });
  const defaults = completeAnswers(facts, given);
  const suggested = views.find((view) => view.availability.ok)?.id ?? defaults.method;
  return { methods: views, suggested, defaults };
}

async function planView(plan: PlanView['plan'], answers: Answers, world: World): Promise<PlanView> {
  const preview = await previewPlan(plan, { world, kinds: actionKinds });
  const steps = preview.steps.map(({ forward, backward, changes }) => ({
    headline: forward.headline,
    ...(forward.because === undefined ? {} : { because: forward.because }),
    undo: backward.because === undefined ? backward.headline : `${backward.headline}. ${backward.because}`,
    changes,
  }));
  const changed = steps.flatMap((step) => step.changes.flatMap((change) => ('file' in change ? [change.file] : [])));
  const command = equivalentCommand(answers, { token: needsSecret(plan, 'token') });
  return { plan, steps, files: [...new Set(changed)], command };
}

function titleOf(answers: Answers): string {
  const agents = answers.agents.length === 0 ? 'all agents' : answers.agents.join(', ');
  return `${methodOf(answers).title} for ${answers.role === 'agent' ? answers.newAgent : agents}`;
}

/** The receipt of a run, with the problem that ended it where it did not end well. */
async function settled(signal: AbortSignal, run: () => Promise<Receipt>): Promise<RunResult> {
  try {
    const receipt = await run();
    const failed = receipt.steps.find((step) => step.problem !== undefined)?.problem;
    if (receipt.outcome === 'applied' || failed === undefined) {
      const stopped = receipt.outcome !== 'applied' && signal.aborted;
      return { receipt, problem: stopped ? { code: 'cancelled', what: 'You stopped the run.' } : null };
    }
    return { receipt, problem: { ...failed } };
  } catch (error) {
    if (error instanceof Cancelled)
      return { receipt: null, problem: { code: 'cancelled', what: 'You stopped the run.' } };
    return { receipt: null, problem: viewOf(error) };
  }
}

type RecoverWith =
  Parameters<Services['recover']> extends readonly [unknown, infer Token, infer OnEvent, infer Signal]
    ? { readonly token: Token; readonly onEvent: OnEvent; readonly signal: Signal; readonly force: AbortSignal }
    : never;

function recover(engine: Engine, how: 'resume' | 'undo', given: RecoverWith): Promise<Receipt> {
  const { token, onEvent, signal, force } = given;
  return engine.recover(how, { secrets: token === null ? {} : { token }, onEvent, signal, force });
}

/**
 * OSC 52. tmux passes it on by itself only where `set-clipboard` is on; wrapped as well, it also gets through where
 * `allow-passthrough` is. What a terminal does not know it ignores.
 */
function copyBySequence(text: string, world: World): void {
  const sequence = `\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`;
  process.stdout.write(sequence);
  if (world.env.TMUX) process.stdout.write(`\u001bPtmux;${sequence.replaceAll('\u001b', '\u001b\u001b')}\u001b\\`);
}

async function openUrl(url: string, world: World): Promise<void> {
  if (!canOpenBrowser(world)) return;
  const opener = world.platform === 'darwin' ? 'open' : 'xdg-open';
  await world.processes.run([world.env.BROWSER || opener, url], { timeoutMs: 15_000 }).catch(() => {});
}
