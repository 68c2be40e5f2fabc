import type { Offer, PlannedRun, RunResult, Services, SignInView } from '../../components/services.ts';
import type { Leftover } from '../../src/engine/index.ts';
import type { Action, Change, Receipt, RunEvent, Words } from '../../src/engine/types.ts';
import type { FactName, Facts } from '../../src/facts/types.ts';
import type { HomeFacts } from '../../src/history/types.ts';
import { notice as keyNotice } from '../../src/methods/api-key/notice.ts';
import { apiKeyQuestions } from '../../src/methods/api-key/questions.ts';
import { notice as cliNotice } from '../../src/methods/claude-cli/notice.ts';
import { notice as proxyNotice } from '../../src/methods/proxy/notice.ts';
import { setupTokenQuestions } from '../../src/methods/setup-token/questions.ts';
import type { Answers, CheckFinding } from '../../src/methods/types.ts';
import { Secret } from '../../src/system/secret.ts';
import { cannedCatalogue, cannedFacts, NOW } from './canned-facts.ts';
import { cannedTakeBack, cannedUninstall, NOTHING_IN_FORCE, uninstallFindings } from './canned-home.ts';

export const FAKE_TOKEN = `sk-ant-oat01-FAKE${'abcdefgh'.repeat(11)}k9Qw`.slice(0, 104).padEnd(108, 'z');
const YEAR = 365 * 86_400_000;

export const cannedAnswers: Answers = {
  schema: 1,
  method: 'setup-token',
  role: 'everything',
  agents: [],
  newAgent: 'claude',
  primary: 'anthropic/claude-opus-5',
  fallbacks: ['anthropic/claude-sonnet-5'],
  aliases: {
    Opus: 'anthropic/claude-opus-5',
    Sonnet: 'anthropic/claude-sonnet-5',
    Haiku: 'anthropic/claude-haiku-4-5',
  },
  cron: 'claude',
  cronModel: 'anthropic/claude-sonnet-5',
  keepModel: [],
  profileId: 'anthropic:default',
  tokenExpires: null,
  restartGateway: true,
  doctorFix: false,
  liveCheck: false,
  upstream: 'direct',
  service: 'install',
  warm: true,
  gatewayNoRespawn: false,
  keepOld: false,
};

/** The same for the proxy. */
export const proxyAnswers: Answers = {
  ...cannedAnswers,
  method: 'proxy',
  primary: 'claude-max-proxy/opus',
  fallbacks: ['claude-max-proxy/sonnet'],
  aliases: {
    Opus: 'claude-max-proxy/opus',
    Sonnet: 'claude-max-proxy/sonnet',
    Haiku: 'claude-max-proxy/haiku',
  },
  cronModel: 'claude-max-proxy/sonnet',
  keepModel: [],
  profileId: '',
};

const cliAnswers: Answers = { ...cannedAnswers, method: 'claude-cli', profileId: '', tokenExpires: null };
const keyAnswers: Answers = { ...cannedAnswers, method: 'api-key', tokenExpires: null };

export const cannedOffer: Offer = {
  suggested: 'setup-token',
  defaults: cannedAnswers,
  methods: [
    {
      id: 'setup-token',
      title: 'Setup token',
      summary: 'one-year token, stored by OpenClaw',
      paysFrom: 'your plan limits (Anthropic may bill usage credits instead)',
      secret: setupTokenQuestions.secret,
      notice: {
        date: '2026-11',
        text: 'You will create a one-year token with Claude Code and give it to OpenClaw. OpenClaw supports this. Anthropic made these tokens for Claude Code in scripts and CI. Its legal page says developers may not collect or store such tokens and should use API keys. It can stop working at any time. The token gives access to your plan: treat it like a password.',
        links: [
          'https://code.claude.com/docs/en/legal-and-compliance',
          'https://support.claude.com/en/articles/15036540-use-the-claude-agent-sdk-with-your-claude-plan',
        ],
      },
      availability: { ok: true, because: 'you have two agents and cron jobs, and the gateway runs here.' },
      models: cannedCatalogue.map((id) => `anthropic/${id}`),
      takesOver: { jobs: 4, name: 'the bridge', own: [] },
      forRole: { everything: cannedAnswers, fallback: cannedAnswers, agent: cannedAnswers },
    },
    {
      id: 'claude-cli',
      title: 'Claude CLI',
      summary: 'OpenClaw runs your Claude Code',
      paysFrom: 'your plan limits (Anthropic may bill usage credits instead)',
      signsIn: 'this machine',
      notice: { date: cliNotice.date, text: cliNotice.text, links: [...cliNotice.links] },
      availability: { ok: false, because: 'Claude Code is not signed in here', help: 'claude auth login' },
      defaults: cliAnswers,
      models: cannedCatalogue.map((id) => `anthropic/${id}`),
      takesOver: { jobs: 4, name: 'the bridge', own: [] },
      forRole: { everything: cliAnswers, fallback: cliAnswers, agent: cliAnswers },
    },
    {
      id: 'proxy',
      title: 'Proxy',
      summary: 'Claude Code answers on this machine',
      paysFrom: 'your plan limits (Anthropic may bill usage credits instead)',
      notice: { date: proxyNotice.date, text: proxyNotice.text, links: [...proxyNotice.links] },
      availability: { ok: false, because: 'Claude Code is not signed in here', help: 'claude auth login' },
      defaults: proxyAnswers,
      models: ['opus', 'sonnet', 'haiku'].map((id) => `claude-max-proxy/${id}`),
      takesOver: { jobs: 4, name: 'the previous method', own: [] },
      forRole: { everything: proxyAnswers, fallback: proxyAnswers, agent: proxyAnswers },
    },
    {
      id: 'api-key',
      title: 'API key',
      summary: 'pay per use; for servers and teams',
      paysFrom: 'your Console account, for every request',
      secret: apiKeyQuestions.secret,
      notice: { date: keyNotice.date, text: keyNotice.text, links: [...keyNotice.links] },
      availability: { ok: true, because: 'you have two agents and cron jobs, and the gateway runs here.' },
      defaults: keyAnswers,
      models: cannedCatalogue.map((id) => `anthropic/${id}`),
      takesOver: { jobs: 4, name: 'the bridge', own: [] },
      forRole: { everything: keyAnswers, fallback: keyAnswers, agent: keyAnswers },
    },
  ],
};

const PATCH = `@@ -38,7 +38,10 @@
   agents: {
     defaults: {
       // what everything runs on
-      model: { primary: "openai/claude-opus-4" },  // my bridge
+      model: {
+        primary: "anthropic/claude-opus-5",  // my bridge
+        fallbacks: ["anthropic/claude-sonnet-5"],
+      },
       workspace: "~/notes",
     },
   },
@@ -61,2 +64,3 @@
   models: {
+    // aliases of Claude, kept beside the others so that both can be read in one place by whoever comes after
     providers: {
`;

const action = (id: string): Action => ({ id, kind: 'canned', schema: 1, params: {}, touches: [] });
const CONFIG = '/home/ada/.openclaw/openclaw.json';

/** A step of a canned plan: `database` is one that a program would write. */
export interface CannedStep extends Words {
  readonly undo: string;
  readonly changes: readonly Change[];
  readonly database?: string;
}

export function plannedRun(answers: Answers, command: string, steps: readonly CannedStep[]): PlannedRun {
  const actions = steps.map(({ database }, index): Action => {
    const touches = database === undefined ? [] : [{ path: database, as: 'sqlite' as const }];
    return { ...action(`a${index + 1}`), touches };
  });
  return {
    answers,
    command,
    plan: { schema: 1, actions, madeFrom: {} },
    preview: {
      steps: steps.map(({ undo, changes, database: _, ...forward }, index) => ({
        action: actions[index] ?? action('x'),
        forward,
        backward: { headline: undo },
        changes,
      })),
      files: [],
    },
    warnings: [],
    record: { title: 'canned', about: { method: answers.method, answers, tokenExpires: null } },
  };
}

export const cannedSteps: readonly CannedStep[] = [
  {
    headline: 'Store the token in OpenClaw',
    because: 'OpenClaw keeps it as profile anthropic:default, for main and lite, in its own store.',
    undo: 'takes the profile out again',
    changes: [{ outside: 'profile anthropic:default for main, lite' }],
    database: '/home/ada/.openclaw/agents/main/agent/openclaw-agent.sqlite',
  },
  {
    headline: 'Use Claude by default',
    because: 'The default model, its fallback and the short names point to Claude. Your comments stay.',
    undo: 'puts the file back as it was, byte for byte',
    changes: [{ file: CONFIG, patch: PATCH, added: 5, removed: 1 }],
  },
  {
    headline: 'Point 4 cron jobs to Claude',
    because: 'They name the bridge, which would not be there any more.',
    names: ['Morning brief', 'Heartbeat', 'Weekly review', 'Inbox'],
    undo: 'gives each job its old model back',
    changes: [{ outside: 'through the gateway' }],
  },
  { headline: 'Restart the gateway', undo: 'restarts it again', changes: [{ outside: 'about 5 s' }] },
];

export const cannedPlan = plannedRun(
  cannedAnswers,
  'clawauth-setup apply --method setup-token --token-stdin --role everything --primary anthropic/claude-opus-5 --fallback anthropic/claude-sonnet-5 --cron claude --yes',
  cannedSteps,
);

/** Everything is set up this way already. */
export const emptyPlan = plannedRun(cannedAnswers, cannedPlan.command, []);

export const cannedLeftover: Leftover = {
  id: '20261119-181200-91fe',
  title: 'Setup token for main, lite',
  purpose: 'apply',
  startedAt: '2026-11-19T18:12:00Z',
  by: '1.0.0',
  done: 1,
  total: 4,
  interrupted: { headline: 'Use Claude by default' },
  turned: false,
  steps: [
    { words: { headline: 'Store the token in OpenClaw' }, state: 'done' },
    { words: { headline: 'Use Claude by default' }, state: 'cut off' },
    { words: { headline: 'Point 4 cron jobs to Claude' }, state: 'not started' },
    { words: { headline: 'Restart the gateway' }, state: 'not started' },
  ],
  secrets: ['token'],
};

export const cannedFindings: readonly CheckFinding[] = [
  { check: 'profile', verdict: 'ok', says: 'OpenClaw uses anthropic:default for main and lite' },
  { check: 'models', verdict: 'ok', says: 'Default anthropic/claude-opus-5 · 1 fallback · 3 aliases' },
  { check: 'cooldown', verdict: 'ok', says: 'OpenClaw is not pausing this sign-in.' },
];

export const liveFinding: CheckFinding = { check: 'live', verdict: 'ok', says: 'A real answer from Claude in 2.1 s' };

export function cannedReceipt(outcome: Receipt['outcome'], purpose: Receipt['purpose'] = 'apply'): Receipt {
  return {
    schema: 1,
    id: '20261120-093000-3f2a',
    by: '1.0.0',
    startedAt: '2026-11-20T09:30:00Z',
    purpose,
    outcome,
    title: 'Setup token for main, lite',
    steps: cannedPlan.plan.actions.map((one) => ({
      action: { ...one, touches: [] },
      state: outcome === 'put back' ? ('reverted' as const) : ('done' as const),
      notes: [],
    })),
    about: {},
  };
}

export interface CannedOptions {
  readonly facts?: Facts;
  readonly leftover?: Leftover | null;
  /** ms between things that stream; 0 in tests. */
  readonly pace?: number;
  readonly plan?: PlannedRun;
  /** Index of the step that fails. */
  readonly failAt?: number;
  readonly outcome?: Receipt['outcome'];
  readonly findings?: readonly CheckFinding[];
  readonly signInFails?: boolean;
  readonly home?: HomeFacts;
}

/** Services that answer from memory, at a pace that can be watched. Nothing outside is touched. */
export function cannedServices(options: CannedOptions = {}): Services {
  const facts = options.facts ?? cannedFacts();
  const pause = (share = 1) => new Promise<void>((resolve) => setTimeout(resolve, (options.pace ?? 0) * share));
  const run = async (
    headlines: readonly string[],
    onEvent: (event: RunEvent) => void,
    signal: AbortSignal,
    undoing: boolean,
  ): Promise<RunResult> => {
    onEvent({ type: 'checkpoint', id: 'x', files: 3, bytes: 4096, ms: 60 });
    for (const [index, headline] of headlines.entries()) {
      const step = cannedPlan.plan.actions[index] ?? action('x');
      const words = { headline: undoing ? `Undo: ${headline}` : headline };
      if (signal.aborted) {
        const problem = { code: 'cancelled', what: 'You stopped the run.' };
        return { receipt: cannedReceipt('partly applied'), problem };
      }
      if (undoing) onEvent({ type: 'reverting', index, words });
      else onEvent({ type: 'step', index, total: headlines.length, action: step, words });
      await pause(4);
      if (options.failAt === index && !undoing) {
        const problem = {
          code: 'gateway-silent',
          what: 'The gateway did not answer within 60 s.',
          next: 'openclaw gateway status',
        };
        onEvent({ type: 'step failed', index, problem });
        return { receipt: cannedReceipt(options.outcome ?? 'partly applied'), problem };
      }
      onEvent(
        undoing
          ? { type: 'reverted', index, outcome: { state: 'restored', notes: [] } }
          : { type: 'step done', index, ms: 400 },
      );
    }
    return { receipt: cannedReceipt('applied'), problem: null };
  };
  const headlines = cannedSteps.map((step) => step.headline);
  const services: Services = {
    monotonic: () => performance.now(),
    leftover: async () => options.leftover ?? null,
    async gatherFacts(onFact, signal) {
      for (const [name, fact] of Object.entries(facts)) {
        if (name === 'schema' || name === 'takenAt') continue;
        await pause(0.3);
        if (signal.aborted) break;
        onFact(name as FactName, fact as Facts[FactName]);
      }
      await pause(3);
      return facts;
    },
    offer: async () => cannedOffer,
    startSignIn(_facts, _method, onState) {
      const url = `https://claude.com/cai/oauth/authorize?code=true&client_id=9d1c250a-e61b-44d9-88ed-5944d1962f5e&response_type=code&redirect_uri=https%3A%2F%2Fplatform.claude.com%2Foauth%2Fcode%2Fcallback&scope=user%3Ainference&code_challenge=x4Zr3F0yS5Qv7m1kD9sJtLbN2cWgAeRpUoIhXfYqTz8&code_challenge_method=S256&state=q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1c`;
      const waits = (says?: string) =>
        onState({ state: 'waiting for code', url, opened: true, ...(says === undefined ? {} : { says }) });
      const begin = async () => {
        onState({ state: 'starting' });
        await pause(4);
        const problem = {
          code: 'claude-missing',
          what: 'Claude Code is not on this machine.',
          next: 'npm install -g @anthropic-ai/claude-code',
        };
        if (options.signInFails === true) onState({ state: 'failed', problem });
        else waits();
      };
      void begin();
      return {
        async submitCode(code) {
          onState({ state: 'checking code', url });
          await pause(4);
          const text = code.reveal((value) => value);
          if (text === 'refused') onState({ state: 'refused', says: 'Couldn’t finish signing in. Try again.' });
          else if (!text.includes('#')) {
            waits('That doesn’t look like the full code. Copy all of it, including the # in the middle.');
          } else onState({ state: 'got token', token: new Secret(FAKE_TOKEN), expires: NOW + YEAR });
        },
        retry: () => void begin(),
        cancel: async () => {},
      };
    },
    startLogin(facts, onState) {
      const tell = (view: SignInView) =>
        onState(view.state === 'got token' ? { state: 'signed in', receipt: cannedReceipt('applied') } : view);
      return services.startSignIn(facts, '', tell);
    },
    async readSecret(_name, text) {
      const value = text.reveal((one) => one);
      if (/^sk-ant-oat01-[A-Za-z0-9_-]{67,}$/.test(value)) return { ok: true, secret: text, remarks: [] };
      const api = value.startsWith('sk-ant-api');
      const what = api ? 'This is an API key, not a setup token.' : 'This is not a setup token.';
      return { ok: false, problem: { code: 'not-a-setup-token', what, next: 'claude setup-token' } };
    },
    plan: async () => options.plan ?? cannedPlan,
    home: async (known) =>
      options.home === undefined ? NOTHING_IN_FORCE : known === null ? { ...options.home, drift: [] } : options.home,
    keepDrift: async () => {},
    previewUndo: async () => cannedTakeBack,
    previewUninstall: async () => cannedUninstall,
    async uninstall({ purge }, onEvent, signal) {
      const result = await run([...headlines].reverse(), onEvent, signal, true);
      return { ...result, findings: uninstallFindings, purged: purge };
    },
    apply: (_plan, _run, onEvent, signal) => run(headlines, onEvent, signal, false),
    undo: (_id, onEvent, signal) => run([...headlines].reverse(), onEvent, signal, true),
    recover: (how, _token, onEvent, signal) =>
      run(how === 'undo' ? headlines.slice(0, 2) : headlines.slice(1), onEvent, signal, how === 'undo'),
    async verify(_facts, _answers, { live }, onFinding) {
      const all = options.findings ?? (live ? [...cannedFindings, liveFinding] : cannedFindings);
      for (const finding of all) {
        await pause(4);
        onFinding(finding);
      }
      return { worst: all.some((finding) => finding.verdict === 'error') ? 'error' : 'ok' };
    },
    copy: () => {},
    openUrl: () => {},
    qrCode: async (text) => (await import('uqr')).encode(text, { border: 0 }).data,
    chooseInstallation: async () => services,
    enterSandbox: async () => ({ services: cannedServices({ pace: options.pace ?? 0 }), folder: '/tmp/clawauth-x1' }),
  };
  return services;
}
