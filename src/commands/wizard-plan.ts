import type { PlannedStep, PlanView } from '../../components/services.ts';
import type { Plan } from '../engine/types.ts';
import type { Answers, PlanWarning } from '../methods/types.ts';
import type { PlanPreview } from '../plan/index.ts';
import { equivalentCommand } from './args.ts';
import { type Place, pasteable, withPasteable } from './paste.ts';
import { needsSecret } from './prepare.ts';

/** A plan as the review shows it. */
export function planView(
  plan: Plan,
  preview: PlanPreview,
  answers: Answers,
  warnings: readonly PlanWarning[],
  place: Place,
): PlanView {
  const steps = preview.steps.map(({ action, forward, backward, changes, takesBack }): PlannedStep => {
    const runs = changes.find((change) => 'outside' in change && change.outside.startsWith('runs '));
    const program = runs !== undefined && 'outside' in runs ? runs.outside : null;
    return {
      headline: forward.headline,
      because: forward.because,
      undo: backward.because === undefined ? backward.headline : `${backward.headline}. ${backward.because}`,
      changes,
      takesBack,
      // Cron jobs that a program changes without a file of ours live in the gateway.
      ...(program === null ? {} : { brief: action.touches.length === 0 ? 'through the gateway' : 'through OpenClaw' }),
    };
  });
  const shown = steps.flatMap((step) => step.changes.flatMap((change) => ('file' in change ? [change.file] : [])));
  // A database that a program writes has no diff, and changes as well.
  const databases = plan.actions.flatMap(({ touches }) =>
    touches.filter(({ as }) => as === 'sqlite').map(({ path }) => path),
  );
  const command = pasteable(equivalentCommand(answers, { token: needsSecret(plan, 'token') }), place);
  return {
    plan,
    steps,
    files: [...new Set([...shown, ...databases])],
    command,
    ...(warnings.length > 0 ? { warnings: warnings.map((one) => withPasteable(one, place)) } : {}),
  };
}
