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
import { method as words } from './words.ts';

/** The person's own Claude Code answers OpenClaw on this machine, through services of theirs. */
export const proxy: Method = {
  ...proxyQuestions,
  title: 'Proxy',
  summary: words.summary,
  paysFrom: words.paysFrom,
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
    servicesForAnother(facts, words.noun) ??
    claudeUnready(facts) ?? { ok: true, because: reason(facts) }
  );
}

/** The proxy listens on loopback alone, which a container has of its own unless it is on the network of the machine. */
function unreached(facts: Facts): Availability | null {
  if (factValue(facts.state)?.container?.hostNetwork === true) return null;
  return outOfReach(facts, words.notFromThere);
}

function reason(facts: Facts): string {
  const manager = factValue(facts.services)?.manager;
  const runs = manager === undefined ? [] : [manager.ok ? manager.because : words.noManager];
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
  return { title: words.byHand(used.baseUrl), agents: [], tokenEnds: null };
}

function byHand(answers: Answers): ReturnType<NonNullable<Method['byHand']>> {
  if (proxyAnswers(answers).service !== 'none') return [];
  return [{ says: words.foregroundStays, next: 'pgrep -af normalizer.mjs' }];
}

/** Whether OpenClaw still asks the proxy, with its key. */
function drift(_answers: Answers, facts: Facts): readonly Drift[] {
  const services = factValue(facts.services);
  if (services === undefined || !facts.config.known) return [];
  const url = baseUrlOf(services);
  const provider = facts.config.value.providers.find(({ id }) => id === PROVIDER);
  if (provider === undefined) {
    return [{ what: 'credential', says: words.providerGone(PROVIDER), was: url, now: null }];
  }
  if (provider.baseUrl !== url) {
    const says = words.addressChanged(PROVIDER, url, provider.baseUrl ?? 'none');
    return [{ what: 'credential', says, was: url, now: provider.baseUrl }];
  }
  if (services.provider?.id === PROVIDER) return [];
  const says = words.otherKey(PROVIDER);
  return [{ what: 'credential', says, was: services.keyFile.path, now: null }];
}
