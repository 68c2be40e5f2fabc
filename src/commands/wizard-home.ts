import type { PlannedRun, Services, UninstallEnd } from '../../components/services.ts';
import { actionKinds } from '../actions/index.ts';
import { fixRecord, planFix } from '../doctor/fix.ts';
import { judge } from '../doctor/index.ts';
import { needsLogin } from '../doctor/judge.ts';
import type { Receipt } from '../engine/types.ts';
import type { Facts } from '../facts/types.ts';
import { signInMethod } from '../methods/asking.ts';
import type { HandedSecret } from '../methods/handed.ts';
import type { Answers, CheckFinding } from '../methods/types.ts';
import { previewPlan } from '../plan/index.ts';
import { pasteable, withPasteable } from '../system/pasteable.ts';
import type { World } from '../system/world.ts';
import type { CommandContext } from './context.ts';
import { type HomeContext, homeFacts, prepareRenewal, previewUndo, previewUninstall, runUninstall } from './home.ts';
import { keepChanges, notKept } from './preferences.ts';
import { orProblem, settled } from './wizard-results.ts';
import { waiting } from './words/asking.ts';

type HomeServices = Pick<Services, 'home' | 'keepDrift' | 'previewUndo' | 'previewUninstall' | 'uninstall'>;

/** The services of the overview: what is in force, what is kept, and taking it back. */
export function homeServices(
  context: () => Promise<HomeContext>,
  { world: place, force }: Pick<CommandContext, 'world' | 'force'>,
): HomeServices {
  return {
    home: (facts) =>
      orProblem(async () => {
        const { world, engine } = await context();
        const home = await homeFacts({ world, engine }, facts ?? undefined);
        const receiptId = home.inForce?.receiptId ?? null;
        const asks = receiptId !== null && home.drift.length > 0;
        const drift = asks ? await notKept(world, receiptId, home.drift) : home.drift;
        return { ...home, drift };
      }, place),
    keepDrift: async (receiptId, drift) => keepChanges((await context()).world, receiptId, drift),
    previewUndo: (id) => orProblem(async () => previewUndo(await context(), id), place),
    previewUninstall: (facts) => orProblem(async () => previewUninstall(await context(), facts ?? undefined), place),
    async uninstall({ purge }, onEvent, signal, afterwards): Promise<UninstallEnd> {
      let findings: readonly CheckFinding[] = [];
      let purged = false;
      const end = await settled({ place, signal, onEvent }, async (options): Promise<Receipt> => {
        const here = await context();
        const result = await runUninstall(here, { purge, ...options, force, ...afterwards });
        purged = result.purged;
        findings = result.findings.map((finding) => ({
          ...withPasteable(finding, place),
          check: 'uninstall',
        }));
        return result.receipt;
      });
      return { ...end, findings, purged };
    },
  };
}

/** The plan of a renewal: the new token under the same profile, nothing else. */
export async function renewal(
  context: HomeContext,
  facts: Facts,
  answers: Answers,
  handed: HandedSecret | null,
): Promise<PlannedRun> {
  // What one pasted by hand lasts only the person knows; the default is a year.
  const given = answers.tokenExpires === null ? {} : { tokenExpires: answers.tokenExpires };
  const prepared = await prepareRenewal(context, facts, handed, given);
  const command = `clawauth-setup renew --${prepared.method.secret?.name}-stdin --yes`;
  return { ...prepared, command: pasteable(command, context.world) };
}

/** The plan of what fixes these findings, as far as it goes with what is at hand. */
export async function fixing(
  world: World,
  facts: Facts,
  answers: Answers,
  ids: readonly string[],
  handed: HandedSecret | null,
): Promise<PlannedRun> {
  const findings = judge(facts, world.clock.now()).findings.filter(({ id }) => ids.includes(id));
  const { plan, fixes, waits } = await planFix(facts, findings, world, { hasToken: handed !== null });
  const preview = await previewPlan(plan, { world, kinds: actionKinds });
  const record = fixRecord(fixes);
  const { name, noun } = signInMethod.secret;
  const flags = handed === null ? '--yes' : `--${name}-stdin --yes`;
  return {
    ...{ answers, plan, preview, record, fixes: record.about.doctor },
    warnings: waits.map((found) =>
      needsLogin(found)
        ? { code: 'needs-login', says: waiting.withoutLogin(found.says) }
        : { code: 'needs-token', says: waiting.withoutToken(noun, found.says) },
    ),
    command: pasteable(`clawauth-setup doctor --fix --id ${ids.join(',')} ${flags}`, world),
  };
}
