import { Secret } from '../../src/system/secret.ts';
import { initialState, type State } from '../../src/wizard/state.ts';
import { brokenConfig, cannedFacts, emptyMachine } from './canned-facts.ts';
import { cannedLeftover, cannedPlan } from './canned-services.ts';
import { Play, playTo, type WorldOptions } from './wizard-play.ts';

/** A run in its second step. */
function midRun(world: WorldOptions = {}, events = 4): Play {
  const play = playTo('review', world).settle();
  play.send({ type: 'accept' });
  for (let n = 0; n < events; n += 1) play.hear();
  return play;
}

const some = (facts = cannedFacts(), names = ['platform', 'release', 'state', 'gateway', 'claude', 'claudeSignIn']) => {
  const play = new Play({ facts });
  while (play.hear() && names.some((name) => !play.state.facts[name as 'release'].known));
  return play;
};

const invalid = {
  code: 'not-a-setup-token',
  what: 'This is an API key, not a setup token.',
  why: 'It pays per use. OpenClaw can use it as such: choose that way instead.',
  next: 'claude setup-token',
};

const unhealthy = [
  { check: 'profile', verdict: 'ok', says: 'OpenClaw uses anthropic:default for main and lite' },
  { check: 'live', verdict: 'error', says: 'Claude refused the token: invalid bearer token.', next: 'clawauth-setup' },
] as const;

/** Every screen, in a state that a person meets. */
export const SCREENS: Readonly<Record<string, () => State>> = {
  'look-first': () => initialState({ version: '1.0.0' }),
  'look-some': () => some().state,
  look: () => playTo('look').state,
  'look-details': () => playTo('look').do({ type: 'open', overlay: 'details' }).state,
  'look-none': () => playTo('look', { facts: emptyMachine() }).state,
  'look-broken': () => playTo('look', { facts: brokenConfig() }).state,
  recover: () => new Play({ leftover: cannedLeftover }).settle().state,
  choose: () => playTo('choose').state,
  'choose-unavailable': () => playTo('choose').do({ type: 'move', by: 1 }).state,
  rules: () => playTo('choose').do({ type: 'open', overlay: 'rules' }).state,
  'sign-in': () => playTo('sign in').state,
  'sign-in-refused': () =>
    playTo('sign in', { signIn: 'refused' }).do({ type: 'code entered', code: new Secret('a#b') }).state,
  'sign-in-paste': () => playTo('sign in', { signIn: 'failed' }).state,
  'sign-in-elsewhere': () => playTo('sign in').do({ type: 'sign-in mode', mode: 'elsewhere' }).state,
  'sign-in-wrong': () => {
    const play = playTo('sign in').do({ type: 'sign-in mode', mode: 'paste' });
    return play.do({ type: 'token read', reading: { ok: false, problem: invalid }, ask: 0 }).state;
  },
  'sign-in-token': () => playTo('token').state,
  role: () => playTo('role').state,
  models: () => playTo('models').state,
  'models-edit': () =>
    playTo('models').do({ type: 'move', by: -99 }, { type: 'move', by: 1 }, { type: 'accept' }).state,
  review: () => playTo('review').do({ type: 'move', by: 1 }).state,
  'review-diff': () => playTo('review').do({ type: 'move', by: 1 }, { type: 'open', overlay: 'diff' }).state,
  'review-explain': () => playTo('review').do({ type: 'open', overlay: 'explain' }).state,
  'review-command': () => playTo('review').do({ type: 'open', overlay: 'command' }).state,
  'review-problem': () => playTo('review', { planProblem: { ...invalid, code: 'x', what: 'It does not fit.' } }).state,
  'review-empty': () =>
    playTo('review', { plan: { ...cannedPlan, steps: [], plan: { ...cannedPlan.plan, actions: [] } } }).state,
  'leave-asks': () => playTo('role').do({ type: 'leave' }).state,
  apply: () => midRun().state,
  'apply-stopping': () => midRun().send({ type: 'interrupt' }).state,
  failed: () => midRun({ outcome: 'partly applied' }).settle().state,
  'failed-put-back': () => midRun({ outcome: 'put back' }).settle().state,
  'verify-asks': () => playTo('verify').state,
  'verify-error': () => playTo('done', { findings: unhealthy }).state,
  done: () => playTo('done').state,
  undone: () => playTo('done').do({ type: 'move', by: 1 }, { type: 'accept' }).state,
};
