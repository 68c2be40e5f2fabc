// Shows the wizard with services that answer from memory: `node test/support/demo.mjs [case]`.
import { render } from 'ink';
import { App } from '../../components/app.tsx';
import { createWizard } from '../../components/driver.ts';
import { drawingFrom } from '../../components/kit/view.ts';
import { brokenConfig, cannedFacts, emptyMachine } from './canned-facts.ts';
import { type CannedOptions, cannedLeftover, cannedServices, emptyPlan } from './canned-services.ts';

const CASES: Record<string, CannedOptions> = {
  plain: {},
  empty: { facts: emptyMachine() },
  broken: { facts: brokenConfig() },
  leftover: { leftover: cannedLeftover },
  fails: { failAt: 2 },
  'put-back': { failAt: 1, outcome: 'put back' },
  'no-claude': { signInFails: true },
  'nothing-to-do': { plan: emptyPlan },
  unhealthy: {
    findings: [
      { check: 'profile', verdict: 'ok', says: 'OpenClaw uses anthropic:default for main' },
      {
        check: 'live',
        verdict: 'error',
        says: 'Claude refused the token: invalid bearer token',
        next: 'clawauth-setup',
      },
    ],
  },
};

const wizard = createWizard({
  version: '1.0.0',
  services: async () => cannedServices({ facts: cannedFacts(), ...CASES[process.argv[2] ?? 'plain'], pace: 250 }),
});
const { waitUntilExit } = render(
  <App
    wizard={wizard}
    {...drawingFrom(process.env)}
    reader={process.env.INK_SCREEN_READER === 'true'}
    now={() => performance.now()}
  />,
  { exitOnCtrlC: false, patchConsole: false },
);
const [exitCode] = await Promise.all([wizard.left, waitUntilExit()]);
process.exitCode = exitCode;
