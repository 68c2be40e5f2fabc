import { usableClaude } from '../../facts/own-proxy.ts';
import type { Facts } from '../../facts/types.ts';
import type { CustomProvider } from '../../openclaw/records.ts';
import type { ServicesFacts } from '../../services/records.ts';
import { systemctl } from '../../services/systemd.ts';
import { factValue } from '../../system/fact.ts';
import { Secret } from '../../system/secret.ts';
import type { LocalAnswer, LocalRequest } from '../../system/world.ts';
import { serviceFinding, serviceNotes } from '../shared/services.ts';
import { turnFindings } from '../shared/turn.ts';
import { targetOf } from '../target.ts';
import type { Answers, Check, CheckContext, Finding } from '../types.ts';
import { baseUrlOf } from './models.ts';
import { foregroundLine, portNotes, programsFor } from './programs.ts';
import { PROVIDER, type ProxyAnswers, proxyAnswers } from './questions.ts';
import { checks as words } from './words.ts';

/** What is asked after the fact, in this order. `before` tells what only a manager that was asked knows. */
export function checks(facts: Facts, given: Answers, before?: Facts): readonly Check[] {
  const answers = proxyAnswers(given);
  const target = targetOf(facts);
  const services = servicesNow(facts, before);
  const run = <T extends Finding>(look: (services: ServicesFacts, context: CheckContext) => Promise<T[]>) => {
    return async (context: CheckContext): Promise<readonly Finding[]> =>
      services === null ? [{ verdict: 'skipped', says: words.unknownHere }] : look(services, context);
  };
  return [
    {
      id: 'services',
      ask: words.askServices,
      run: run((known, context) => serviceFindings(facts, before, answers, known, context)),
    },
    {
      id: 'health',
      ask: words.askHealth,
      run: run((known, context) => healthFindings(answers, known, context)),
    },
    {
      id: 'provider',
      ask: words.askProvider,
      run: run(async (known) => providerFindings(known, target.config.providers)),
    },
    { id: 'models', ask: words.askModels },
    { id: 'bridge', ask: words.askBridge },
    { id: 'gateway', ask: words.askGateway, finds: ['gateway.not-from-here'] },
    { id: 'leftovers', ask: words.askLeftovers, run: run(async (known) => leftoverFindings(known)) },
    {
      id: 'reboot',
      ask: words.askReboot,
      run: run(async (known) => noteFindings(before ?? facts, answers, known)),
    },
    {
      id: 'answer',
      ask: words.askAnswer,
      costs: true,
      run: run((known, context) => answerFindings(answers, known, context)),
    },
    {
      id: 'turn',
      ask: words.askTurn,
      costs: true,
      run: run(async (known, context) =>
        (await isUp(known, context))
          ? turnFindings(facts, answers, context, { wanted: PROVIDER })
          : [silent(answers, known.ports.normalizer)],
      ),
    },
  ];
}

/** The disk as it is now, with what the manager told before: asking it again is what the checks do. */
function servicesNow(facts: Facts, before?: Facts): ServicesFacts | null {
  const now = factValue(facts.services);
  const then = before && factValue(before.services);
  if (now === undefined) return then ?? null;
  if (now.asked || then === undefined) return now;
  return { ...now, asked: then.asked, manager: then.manager, place: then.place };
}

async function serviceFindings(
  facts: Facts,
  before: Facts | undefined,
  answers: ProxyAnswers,
  services: ServicesFacts,
  context: CheckContext,
): Promise<Finding[]> {
  const { place, manager } = services;
  if (answers.service === 'none') return foregroundFindings(facts, before, answers, services, context);
  if (place === null || !manager.ok) {
    return [{ verdict: 'error', says: manager.ok ? words.noManager : manager.because }];
  }
  const ids = answers.upstream === 'direct' ? (['normalizer'] as const) : (['claude-max-api', 'normalizer'] as const);
  const findings: Finding[] = [];
  for (const id of ids) {
    findings.push(await serviceFinding(id, place, manager.env, context));
  }
  return findings;
}

/** Without a service somebody has to start it. */
async function foregroundFindings(
  facts: Facts,
  before: Facts | undefined,
  answers: ProxyAnswers,
  services: ServicesFacts,
  context: CheckContext,
): Promise<Finding[]> {
  const open = await isUp(services, context);
  const claude = usableClaude(before ?? facts) ?? usableClaude(facts);
  if (claude === null || services.node === null) {
    return [{ verdict: 'error', says: words.noClaude }];
  }
  const alone = { ...services, place: null };
  const next = foregroundLine(programsFor(alone, services.node.path, claude, answers, []));
  if (open) return [{ verdict: 'ok', says: words.listens(services.ports.normalizer) }];
  const says = words.runItYourself;
  return [{ verdict: 'warning', says, next, waits: true }];
}

async function healthFindings(
  answers: ProxyAnswers,
  services: ServicesFacts,
  context: CheckContext,
): Promise<Finding[]> {
  const { port, send } = talker(services, context);
  const key = await keyOf(services, context);
  if (key === null) return [{ verdict: 'error', says: words.noKey(services.keyFile.path), next: AGAIN }];
  const health = await send({ method: 'GET', path: '/health', key, timeoutMs: 40_000 });
  if (health === 'not asked') return [{ verdict: 'skipped', says: words.couldNotAsk }];
  if (health === null) return [silent(answers, port)];
  const { service, status, upstream, says } = jsonOf(health.text);
  if (service !== 'clawauth-setup-normalizer') {
    const next = `ss -ltnp 'sport = :${port}'`;
    return [{ verdict: 'error', says: words.otherProgram(port), next }];
  }
  // It tells more than that it is there only to whoever has its key.
  if (upstream === '' && status === 'ok') {
    const what = words.otherProxy(port);
    return [{ verdict: 'error', says: what, next: AGAIN }];
  }
  const findings: Finding[] = [
    status === 'ok'
      ? { verdict: 'ok', says: words.answers(port, says) }
      : { verdict: 'error', says: words.answersBut(says || status), ...nextIn(says) },
  ];
  const bare = await send({ method: 'GET', path: '/v1/models', timeoutMs: 10_000 });
  if (bare !== null && bare !== 'not asked' && bare.status === 401) {
    findings.push({ verdict: 'ok', says: words.refuses });
  } else {
    const got = bare === null || bare === 'not asked' ? words.noAnswer : words.status(bare.status);
    findings.push({ verdict: 'error', says: words.notRefused(got), next: AGAIN });
  }
  return findings;
}

async function isUp({ ports }: ServicesFacts, { world }: CheckContext): Promise<boolean> {
  return (await world.network?.listening('127.0.0.1', ports.normalizer, 1_000)) ?? false;
}

/** Nobody started what nobody installed: then there is nothing to find wrong. */
function silent({ service }: ProxyAnswers, port: number): Finding {
  const says = words.silent(port);
  return service === 'none' ? { verdict: 'skipped', says: words.startIt(says) } : { verdict: 'error', says };
}

const AGAIN = 'clawauth-setup apply --method proxy';

function providerFindings(services: ServicesFacts, providers: readonly CustomProvider[]): Finding[] {
  const provider = providers.find(({ id }) => id === PROVIDER);
  if (provider === undefined) return [{ verdict: 'error', says: words.noProvider, next: AGAIN }];
  if (provider.baseUrl !== baseUrlOf(services)) {
    const says = words.otherAddress(provider.baseUrl ?? 'nobody', baseUrlOf(services));
    return [{ verdict: 'error', says, next: AGAIN }];
  }
  if (services.provider?.id !== PROVIDER) return [{ verdict: 'error', says: words.otherKey, next: AGAIN }];
  return [{ verdict: 'ok', says: words.rightKey(provider.baseUrl) }];
}

/** What this user may not take away, or a plan did not. */
function leftoverFindings({ leftovers }: ServicesFacts): Finding[] {
  if (leftovers.length === 0) return [{ verdict: 'ok', says: words.nothingLeft }];
  return leftovers.slice(0, 5).map(({ name, file, manager, removable }) => {
    const root = manager === 'systemd-system' && !removable ? 'sudo ' : '';
    const next =
      manager === 'systemd-system' || manager === 'systemd-user'
        ? `${root}${systemctl({ manager }, 'disable', '--now', name).join(' ')}`
        : AGAIN;
    return { verdict: 'warning', says: words.olderProxy(name, file), next };
  });
}

/** Linger, paths that may go, ports that are not the usual ones, variables that stay out of a unit. */
function noteFindings(facts: Facts, answers: ProxyAnswers, services: ServicesFacts): Finding[] {
  if (answers.service === 'none') {
    return [{ verdict: 'info', says: words.withoutService }];
  }
  const findings = serviceNotes(facts, services).map(({ says, next }): Finding => ({ verdict: 'info', says, next }));
  for (const says of portNotes(services, answers.upstream)) findings.push({ verdict: 'info', says });
  return findings.length > 0 ? findings : [{ verdict: 'ok', says: words.atBoot }];
}

/** One streamed request, as OpenClaw sends it. */
async function answerFindings(
  answers: ProxyAnswers,
  services: ServicesFacts,
  context: CheckContext,
): Promise<Finding[]> {
  const { port, send } = talker(services, context);
  const key = await keyOf(services, context);
  if (key === null) return [{ verdict: 'error', says: words.noKey(services.keyFile.path), next: AGAIN }];
  if (!(await isUp(services, context))) return [silent(answers, port)];
  const model = answers.primary.slice(answers.primary.indexOf('/') + 1);
  const body = { model, stream: true, messages: [{ role: 'user', content: 'Answer with OK.' }] };
  const started = context.world.clock.monotonic();
  const answer = await send({ method: 'POST', path: '/v1/chat/completions', body, key, timeoutMs: 180_000 });
  if (answer === 'not asked') return [{ verdict: 'skipped', says: words.couldNotAsk }];
  if (answer === null) return [{ verdict: 'timed out', says: words.timedOut(port) }];
  const { text, finished } = readStream(answer.text);
  if (answer.status === 200 && text.trim() !== '' && finished) {
    const seconds = ((context.world.clock.monotonic() - started) / 1000).toFixed(1);
    return [{ verdict: 'ok', says: words.streamed(seconds) }];
  }
  const error = /"message"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(answer.text)?.[1];
  const without = text.trim() === '' ? words.noText : words.noEnd;
  const said = error === undefined ? words.statusWithout(answer.status, without) : String(JSON.parse(error));
  return [{ verdict: 'error', says: words.gaveNone(said), ...nextIn(said) }];
}

/** `data: {"choices":[{"delta":{"content":"…"},"finish_reason":null}]}` lines: the text, and whether Claude ended it. */
function readStream(stream: string): { text: string; finished: boolean } {
  let text = '';
  let finished = false;
  let failed = false;
  for (const line of stream.split('\n')) {
    finished ||= line.trim() === 'data: [DONE]';
    if (!line.startsWith('data: {')) continue;
    try {
      const { choices, error } = JSON.parse(line.slice(6)) as {
        choices?: { delta?: { content?: string }; finish_reason?: unknown }[];
        error?: unknown;
      };
      failed ||= error !== undefined;
      text += choices?.[0]?.delta?.content ?? '';
      finished ||= typeof choices?.[0]?.finish_reason === 'string';
    } catch {
      // Cut off at the end of what is kept of an answer.
    }
  }
  return { text, finished: finished && !failed };
}

/** Messages of the normalizer end with what to run. */
function nextIn(says: string): { readonly next?: string } {
  const next = /\brun: (\S.*?)\.?$/i.exec(says.trim())?.[1];
  return next === undefined ? {} : { next };
}

function jsonOf(text: string): Record<'service' | 'status' | 'upstream' | 'says', string> {
  const none = { service: '', status: '', upstream: '', says: '' };
  try {
    return { ...none, ...(JSON.parse(text) as object) };
  } catch {
    return none;
  }
}

type Asked = LocalAnswer | null | 'not asked';

function talker({ ports }: ServicesFacts, { world, signal }: CheckContext) {
  const port = ports.normalizer;
  return {
    port,
    send: async (request: Omit<LocalRequest, 'port' | 'signal'>): Promise<Asked> =>
      (await world.network?.ask?.({ ...request, port, signal })) ?? (world.network?.ask ? null : 'not asked'),
  };
}

/** Read when it is needed, kept nowhere. */
async function keyOf({ keyFile }: ServicesFacts, { world }: CheckContext): Promise<Secret | null> {
  const text = (await world.files.readText(keyFile.path).catch(() => null))?.trim();
  return text ? new Secret(text) : null;
}
