import { accepted, choicesOf, toggled } from '../../components/screens/index.ts';
import type { PlannedRun } from '../../components/services.ts';
import { initialState, type State } from '../../components/state.ts';
import type { CheckFinding } from '../../src/methods/types.ts';
import { unknown } from '../../src/system/fact.ts';
import { Secret } from '../../src/system/secret.ts';
import { planWithFixes, planWithoutFixes, withRefresher } from './canned-beside.ts';
import { brokenConfig, cannedFacts, emptyMachine, proxyMachine } from './canned-facts.ts';
import {
  cannedHome,
  cannedUninstall,
  driftedHome,
  endingHome,
  handMadeHome,
  lonelyUninstall,
  unfinishedHome,
} from './canned-home.ts';
import { byHandFindings, handMadeProxy, proxyFindings, proxyHome, proxyPlan, withoutManager } from './canned-proxy.ts';
import { cannedLeftover, cannedPlan, cannedSteps, emptyPlan, plannedRun } from './canned-services.ts';
import { Play, playTo, toLogIn, type WorldOptions } from './wizard-play.ts';

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

const BRIDGED = 'claude-bridge/claude-opus-4';
const OWN = [
  { id: 'work', name: 'work', agent: 'work', model: 'openai/gpt-5', old: false },
  { id: 'play', name: 'play', agent: 'play', model: 'google/g', old: false },
  { id: 'agents.defaults.imageModel', name: 'imageModel', agent: null, model: BRIDGED, old: true },
  {
    id: 'agents.entries.work.subagents.model',
    name: 'subagents.model of work',
    agent: 'work',
    model: BRIDGED,
    old: true,
  },
];

/** The models screen where agents have models of their own, and more than the default is on the bridge. */
export function ownModelsScreen(): State {
  const { state } = playTo('models');
  if (state.offer === null) throw new Error('no offer');
  const methods = state.offer.methods.map((method) => ({
    ...method,
    takesOver: { ...method.takesOver, own: OWN },
  }));
  return { ...state, offer: { ...state.offer, methods }, cursors: { models: 'keepModel' } };
}

const invalid = {
  code: 'not-a-setup-token',
  what: 'This is an API key, not a setup token.',
  why: 'It pays per use. OpenClaw can use it as such: choose that way instead.',
  next: 'claude setup-token',
};

const FAKE_KEY = `sk-ant-api03-FAKE${'k9Qw'.repeat(22)}abc`;
const noKey = {
  code: 'key-is-setup-token',
  what: 'This is a setup token, not an API key.',
  why: 'It gives access to a Claude plan and is stored under another profile type; as a key it is refused.',
  next: 'clawauth-setup apply --method setup-token --token-stdin --yes < token.txt',
};

/** The API key is chosen, and to be pasted. */
const atKey = () => playTo('choose').do({ type: 'move', by: 3 }, { type: 'accept' });

const unhealthy = [
  { check: 'profile', verdict: 'ok', says: 'OpenClaw uses anthropic:default for main and lite' },
  { check: 'live', verdict: 'error', says: 'Claude refused the token: invalid bearer token.', next: 'clawauth-setup' },
] as const;

/** The overview with the cursor on an action, and Enter. */
function onHome(id: string, world: WorldOptions = {}): Play {
  const play = new Play({ home: cannedHome, ...world }).settle();
  const at = choicesOf(play.state).findIndex((choice) => choice.id === id);
  return play.do({ type: 'move', by: at }, { type: 'accept' });
}

/** The overview while the first answers come in. */
const homeStarting = () => {
  const play = new Play({ home: cannedHome });
  while (play.state.stage !== 'home' && play.hear());
  return play;
};

const confirmed = (typed: string, world: WorldOptions = {}) =>
  onHome('uninstall', world).do({ type: 'accept' }, { type: 'draft', draft: { text: typed, at: typed.length } });

/** Everything is taken away, and OpenClaw is asked. */
const afterwards = () => {
  const play = confirmed('uninstall').settle().send({ type: 'accept' });
  while (play.pending[0]?.type !== 'uninstall ended' && play.hear());
  return play;
};

/** Forty cron jobs of the gateway, a step for each. */
const manySteps = (): PlannedRun => {
  const job = (n: number) => ({
    headline: `Point the cron job Feed ${n} to Claude`,
    names: [`Feed ${n}`],
    many: 'Point # cron jobs to Claude',
    undo: 'points it back',
    changes: [{ outside: `runs  openclaw cron edit c${n}` }, { outside: `cron job Feed ${n}: openai/claude-opus-4` }],
  });
  const [store, models, _cron, restart] = cannedSteps;
  const jobs = Array.from({ length: 40 }, (_, n) => job(n + 1));
  const steps = [store, models, ...jobs, restart].filter((step) => step !== undefined);
  return plannedRun(cannedPlan.answers, cannedPlan.command, steps);
};

const inTrouble: readonly CheckFinding[] = [
  { check: 'profile', verdict: 'ok', says: 'OpenClaw uses anthropic:default for main and lite' },
  {
    check: 'bridge',
    verdict: 'warning',
    says: 'the cron job Morning brief names openai/claude-opus-4: still the bridge.',
    next: 'openclaw cron edit c1 --model anthropic/claude-sonnet-5',
  },
  { check: 'gateway', verdict: 'error', says: 'The gateway does not answer.', next: 'openclaw gateway status' },
];

/** The proxy way up to a screen: there is no sign-in on it. */
function proxyTo(screen: 'choose' | 'role' | 'models' | 'review' | 'verify' | 'done', world: WorldOptions = {}): Play {
  const play = playTo('choose', { otherWay: true, plan: proxyPlan, findings: proxyFindings, ...world });
  play.do({ type: 'move', by: 2 });
  return play.enter(['choose', 'role', 'models', 'review', 'verify', 'done'].indexOf(screen));
}

/** A list with the cursor on one of its rows. */
function onRow(play: Play, id: string): Play {
  const at = choicesOf(play.state).findIndex((choice) => choice.id === id);
  return play.do({ type: 'move', by: -99 }, { type: 'move', by: at });
}

/** From the proxy to the setup token and back, on the models screen. */
const switching = () =>
  onRow(onRow(onHome('switch', { home: cannedHome, otherWay: true }).enter(), 'proxy').enter(), 'keepOld');

const SLOW = 'openclaw models status has not answered for 10 s. It gets up to 120 s.';

/** Every screen, in a state that a person meets. */
export const SCREENS: Readonly<Record<string, () => State>> = {
  'look-first': () => initialState({ version: '1.0.0' }),
  'look-some': () => some().state,
  look: () => playTo('look').state,
  'look-details': () => playTo('look').do({ type: 'open', overlay: 'details' }).state,
  home: () => new Play({ home: cannedHome }).settle().state,
  'home-first': () => homeStarting().state,
  'home-drift': () => new Play({ home: driftedHome }).settle().state,
  'home-trouble': () => new Play({ home: endingHome, findings: inTrouble }).settle().state,
  'home-broken': () => new Play({ home: cannedHome, facts: brokenConfig() }).settle().state,
  'home-by-hand': () => new Play({ home: handMadeHome }).settle().state,
  'home-other-way': () => new Play({ home: cannedHome, otherWay: true }).settle().state,
  'home-unfinished': () => new Play({ home: unfinishedHome }).settle().state,
  'home-slow-look': () => {
    const says = `${SLOW} Ctrl-C ends this; nothing was changed.`;
    return homeStarting().send({ type: 'fact', name: 'modelsStatus', fact: unknown<never>('waiting', says) }).state;
  },
  'home-slow': () => {
    const play = new Play({ home: cannedHome });
    while (play.state.home.findings.length < 1 && play.hear());
    return play.send({ type: 'check slow', of: 'home', says: SLOW }).state;
  },
  'home-details': () =>
    new Play({ home: endingHome, findings: inTrouble }).do({ type: 'open', overlay: 'details' }).state,
  drift: () => onHome('drift', { home: driftedHome }).do({ type: 'move', by: -99 }, { type: 'toggle' }).state,
  backups: () => onHome('backups').state,
  'take-back': () => onHome('undo').state,
  'take-back-diff': () => onHome('undo').do({ type: 'open', overlay: 'diff' }).state,
  renew: () => onHome('renew').state,
  'renew-review': () =>
    onHome('renew').do({ type: 'secret typed', text: new Secret('a#b') }, { type: 'accept' }, { type: 'accept' }).state,
  uninstall: () => onHome('uninstall').state,
  'uninstall-no-model': () => onHome('uninstall', { uninstall: lonelyUninstall }).do({ type: 'purge' }).state,
  'uninstall-nothing': () => onHome('uninstall', { uninstall: { ...cannedUninstall, steps: [] } }).state,
  'uninstall-confirm': () => confirmed('uninst', { uninstall: lonelyUninstall }).state,
  'uninstall-asks': () => afterwards().state,
  'uninstall-slow': () => afterwards().send({ type: 'check slow', of: 'uninstall', says: SLOW }).state,
  uninstalled: () => confirmed('uninstall').do({ type: 'accept' }).state,
  'undone-kept': () =>
    onHome('undo', { undone: { state: 'ours removed', notes: ['openclaw.json: your changes were kept.'] } }).enter()
      .state,
  'review-many': () => playTo('review', { plan: manySteps() }).state,
  'review-many-open': () => onRow(playTo('review', { plan: manySteps() }), 'group 2').do({ type: 'toggle' }).state,
  'review-fixes': () =>
    onRow(playTo('review', { facts: withRefresher(), plan: planWithFixes }), 'fixes').do({ type: 'toggle' }).state,
  'review-fixes-left': () => playTo('review', { facts: withRefresher(), plan: planWithoutFixes }).state,
  'look-none': () => playTo('look', { facts: emptyMachine() }).state,
  'look-broken': () => playTo('look', { facts: brokenConfig() }).state,
  'proxy-choose': () => proxyTo('choose').state,
  'proxy-rules': () => proxyTo('choose').do({ type: 'open', overlay: 'rules' }).state,
  'proxy-role': () => proxyTo('role').state,
  'proxy-models': () => proxyTo('models').state,
  'proxy-models-upstream': () => onRow(proxyTo('models'), 'upstream').enter().state,
  'proxy-models-no-manager': () => onRow(proxyTo('models', { facts: withoutManager() }), 'service').state,
  'proxy-models-primary': () => onRow(proxyTo('models'), 'primary').enter().state,
  'proxy-review': () => onRow(proxyTo('review'), '2').state,
  'proxy-review-diff': () => onRow(proxyTo('review'), '2').do({ type: 'open', overlay: 'diff' }).state,
  'proxy-command': () => proxyTo('review').do({ type: 'open', overlay: 'command' }).state,
  'proxy-done': () => proxyTo('done').state,
  'proxy-done-by-hand': () => proxyTo('done', { findings: byHandFindings }).state,
  'proxy-home': () =>
    new Play({ home: proxyHome, facts: proxyMachine(), otherWay: true, findings: proxyFindings }).settle().state,
  'proxy-home-by-hand': () =>
    new Play({ home: proxyHome, facts: proxyMachine(), findings: byHandFindings }).settle().state,
  'proxy-home-found': () => new Play({ home: handMadeProxy, otherWay: true, findings: [] }).settle().state,
  'switch-models': () => switching().state,
  recover: () => new Play({ leftover: cannedLeftover }).settle().state,
  choose: () => playTo('choose').state,
  'choose-unavailable': () => playTo('choose').do({ type: 'move', by: 1 }).state,
  rules: () => playTo('choose').do({ type: 'open', overlay: 'rules' }).state,
  'sign-in': () => playTo('sign in').state,
  'sign-in-refused': () =>
    playTo('sign in', { signIn: 'refused' }).do({ type: 'secret typed', text: new Secret('a#b') }, { type: 'accept' })
      .state,
  'sign-in-paste': () => playTo('sign in', { signIn: 'failed' }).state,
  'sign-in-elsewhere': () => playTo('sign in').do({ type: 'sign-in mode', mode: 'elsewhere' }).state,
  'sign-in-wrong': () => {
    const play = playTo('sign in').do({ type: 'sign-in mode', mode: 'paste' });
    return play.do({ type: 'secret read', reading: { ok: false, problem: invalid }, ask: 0 }).state;
  },
  'log-in-wrong': () => toLogIn().do({ type: 'back' }).state,
  'log-in': () => toLogIn().state,
  'log-in-checking': () =>
    toLogIn()
      .send({ type: 'secret typed', text: new Secret('a#b') })
      .send({ type: 'accept' }).state,
  'log-in-refused': () =>
    toLogIn({ signIn: 'refused' }).do({ type: 'secret typed', text: new Secret('a#b') }, { type: 'accept' }).state,
  'log-in-failed': () => toLogIn({ signIn: 'failed' }).state,
  'log-in-ending': () =>
    toLogIn()
      .send({ type: 'secret typed', text: new Secret('a#b') })
      .send({ type: 'accept' })
      .send({ type: 'back' }).state,
  'sign-in-token': () => playTo('token').state,
  'sign-in-key': () => atKey().state,
  'sign-in-key-wrong': () => atKey().do({ type: 'secret read', reading: { ok: false, problem: noKey }, ask: 0 }).state,
  'sign-in-key-read': () => atKey().do({ type: 'secret typed', text: new Secret(FAKE_KEY) }).state,
  'sign-in-key-variable': () =>
    atKey().do({ type: 'secret typed', text: new Secret(`\${CLAUDE_API_KEY}`) }, { type: 'accept' }).state,
  'sign-in-key-file': () =>
    atKey().do({ type: 'secret typed', text: new Secret('file:/home/ada/claude.key') }, { type: 'accept' }).state,
  'sign-in-key-taken': () => atKey().do({ type: 'secret typed', text: new Secret(FAKE_KEY) }, { type: 'accept' }).state,
  'key-models': () =>
    atKey()
      .do({ type: 'secret typed', text: new Secret(FAKE_KEY) })
      .enter(3).state,
  role: () => playTo('role').state,
  models: () => playTo('models').state,
  'models-edit': () =>
    playTo('models').do({ type: 'move', by: -99 }, { type: 'move', by: 1 }, { type: 'accept' }).state,
  'models-own': ownModelsScreen,
  'models-own-edit': () => toggled(accepted(ownModelsScreen()).state),
  review: () => playTo('review').state,
  'review-row': () => onRow(playTo('review'), '2').state,
  'review-diff': () => onRow(playTo('review'), '1').do({ type: 'open', overlay: 'diff' }).state,
  'review-explain': () => playTo('review').do({ type: 'open', overlay: 'explain' }).state,
  'review-command': () => playTo('review').do({ type: 'open', overlay: 'command' }).state,
  'review-problem': () => playTo('review', { planProblem: { ...invalid, code: 'x', what: 'It does not fit.' } }).state,
  'review-empty': () => playTo('review', { plan: emptyPlan }).state,
  'leave-asks': () => playTo('role').do({ type: 'leave' }).state,
  apply: () => midRun().state,
  'apply-stopping': () => midRun().send({ type: 'interrupt' }).state,
  failed: () => midRun({ outcome: 'partly applied' }).settle().state,
  'failed-put-back': () => midRun({ outcome: 'put back' }).settle().state,
  'verify-asks': () => playTo('verify').state,
  'verify-slow': () =>
    playTo('verify').send({ type: 'accept' }).send({ type: 'check slow', of: 'verify', says: SLOW }).state,
  'verify-error': () => playTo('done', { findings: unhealthy }).state,
  done: () => playTo('done').state,
  undone: () => playTo('done').do({ type: 'move', by: 1 }, { type: 'accept' }).state,
};
