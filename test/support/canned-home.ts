import type { Backup, HomeFacts, UndoView, UninstallView } from '../../src/history/types.ts';
import { setupTokenQuestions } from '../../src/methods/setup-token/questions.ts';
import type { Answers, CheckFinding } from '../../src/methods/types.ts';
import { NOW } from './canned-facts.ts';

const STATE = '/home/ada/.openclaw';
const CONFIG = `${STATE}/openclaw.json`;
const DATABASE = `${STATE}/agents/main/agent/openclaw-agent.sqlite`;
const DAY = 86_400_000;
const COPIES = '/home/ada/.local/state/clawauth-setup';

export const NOTHING_IN_FORCE: HomeFacts = {
  inForce: null,
  unfinished: null,
  drift: [],
  backups: [],
  copiesIn: COPIES,
  reminder: null,
  method: null,
};

const run = (id: string, change: Partial<Backup> = {}): Backup => ({
  id,
  purpose: 'apply',
  by: '1.0.0',
  steps: 3,
  title: 'Setup token for all agents',
  startedAt: '2026-11-19T18:12:00.000Z',
  outcome: 'applied',
  inForce: true,
  changed: ['Store the token in OpenClaw', 'Use Claude by default', 'Point 4 cron jobs to Claude'],
  files: [CONFIG, DATABASE],
  changedSince: [],
  bytes: 48_120,
  ...change,
});

const answers: Answers = {
  schema: 1,
  method: 'setup-token',
  role: 'everything',
  agents: [],
  newAgent: 'claude',
  primary: 'anthropic/claude-opus-5',
  fallbacks: ['anthropic/claude-sonnet-5'],
  aliases: { Opus: 'anthropic/claude-opus-5' },
  cron: 'claude',
  cronModel: 'anthropic/claude-sonnet-5',
  keepModel: [],
  profileId: 'anthropic:default',
  tokenExpires: NOW + 364 * DAY,
  restartGateway: true,
  doctorFix: false,
  liveCheck: false,
  upstream: 'direct',
  service: 'install',
  warm: true,
  gatewayNoRespawn: false,
  keepOld: false,
};

/** Set up the evening before, and one older run that was taken back. */
export const cannedHome: HomeFacts = {
  method: { title: 'Setup token', secret: setupTokenQuestions.secret },
  inForce: {
    method: 'setup-token',
    title: 'Setup token for all agents',
    since: '2026-11-19T18:12:00.000Z',
    agents: [],
    tokenEnds: NOW + 364 * DAY,
    daysLeft: 364,
    receiptId: '20261119-181200-91fe',
    answers,
  },
  unfinished: null,
  drift: [],
  backups: [
    run('20261119-181200-91fe', { changedSince: [CONFIG] }),
    run('20261118-090000-ab12', {
      title: 'Setup token for main',
      startedAt: '2026-11-18T09:00:00.000Z',
      undoneBy: '20261118-091500-cd34',
      inForce: false,
      bytes: 12_400,
    }),
  ],
  copiesIn: COPIES,
  reminder: null,
};

/** The person went back to another model and took an alias away. */
export const driftedHome: HomeFacts = {
  ...cannedHome,
  drift: [
    {
      what: 'primary',
      says: 'You changed the default model from anthropic/claude-opus-5 to openai/gpt-6.',
      was: 'anthropic/claude-opus-5',
      now: 'openai/gpt-6',
    },
    { what: 'alias', says: 'You removed the alias Opus.', was: 'anthropic/claude-opus-5', now: null },
    {
      what: 'credential',
      says: 'The profile anthropic:default holds another token than the one that was stored.',
      was: 'sk-ant-oat01-…k9Qw',
      now: 'sk-ant-oat01-…aaaa',
    },
  ],
};

/** Its last run was stopped in the middle, with the token stored. */
export const unfinishedHome: HomeFacts = {
  ...cannedHome,
  unfinished: { startedAt: '2026-11-19T18:12:00.000Z', steps: 10, notDone: 4, needsSecret: false },
};

/** A year later, nearly: and one who did it by hand. */
export const endingHome: HomeFacts = {
  ...cannedHome,
  inForce: cannedHome.inForce && { ...cannedHome.inForce, daysLeft: 12, tokenEnds: NOW + 12 * DAY },
};

export const handMadeHome: HomeFacts = {
  method: cannedHome.method,
  inForce: cannedHome.inForce && { ...cannedHome.inForce, since: null, receiptId: null, answers: null },
  unfinished: null,
  drift: [],
  backups: [],
  copiesIn: COPIES,
  reminder: null,
};

const PATCH = `@@ -38,10 +38,7 @@
   agents: {
     defaults: {
       // what everything runs on
-      model: {
-        primary: "anthropic/claude-opus-5",  // my bridge
-        fallbacks: ["anthropic/claude-sonnet-5"],
-      },
+      model: { primary: "openai/claude-opus-4" },  // my bridge
       workspace: "~/notes",
     },
   },
`;

const steps: UndoView['steps'] = [
  'Point 4 cron jobs back to the bridge',
  'Use the models from before',
  'Remove the token from OpenClaw',
].map((headline) => ({ words: { headline }, changes: [], receiptId: '20261119-181200-91fe' }));

export const cannedTakeBack: UndoView = {
  steps,
  changes: [{ file: CONFIG, patch: PATCH, added: 1, removed: 4 }, { outside: 'the credential store of OpenClaw' }],
};

export const cannedUninstall: UninstallView = {
  ...cannedTakeBack,
  stays: ['The backups of 2 runs, 61 kB, in ~/.local/state/clawauth-setup.'],
  byHand: [
    {
      says: 'The token itself still works until it is revoked at Anthropic.',
      next: 'https://claude.ai/settings/claude-code',
    },
  ],
  modelAfter: 'openai/claude-opus-4',
  warning: null,
  confirm: 'uninstall',
};

export const lonelyUninstall: UninstallView = {
  ...cannedUninstall,
  modelAfter: null,
  warning: 'OpenClaw will have no model that it can use: nothing else was set up before.',
};

export const uninstallFindings: readonly CheckFinding[] = [
  { check: 'uninstall', verdict: 'ok', says: 'OpenClaw starts.' },
  { check: 'uninstall', verdict: 'info', says: 'It uses openai/claude-opus-4 now.' },
];
