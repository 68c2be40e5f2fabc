import { fileChange } from '../../src/actions/index.ts';
import { usableClaude } from '../../src/facts/own-proxy.ts';
import type { Facts } from '../../src/facts/types.ts';
import type { HomeFacts } from '../../src/history/types.ts';
import { programsFor } from '../../src/methods/proxy/programs.ts';
import type { CheckFinding } from '../../src/methods/types.ts';
import { renderUnit } from '../../src/services/systemd.ts';
import { cannedFacts } from './canned-facts.ts';
import { cannedHome } from './canned-home.ts';
import { plannedRun, proxyAnswers } from './canned-services.ts';

const CONFIG = '/home/ada/.openclaw/openclaw.json';

/** The real unit of that machine. */
function unit(): { readonly file: string; readonly content: string } {
  const facts = cannedFacts();
  const claude = usableClaude(facts);
  if (!facts.services.known || claude === null) throw new Error('no services');
  const services = facts.services.value;
  const { node, place, ours } = services;
  const [normalizer] = ours;
  if (node === null || place === null || normalizer === undefined) throw new Error('no place for services');
  const programs = programsFor(services, node.path, claude, { upstream: 'direct', warm: true }, [
    'openclaw-gateway.service',
  ]);
  return { file: normalizer.file, content: renderUnit(programs.normalizer, place) };
}

const { file, content } = unit();
const PROVIDER = `@@ -61,2 +61,9 @@
   models: {
     providers: {
+      "claude-max-proxy": {
+        baseUrl: "http://127.0.0.1:3457/v1",
+        api: "openai-completions",
+        apiKey: "••••••••",
+        models: [{ id: "opus" }, { id: "sonnet" }, { id: "haiku" }],
+      },
`;

export const proxyPlan = plannedRun(
  proxyAnswers,
  'clawauth-setup apply --method proxy --role everything --primary claude-max-proxy/opus --cron claude --yes',
  [
    {
      headline: 'Make a random key for the proxy',
      because:
        'OpenClaw sends it with each request; without it no other program here can use your plan. It is kept in ~/.local/share/clawauth-setup/normalizer.key.',
      undo: 'Remove the key of the proxy',
      changes: [{ outside: 'a new random key, readable by you only' }],
    },
    {
      headline: 'Copy the normalizer to a folder of its own',
      undo: 'Remove the normalizer',
      changes: [{ outside: 'clawauth-setup/runtime/1.0.0/normalizer.mjs' }],
    },
    {
      headline: 'Run the normalizer as a service',
      because: 'It starts at boot and comes back by itself.',
      undo: 'Stop the normalizer and remove its service',
      changes: [
        fileChange(file, null, content),
        { outside: 'starts  clawauth-normalizer.service, now and at every start' },
      ],
    },
    {
      headline: 'Tell OpenClaw about the proxy at http://127.0.0.1:3457/v1',
      because: "Requests carry text only: OpenClaw's own tools do not work this way.",
      undo: 'Remove the provider claude-max-proxy',
      changes: [{ file: CONFIG, patch: PROVIDER, added: 6, removed: 0 }],
    },
  ],
);

export const proxyFindings: readonly CheckFinding[] = [
  { check: 'services', verdict: 'ok', says: 'clawauth-normalizer.service is active (running) and enabled.' },
  {
    check: 'health',
    verdict: 'ok',
    says: 'The proxy answers on 127.0.0.1:3457: Claude Code is signed in (2.1.329).',
  },
  { check: 'health', verdict: 'ok', says: 'A request without the key is refused.' },
  { check: 'provider', verdict: 'ok', says: 'OpenClaw asks http://127.0.0.1:3457/v1 with the right key.' },
];

/** Without a service manager: the person runs it. */
export const byHandFindings: readonly CheckFinding[] = [
  {
    check: 'services',
    verdict: 'warning',
    waits: true,
    says: 'No service was installed. Run the proxy yourself, in a terminal or under a supervisor of yours:',
    next: `env PATH=/usr/bin:/home/ada/.local/bin /usr/bin/node /home/ada/.local/share/clawauth-setup/runtime/1.0.0/normalizer.mjs --port 3457 --key-file /home/ada/.local/share/clawauth-setup/normalizer.key --claude /home/ada/.local/bin/claude --work-dir "\${XDG_RUNTIME_DIR:-\${TMPDIR:-/tmp}}"/clawauth-normalizer/work`,
  },
  { check: 'provider', verdict: 'ok', says: 'OpenClaw asks http://127.0.0.1:3457/v1 with the right key.' },
];

/** No manager that could run services: a container. */
export function withoutManager(): Facts {
  const facts = cannedFacts();
  if (!facts.services.known) return facts;
  const manager = {
    ok: false as const,
    because: 'This system was not started by systemd (a container, or another init).',
    help: 'Run the normalizer in the foreground.',
  };
  return { ...facts, services: { ...facts.services, value: { ...facts.services.value, manager, place: null } } };
}

/** A proxy that a person set up by hand, as guides say. */
export const handMadeProxy: HomeFacts = {
  method: { title: 'Proxy' },
  inForce: {
    method: 'proxy',
    title: 'A proxy at http://127.0.0.1:3456/v1, set up by hand',
    since: null,
    agents: [],
    tokenEnds: null,
    daysLeft: null,
    receiptId: null,
    answers: null,
  },
  unfinished: null,
  drift: [],
  backups: [],
  copiesIn: cannedHome.copiesIn,
  reminder: null,
};

/** The proxy in force since the evening before. */
export const proxyHome: HomeFacts = {
  method: { title: 'Proxy' },
  inForce: {
    method: 'proxy',
    title: 'Proxy for all agents',
    since: '2026-11-19T18:12:00.000Z',
    agents: [],
    tokenEnds: null,
    daysLeft: null,
    receiptId: '20261119-181200-91fe',
    answers: proxyAnswers,
  },
  unfinished: null,
  drift: [],
  backups: cannedHome.backups.map((run) => ({ ...run, title: 'Proxy for all agents', changed: [], changedSince: [] })),
  copiesIn: cannedHome.copiesIn,
  reminder: null,
};
