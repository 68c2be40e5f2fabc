import { readLogin } from '../../claude-sync/login.ts';
import { readState } from '../../claude-sync/state.ts';
import { endIn } from '../../claude-sync/store.ts';
import { loginFile, ofKeptInStep } from '../../facts/claude-login.ts';
import { gatherFacts } from '../../facts/gather.ts';
import type { Facts } from '../../facts/types.ts';
import { authFile } from '../../openclaw/profiles.ts';
import type { ServicesFacts } from '../../services/records.ts';
import { factValue } from '../../system/fact.ts';
import { minute } from '../../text.ts';
import { listed } from '../openclaw-checks.ts';
import { logCommand, serviceFinding } from '../shared/services.ts';
import { storedChecks } from '../stored/checks.ts';
import { chosenAgents, targetOf } from '../target.ts';
import type { Answers, Check, CheckContext, Finding } from '../types.ts';
import { NOUN, signInTyped } from './plan.ts';
import { checks as words } from './words.ts';

/** ms that the service gets: a login that is past its end is renewed by Claude Code first. */
const IN_STEP_MS = 90_000;
const LOOK_MS = 500;
/** ms between the two ends that count as the same. */
const SAME_END_MS = 2_000;

/** What is asked after the fact, in this order. `before` tells what only a manager that was asked knows. */
export function checks(facts: Facts, answers: Answers, before?: Facts): readonly Check[] {
  const services = factValue(before?.services ?? facts.services) ?? factValue(facts.services);
  return [
    {
      id: 'services',
      ask: words.askService,
      run: async (context) => (services === undefined ? unknownHere() : managed(services, context)),
    },
    {
      id: 'in-step',
      ask: words.askInStep,
      finds: ['sync.sign-in-needed'],
      run: async (context) => (services === undefined ? unknownHere() : inStep(facts, services, answers, context)),
    },
    ...storedChecks(STORED, facts, answers).map((check) =>
      check.id === 'profile' ? { ...check, run: (context: CheckContext) => profileNow(answers, context) } : check,
    ),
  ];
}

const STORED = { noun: NOUN, bySignIn: true };

/** By what is stored once the service has looked: before, the token may have been past its end. */
async function profileNow(answers: Answers, context: CheckContext): Promise<readonly Finding[]> {
  const facts = await gatherFacts(context.world, { slow: false, signal: context.signal });
  const check = storedChecks(STORED, facts, answers).find(({ id }) => id === 'profile');
  return (await check?.run?.(context)) ?? [];
}

const unknownHere = (): Finding[] => [{ verdict: 'skipped', says: words.unknownHere }];

async function managed({ place, manager }: ServicesFacts, context: CheckContext): Promise<Finding[]> {
  if (place !== null && manager.ok) return [await serviceFinding('claude-sync', place, manager.env, context)];
  return [{ verdict: 'error', says: manager.ok ? words.noManager : manager.because }];
}

/** Waits for the service. What counts is what stands in the files of both, not what it says. */
async function inStep(
  told: Facts,
  { sync, place }: ServicesFacts,
  answers: Answers,
  { world, signal }: CheckContext,
): Promise<Finding[]> {
  const facts = ofKeptInStep(told);
  const file = loginFile(facts);
  if (file === null) return unknownHere();
  const agents = chosenAgents(targetOf(facts), answers);
  const started = world.clock.monotonic();
  for (;;) {
    const login = readLogin(await world.files.readText(file).catch(() => null));
    const state = readState(await world.files.readText(sync.stateFile).catch(() => null));
    if (state?.ended || login.state === 'ended') {
      const says = words.ended;
      return [{ verdict: 'error', says, next: signInTyped(facts), waits: true }];
    }
    const late: string[] = [];
    for (const { id, agentDir } of agents) {
      const text = await world.files.readText(authFile(agentDir)).catch(() => null);
      const end = endIn(text ?? '', answers.profileId);
      const same = login.state === 'there' && end !== null && Math.abs(end - login.end) <= SAME_END_MS;
      if (!same) late.push(id);
    }
    if (login.state === 'there' && login.end > world.clock.now() && late.length === 0 && state?.asks != null) {
      const ends = words.ends(answers.profileId, minute(login.end));
      return [{ verdict: 'ok', says: words.asked(ends, minute(state.asks)) }];
    }
    if (world.clock.monotonic() - started > IN_STEP_MS) {
      const says = words.late(listed(late.length > 0 ? late : agents.map(({ id }) => id)));
      return [{ verdict: 'error', says, ...(place === null ? {} : { next: logCommand('claude-sync', place) }) }];
    }
    await world.clock.sleep(LOOK_MS, signal);
  }
}
