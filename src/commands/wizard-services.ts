import type { Offer, OfferedMethod, PlannedRun, Services } from '../../components/services.ts';
import { canOpenBrowser } from '../claude/index.ts';
import { afterFix } from '../doctor/after-fix.ts';
import { availabilityOf, refuseBlocked } from '../doctor/gate.ts';
import { verify } from '../doctor/report.ts';
import type { Facts } from '../facts/types.ts';
import { ownChoices } from '../history/overview.ts';
import { planHere, switchAnswers, switchTo } from '../history/switch.ts';
import type { Prepared } from '../history/types.ts';
import { answersWith } from '../methods/given.ts';
import { type HandedSecret, planOptions, readSecret, secretFor, secretsOf } from '../methods/handed.ts';
import { methods, offeredModels } from '../methods/index.ts';
import { ownModels } from '../methods/left-models.ts';
import type { Answers, Availability, GivenAnswers, Method, Role } from '../methods/types.ts';
import { oldJobs } from '../openclaw/cron-steps.ts';
import { refuseUnwritable, UNWRITABLE } from '../plan/writable.ts';
import type { Sandbox } from '../sandbox/index.ts';
import { withAnswers } from '../system/answered.ts';
import { pasteable, withPasteable } from '../system/pasteable.ts';
import { Problem } from '../system/problem.ts';
import type { Answered, World } from '../system/world.ts';
import { completeAnswers, givenAnswers } from './answers.ts';
import { equivalentCommand } from './args.ts';
import type { CommandContext } from './context.ts';
import { engineFor } from './engine.ts';
import { type HomeContext, homeFacts } from './home.ts';
import { startLogin } from './login-run.ts';
import { readPreferences, rememberAnswers } from './preferences.ts';
import { preparedRun } from './prepare.ts';
import { viewOf } from './problem-view.ts';
import { fixing, homeServices, renewal } from './wizard-home.ts';
import { lookingAround } from './wizard-looking.ts';
import { orProblem, settled } from './wizard-results.ts';
import { signInOrRefusal } from './wizard-sign-in.ts';
import { signIn } from './words/asking.ts';

/** The wizard's effects on the real machine, or in a sandbox. `onSandbox` is told of one that was made on the way. */
export async function wizardServices(
  context: CommandContext,
  onSandbox: (sandbox: Sandbox) => void,
): Promise<Services> {
  const { world } = context;
  // Neither is made before it is asked for: the facts come first.
  const engine = once(() => engineFor(context));
  const given = once(() => givenAnswers(context));
  const home = async () => ({ world, engine: await engine() });
  // What the last run was told at its end: the checks after it need not ask again.
  let answers: Answered[] = [];
  const services: Services = {
    monotonic: () => world.clock.monotonic(),
    async leftover() {
      return (await engine()).pending();
    },
    ...lookingAround(world),
    offer: (facts) =>
      orProblem(async () => {
        const { inForce } = await homeFacts(await home(), facts);
        // Once something is in force, what is there counts and not what was liked the last time.
        if (inForce !== null) {
          const present = { method: inForce.method, ...ownChoices(facts, inForce.answers), ...(await given()) };
          return offerFrom(facts, present, home, (id) => switchDefaults(home, facts, id, given));
        }
        return offerFrom(facts, { ...(await readPreferences(world)), ...(await given()) }, home);
      }, world),
    startSignIn: (facts, method, onState) => signInOrRefusal(world, facts, method, onState),
    startLogin: (facts, onState) => startLogin(context, facts, onState),
    async readSecret(name, text) {
      const read = await text.reveal((pasted) => readSecret(name, pasted, world));
      if (!read.ok) return { ok: false, problem: viewOf(read.problem, world) };
      return { ok: true, secret: read.secret, remarks: read.warnings.map((warning) => warning.says) };
    },
    plan: (facts, answers, handed, purpose) =>
      orProblem(async () => {
        if (typeof purpose === 'object') return fixing(world, facts, answers, purpose.fix, handed);
        if (purpose === 'renew') return renewal(await home(), facts, answers, handed);
        const here = await home();
        refuseBlocked(facts);
        const change = await switchTo(here, facts, answers.method);
        const plan = await planHere(here, facts, answers, planOptions(handed), change);
        const noun = secretFor(plan)?.noun;
        if (handed === null && noun !== undefined) {
          throw new Problem('token-missing', signIn.nothingToKeep(noun), { why: signIn.goBack });
        }
        const parts = { answers, plan, change, secret: handed?.value, signal: context.signal };
        return withCommand(await preparedRun(here, facts, parts), handed, world);
      }, world),
    ...homeServices(home, context),
    apply: ({ plan, record, answers: chosen }, handed, onEvent, signal) =>
      settled({ place: world, signal, onEvent }, async (options) => {
        answers = [];
        const receipt = await (await engine()).apply(plan, {
          ...record,
          secrets: secretsOf(handed),
          ...options,
          force: context.force,
          onAnswer: (answer) => answers.push(answer),
        });
        if (receipt.outcome === 'applied' && 'method' in record.about) await rememberAnswers(world, chosen);
        return receipt;
      }),
    undo: (id, onEvent, signal) =>
      settled({ place: world, signal, onEvent }, async (options) =>
        (await engine()).undo(id, { ...options, force: context.force }),
      ),
    recover: (how, handed, onEvent, signal) =>
      settled({ place: world, signal, onEvent }, async (options) =>
        (await engine()).recover(how, {
          secrets: secretsOf(handed),
          ...options,
          force: context.force,
        }),
      ),
    async verify(facts, chosen, { live, models, fixed }, onFinding, signal, onSlow) {
      const after = withAnswers(world, answers);
      answers = [];
      const logSince = Date.parse((await (await engine()).list())[0]?.startedAt ?? '') || 0;
      const again = fixed.length === 0 ? [] : await afterFix(after, facts, fixed, { signal, onSlow, logSince });
      for (const finding of again) onFinding(withPasteable(finding, world));
      const report = await verify(facts, chosen, {
        ...{ world: after, signal, live, models, onSlow },
        onFinding: (finding) => onFinding(withPasteable(finding, world)),
      });
      return { worst: again.some(({ verdict }) => verdict === 'error') ? 'error' : report.worst };
    },
    copy: (text) => copyBySequence(text, world),
    openUrl: (url) => void openUrl(url, world),
    chooseInstallation: (told) =>
      wizardServices({ ...context, world: { ...world, told: { ...world.told, ...told } } }, onSandbox),
    async qrCode(text) {
      const { encode } = await import('uqr');
      return encode(text, { border: 0, ecc: 'L' }).data;
    },
  };
  if (world.sandbox !== undefined) return services;
  return {
    ...services,
    async enterSandbox() {
      const { openSandbox } = await import('../sandbox/index.ts');
      const sandbox = await openSandbox();
      onSandbox(sandbox);
      const inside = await wizardServices({ ...context, world: sandbox.world }, onSandbox);
      return { services: inside, folder: sandbox.root };
    },
  };
}

/** The plan with the command that does the same. */
function withCommand(prepared: Prepared, handed: HandedSecret | null, world: World): PlannedRun {
  const command = equivalentCommand(prepared.answers, { secret: secretFor(prepared.plan) !== undefined, handed });
  return { ...prepared, command: pasteable(command, world) };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

/** What a way starts from that would take the place of the one in force; null for that one itself. */
async function switchDefaults(
  home: () => Promise<HomeContext>,
  facts: Facts,
  id: string,
  given: () => Promise<GivenAnswers>,
): Promise<Answers | null> {
  const change = await switchTo(await home(), facts, id);
  return change === null ? null : switchAnswers(change, id, await given());
}

async function offerFrom(
  facts: Facts,
  given: GivenAnswers,
  home: () => Promise<HomeContext>,
  instead: (id: string) => Promise<Answers | null> = async () => null,
): Promise<Offer> {
  const others = await Promise.all(methods.map(({ id }) => instead(id)));
  const availabilities = await Promise.all(methods.map((method) => availableHere(method, facts, home)));
  const views = methods.map((method, index): OfferedMethod => {
    const { id, title, summary, paysFrom, notice, secret, signsIn } = method;
    const availability = availabilities[index] as Availability;
    // What another way starts from; given answers count for each, but for the way itself.
    const defaults = others[index] ?? answersWith(method.defaults(facts, given.role), { ...given, method: id });
    const models = offeredModels(method, facts);
    const takesOver = takenOver(method, facts);
    return {
      ...{ id, title, summary, paysFrom, notice, secret, signsIn, availability, defaults },
      ...{ models, takesOver, forRole: modelsByRole(method, facts, given) },
    };
  });
  const available = methods.filter((_, index) => availabilities[index]?.ok);
  const suggested = (available.find(({ suits }) => suits?.(facts)) ?? available[0] ?? methods[0])?.id ?? '';
  const defaults = completeAnswers(facts, { ...given, method: given.method ?? suggested });
  return { methods: views, suggested, defaults };
}

/** Also tries what the method would write, before anybody signs in for it. */
async function availableHere(method: Method, facts: Facts, home: () => Promise<HomeContext>): Promise<Availability> {
  const availability = availabilityOf(method, facts);
  const here = await home();
  const { help } = availability;
  if (!availability.ok)
    return help === undefined ? availability : { ...availability, help: pasteable(help, here.world) };
  try {
    const plan = await planHere(here, facts, method.defaults(facts), { hasSecret: true }, null);
    await refuseUnwritable(plan, here.world);
  } catch (error) {
    if (!(error instanceof Problem) || !UNWRITABLE.has(error.code)) return availability;
    const { next } = error.more;
    return {
      ok: false,
      because: error.what.replace(/\.$/, ''),
      ...(next === undefined ? {} : { help: pasteable(next, here.world) }),
    };
  }
  return availability;
}

function modelsByRole(method: Method, facts: Facts, given: GivenAnswers): OfferedMethod['forRole'] {
  const models = (role: Role) => {
    const { primary, fallbacks } = answersWith(method.defaults(facts, role), given);
    return { primary, fallbacks };
  };
  return { everything: models('everything'), fallback: models('fallback'), agent: models('agent') };
}

function takenOver(method: Method, facts: Facts): OfferedMethod['takesOver'] {
  const refs = method.refs(facts);
  const jobs = oldJobs(facts.cron.known ? facts.cron.value.jobs : [], refs.old).length;
  const own = facts.config.known ? ownModels(facts.config.value, refs) : [];
  return { name: refs.old.name, jobs, own };
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
