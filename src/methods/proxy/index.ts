import { bestClaude } from '../../claude/find.ts';
import { usableClaude } from '../../facts/own-proxy.ts';
import type { Facts } from '../../facts/types.ts';
import { OLDEST_CLAUDE } from '../../normalizer/claude-cli.ts';
import { resolveAlias } from '../../openclaw/bridge.ts';
import { compareVersions } from '../../openclaw/version.ts';
import { factValue } from '../../system/fact.ts';
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
  return forAnother(facts) ?? claudeUnready(facts) ?? { ok: true, because: reason(facts) };
}

/** The key, the normalizer and its services would be root's, and lie where the person's own cannot reach them. */
function forAnother(facts: Facts): Availability | null {
  const owner = factValue(facts.services)?.homeOwner;
  if (owner === undefined) return null;
  const because = `this runs as root in the home of ${owner}, who could not read what the proxy needs there`;
  return { ok: false, because, help: `sudo -iu ${owner} clawauth-setup` };
}

function claudeUnready(facts: Facts): Availability | null {
  const installs = factValue(facts.claude);
  const install = usableClaude(facts);
  if (install === null) {
    const there = bestClaude(installs ?? []);
    if (there === null) {
      const broken = installs?.find((one) => one.broken !== undefined)?.broken;
      const because = broken ?? (facts.claude.known ? 'Claude Code was not found' : claudeMissing(facts));
      return { ok: false, because, help: 'npm install -g @anthropic-ai/claude-code' };
    }
    const old = there.version !== null && compareVersions(there.version, OLDEST_CLAUDE) < 0;
    const because = old
      ? `Claude Code ${there.version} is too old: ${OLDEST_CLAUDE} is the first that can tell whether it is signed in`
      : `${there.path} does not tell its version`;
    return { ok: false, because, help: old ? `${there.path} update` : `${there.path} --version` };
  }
  const signIn = factValue(facts.claudeSignIn);
  if (signIn && !signIn.loggedIn) {
    return { ok: false, because: 'Claude Code is not signed in', help: `${install.path} auth login` };
  }
  return null;
}

function claudeMissing({ claude }: Facts): string {
  return !claude.known && claude.reason === 'waiting' ? 'looking for Claude Code …' : 'Claude Code was not found';
}

function reason(facts: Facts): string {
  const claude = usableClaude(facts);
  const manager = factValue(facts.services)?.manager;
  const plan = factValue(facts.claudeSignIn)?.plan;
  const signedIn = facts.claudeSignIn.known ? `signed in${plan ? ` (${plan})` : ''}` : 'its sign-in could not be asked';
  const runs =
    manager === undefined ? [] : [manager.ok ? manager.because : 'no service manager: you start it yourself'];
  return [`Claude Code ${claude?.version} is here, ${signedIn}`, ...runs].join('; ');
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
