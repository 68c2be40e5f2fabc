import { createWizard, type Wizard } from '../../components/driver.ts';
import type { Sandbox } from '../sandbox/index.ts';
import type { ExitCode } from '../system/problem.ts';
import type { CommandContext } from './context.ts';

/** Loads while the rest of the command is being prepared. */
const screens = import('../../components/mount.tsx');
// A failure is thrown where it is awaited.
screens.catch(() => {});

/**
 * `clawauth-setup`: the wizard. The first frame needs React and the reducer only; everything that looks at the machine
 * is loaded after it.
 */
export async function runSetup(context: CommandContext): Promise<ExitCode> {
  const { world, version } = context;
  const sandboxes: Sandbox[] = [];
  let diskRead: () => void = () => {};
  const disk = new Promise<void>((resolve) => {
    diskRead = resolve;
  });
  const wizard = createWizard({
    version,
    launcher: world.launcher,
    sandbox: world.sandbox ?? null,
    told: world.told,
    looking: async () => (await import('./wizard-looking.ts')).lookingAround(world, diskRead),
    services: async () => {
      // Loading all the rest would hold up what the first screen shows next.
      await disk;
      const { wizardServices } = await import('./wizard-services.ts');
      return wizardServices(context, (sandbox) => sandboxes.push(sandbox));
    },
  });
  const stop = stopFromOutside(wizard, context.signal);
  try {
    const { mountWizard } = await screens;
    const exitCode = await mountWizard(wizard, {
      env: world.env,
      now: () => world.clock.monotonic(),
      firstFrame: context.streams.firstFrame ?? null,
    });
    return exitCode as ExitCode;
  } finally {
    stop();
    for (const sandbox of sandboxes) {
      await sandbox.close();
      context.streams.err(`\n${sandbox.closing}\n`);
    }
  }
}

/** SIGTERM and SIGHUP: as Ctrl-C, but nobody is there to answer, so what would be asked is taken as "leave". */
function stopFromOutside(wizard: Wizard, signal: AbortSignal): () => void {
  const leave = () => {
    if (!signal.aborted) return;
    const { stage, run, overlay } = wizard.state();
    if (stage === 'left' || (stage === 'apply' && run?.stopping === true)) return;
    if (stage === 'apply' || overlay?.kind !== 'leave') wizard.dispatch({ type: 'interrupt' });
    if (wizard.state().overlay?.kind === 'leave') wizard.dispatch({ type: 'interrupt' });
  };
  signal.addEventListener('abort', leave);
  const unsubscribe = wizard.subscribe(leave);
  leave();
  return () => {
    signal.removeEventListener('abort', leave);
    unsubscribe();
  };
}
