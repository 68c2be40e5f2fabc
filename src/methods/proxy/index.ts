import type { Facts } from '../../facts/types.ts';
import { resolveAlias } from '../../openclaw/bridge.ts';
import { factValue } from '../../system/fact.ts';
import { claudeReady, claudeUnready } from '../shared/claude-ready.ts';
import { outOfReach } from '../shared/in-container.ts';
import { servicesForAnother } from '../shared/services.ts';
import type { Answers, Availability, Drift, Method } from '../types.ts';
import { checks } from './checks.ts';
import { proxyDefaults } from './defaults.ts';
import { baseUrlOf, offeredRefs, proxyRefs } from './models.ts';
import { notice } from './notice.ts';
import { planProxy } from './plan.ts';
import { PROVIDER, proxyAnswers, proxyQuestions } from './questions.ts';

/** The person's own Claude Code answers OpenClaw on this machine, through services of theirs. */
export const proxy: Method = {
  ...proxyQuestions,
  title: 'Proxy',
  summary: 'Claude Code answers on this machine',
  paysFrom: 'your plan limits (Anthropic may bill usage credits instead)',
  notice,
  availability,
  models: () => offeredRefs,
  refs: (facts) => proxyRefs(factValue(facts.config) ?? { aliases: {}, providers: [] }),
  drift,
  defaults: proxyDefaults,
  plan: planProxy,
  recognise,
  byHand,
  checks,
};

function availability(facts: Facts): Availability {
  return (
    unreached(facts) ??
    servicesForAnother(facts, 'the proxy') ??
    claudeUnready(facts) ?? { ok: true, because: reason(facts) }
  );
}

/** The proxy listens on loopback alone, which a container has of its own unless it is on the network of the machine. */
function unreached(facts: Facts): Availability | null {
  if (factValue(facts.state)?.container?.hostNetwork === true) return null;
  return outOfReach(facts, 'from where 127.0.0.1 is not this machine');
}

function reason(facts: Facts): string {
  const manager = factValue(facts.services)?.manager;
  const runs =
    manager === undefined ? [] : [manager.ok ? manager.because : 'no service manager: you start it yourself'];
  return [claudeReady(facts), ...runs].join('; ');
}

/** A proxy whose services or scripts lie here and whose models OpenClaw uses, whoever set it up. */
function recognise(facts: Facts): ReturnType<NonNullable<Method['recognise']>> {
  const config = factValue(facts.config);
  const services = factValue(facts.services);
  if (!config || !services) return null;
  const refs = [config.primary, ...config.fallbacks].flatMap((ref) => (ref === null ? [] : resolveAlias(ref, config)));
  const used = config.providers.find(
    ({ id, bridge, baseUrl }) =>
      bridge &&
      /^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(baseUrl ?? '') &&
      refs.some((ref) => ref.startsWith(`${id}/`)),
  );
  if (used === undefined) return null;
  const ours = used.id === services.provider?.id;
  if (!ours && services.leftovers.length === 0) return null;
  return { title: `A proxy at ${used.baseUrl}, set up by hand`, agents: [], tokenEnds: null };
}

function byHand(answers: Answers): ReturnType<NonNullable<Method['byHand']>> {
  if (proxyAnswers(answers).service !== 'none') return [];
  return [{ says: 'A proxy that you started yourself runs until you stop it.', next: 'pgrep -af normalizer.mjs' }];
}

/** Whether OpenClaw still asks the proxy, with its key. */
function drift(_answers: Answers, facts: Facts): readonly Drift[] {
  const services = factValue(facts.services);
  if (services === undefined || !facts.config.known) return [];
  const url = baseUrlOf(services);
  const provider = facts.config.value.providers.find(({ id }) => id === PROVIDER);
  if (provider === undefined) {
    return [{ what: 'credential', says: `The provider ${PROVIDER} is gone.`, was: url, now: null }];
  }
  if (provider.baseUrl !== url) {
    const says = `You changed the address of ${PROVIDER} from ${url} to ${provider.baseUrl ?? 'none'}.`;
    return [{ what: 'credential', says, was: url, now: provider.baseUrl }];
  }
  if (services.provider?.id === PROVIDER) return [];
  const says = `The key of ${PROVIDER} is not the one that the proxy takes.`;
  return [{ what: 'credential', says, was: services.keyFile.path, now: null }];
}
