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

/** What is asked after the fact, in this order. `before` tells what only a manager that was asked knows. */
export function checks(facts: Facts, given: Answers, before?: Facts): readonly Check[] {
  const answers = proxyAnswers(given);
  const target = targetOf(facts);
  const services = servicesNow(facts, before);
  const run = <T extends Finding>(look: (services: ServicesFacts, context: CheckContext) => Promise<T[]>) => {
    return async (context: CheckContext): Promise<readonly Finding[]> =>
      services === null ? [{ verdict: 'skipped', says: 'What runs here is not known.' }] : look(services, context);
  };
  return [
    {
      id: 'services',
      ask: 'Do the services of the proxy run?',
      run: run((known, context) => serviceFindings(facts, before, answers, known, context)),
    },
    {
      id: 'health',
      ask: 'Does the proxy answer, and only with its key?',
      run: run((known, context) => healthFindings(answers, known, context)),
    },
    {
      id: 'provider',
      ask: 'Does OpenClaw know the proxy?',
      run: run(async (known) => providerFindings(known, target.config.providers)),
    },
    { id: 'models', ask: 'Do the models resolve?' },
    { id: 'bridge', ask: 'Is anything left of the previous way?' },
    { id: 'gateway', ask: 'Is the gateway up?', finds: ['gateway.not-from-here'] },
    { id: 'leftovers', ask: 'Is an older proxy in the way?', run: run(async (known) => leftoverFindings(known)) },
    {
      id: 'reboot',
      ask: 'Will it survive a reboot?',
      run: run(async (known) => noteFindings(before ?? facts, answers, known)),
    },
    {
      id: 'answer',
      ask: 'Does Claude answer through the proxy?',
      costs: true,
      run: run((known, context) => answerFindings(answers, known, context)),
    },
    {
      id: 'turn',
      ask: 'Does an agent of OpenClaw get an answer?',
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
    return [{ verdict: 'error', says: manager.ok ? 'There is no service manager.' : manager.because }];
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
    return [{ verdict: 'error', says: 'The Claude Code that the proxy would run was not found.' }];
  }
  const alone = { ...services, place: null };
  const next = foregroundLine(programsFor(alone, services.node.path, claude, answers, []));
  if (open)
    return [
      { verdict: 'ok', says: `No service was installed; something listens on port ${services.ports.normalizer}.` },
    ];
  const says =
    'No service was installed, and the proxy does not run yet. Run it in a terminal or under your supervisor:';
  return [{ verdict: 'warning', says, next, waits: true }];
}

async function healthFindings(
  answers: ProxyAnswers,
  services: ServicesFacts,
  context: CheckContext,
): Promise<Finding[]> {
  const { port, send } = talker(services, context);
  const key = await keyOf(services, context);
  if (key === null) return [{ verdict: 'error', says: `${services.keyFile.path} holds no usable key.`, next: AGAIN }];
  const health = await send({ method: 'GET', path: '/health', key, timeoutMs: 40_000 });
  if (health === 'not asked') return [{ verdict: 'skipped', says: 'The proxy could not be asked from here.' }];
  if (health === null) return [silent(answers, port)];
  const { service, status, upstream, says } = jsonOf(health.text);
  if (service !== 'clawauth-setup-normalizer') {
    const next = `ss -ltnp 'sport = :${port}'`;
    return [{ verdict: 'error', says: `Another program answers on 127.0.0.1:${port}.`, next }];
  }
  // It tells more than that it is there only to whoever has its key.
  if (upstream === '' && status === 'ok') {
    const what = `Another proxy listens on 127.0.0.1:${port}: it takes another key than OpenClaw sends.`;
    return [{ verdict: 'error', says: what, next: AGAIN }];
  }
  const findings: Finding[] = [
    status === 'ok'
      ? { verdict: 'ok', says: `The proxy answers on 127.0.0.1:${port}: ${says}.` }
      : { verdict: 'error', says: `The proxy answers, but ${says || status}.`, ...nextIn(says) },
  ];
  const bare = await send({ method: 'GET', path: '/v1/models', timeoutMs: 10_000 });
  if (bare !== null && bare !== 'not asked' && bare.status === 401) {
    findings.push({ verdict: 'ok', says: 'A request without the key is refused.' });
  } else {
    const got = bare === null || bare === 'not asked' ? 'no answer' : `status ${bare.status}`;
    findings.push({ verdict: 'error', says: `A request without the key got ${got}, not a refusal.`, next: AGAIN });
  }
  return findings;
}

async function isUp({ ports }: ServicesFacts, { world }: CheckContext): Promise<boolean> {
  return (await world.network?.listening('127.0.0.1', ports.normalizer, 1_000)) ?? false;
}

/** Nobody started what nobody installed: then there is nothing to find wrong. */
function silent({ service }: ProxyAnswers, port: number): Finding {
  const says = `Nothing answers on 127.0.0.1:${port}.`;
  return service === 'none'
    ? { verdict: 'skipped', says: `${says} Start the proxy, then check again.` }
    : { verdict: 'error', says };
}

const AGAIN = 'clawauth-setup apply --method proxy';

function providerFindings(services: ServicesFacts, providers: readonly CustomProvider[]): Finding[] {
  const provider = providers.find(({ id }) => id === PROVIDER);
  if (provider === undefined)
    return [{ verdict: 'error', says: 'The provider is not in the configuration.', next: AGAIN }];
  if (provider.baseUrl !== baseUrlOf(services)) {
    const says = `OpenClaw asks ${provider.baseUrl ?? 'nobody'}, and the proxy is at ${baseUrlOf(services)}.`;
    return [{ verdict: 'error', says, next: AGAIN }];
  }
  if (services.provider?.id !== PROVIDER)
    return [{ verdict: 'error', says: 'OpenClaw sends another key than the proxy takes.', next: AGAIN }];
  return [{ verdict: 'ok', says: `OpenClaw asks ${provider.baseUrl} with the right key.` }];
}

/** What this user may not take away, or a plan did not. */
function leftoverFindings({ leftovers }: ServicesFacts): Finding[] {
  if (leftovers.length === 0) return [{ verdict: 'ok', says: 'Nothing of an older proxy is here.' }];
  return leftovers.slice(0, 5).map(({ name, file, manager, removable }) => {
    const root = manager === 'systemd-system' && !removable ? 'sudo ' : '';
    const next =
      manager === 'systemd-system' || manager === 'systemd-user'
        ? `${root}${systemctl({ manager }, 'disable', '--now', name).join(' ')}`
        : AGAIN;
    return { verdict: 'warning', says: `An older proxy is still set up: ${name} (${file}).`, next };
  });
}

/** Linger, paths that may go, ports that are not the usual ones, variables that stay out of a unit. */
function noteFindings(facts: Facts, answers: ProxyAnswers, services: ServicesFacts): Finding[] {
  if (answers.service === 'none') {
    return [{ verdict: 'info', says: 'Without a service the proxy stops with whatever started it.' }];
  }
  const findings = serviceNotes(facts, services).map(({ says, next }): Finding => ({ verdict: 'info', says, next }));
  for (const says of portNotes(services, answers.upstream)) findings.push({ verdict: 'info', says });
  return findings.length > 0 ? findings : [{ verdict: 'ok', says: 'It starts again at boot.' }];
}

/** One streamed request, as OpenClaw sends it. */
async function answerFindings(
  answers: ProxyAnswers,
  services: ServicesFacts,
  context: CheckContext,
): Promise<Finding[]> {
  const { port, send } = talker(services, context);
  const key = await keyOf(services, context);
  if (key === null) return [{ verdict: 'error', says: `${services.keyFile.path} holds no usable key.`, next: AGAIN }];
  if (!(await isUp(services, context))) return [silent(answers, port)];
  const model = answers.primary.slice(answers.primary.indexOf('/') + 1);
  const body = { model, stream: true, messages: [{ role: 'user', content: 'Answer with OK.' }] };
  const started = context.world.clock.monotonic();
  const answer = await send({ method: 'POST', path: '/v1/chat/completions', body, key, timeoutMs: 180_000 });
  if (answer === 'not asked') return [{ verdict: 'skipped', says: 'The proxy could not be asked from here.' }];
  if (answer === null) return [{ verdict: 'timed out', says: `127.0.0.1:${port} gave no answer in 3 minutes.` }];
  const { text, finished } = readStream(answer.text);
  if (answer.status === 200 && text.trim() !== '' && finished) {
    const seconds = ((context.world.clock.monotonic() - started) / 1000).toFixed(1);
    return [{ verdict: 'ok', says: `A streamed answer of Claude in ${seconds} s.` }];
  }
  const error = /"message"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(answer.text)?.[1];
  const without = text.trim() === '' ? 'no text' : 'no end';
  const said = error === undefined ? `status ${answer.status}, ${without}` : String(JSON.parse(error));
  return [{ verdict: 'error', says: `The proxy gave no answer: ${said}`, ...nextIn(said) }];
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
