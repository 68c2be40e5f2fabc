import type { EditData } from '../actions/params.ts';
import { claudeAgents, readConfig } from '../facts/claude-agents.ts';
import { defaultModel, isOwnProxy, proxyServices, usableClaude } from '../facts/own-proxy.ts';
import type { Facts } from '../facts/types.ts';
import { asking } from '../methods/asking.ts';
import { providerOf, resolveAlias } from '../openclaw/bridge.ts';
import { refPlaces } from '../openclaw/ref-edits.ts';
import type { Leftover, ServicesFacts } from '../services/records.ts';
import { factValue } from '../system/fact.ts';
import { canAskClaude, type HandMade, handMade, hasCredential, OFF_THE_BRIDGE } from './bridges.ts';
import { loginTyped, signingIn } from './claude-login.ts';
import type { Repair } from './repairs.ts';
import { error, info, warning } from './types.ts';
import { only, SETUP, several, systemctlTyped } from './words.ts';

/** The same method once more puts its services in their place. */
function again(facts: Facts): string {
  const provider = factValue(facts.services)?.provider?.id;
  const method = asking.find((one) => one.provider !== undefined && one.provider === provider);
  return `${SETUP} apply${method === undefined ? '' : ` --method ${method.id}`}`;
}

type Service = ServicesFacts['ours'][number];

const inUse = (facts: Facts) => readConfig(facts) !== null && isOwnProxy(defaultModel(facts), facts);

/** Services of ours that are here; none where OpenClaw does not ask the proxy. */
function services(facts: Facts): readonly Service[] {
  return inUse(facts) ? proxyServices(factValue(facts.services)) : [];
}

const nameOf = ({ file }: Service) => file.slice(file.lastIndexOf('/') + 1);

/** Claude has to answer by the proxy: nothing of Claude stands behind it. */
const level = (facts: Facts) => (claudeAgents(facts).length > 0 ? { level: 'warning' as const } : {});

/** claude-max-api-proxy of npm listens on 3456 by itself, and on 3459 in guides with a normalizer before it. */
const MAX_API_PORTS = [3456, 3459];
const MAX_API = /claude-?max|max-?(proxy|api)/i;

/** claude-max-api asked by OpenClaw itself: told by what listens, by its service, or by its port and name. */
function withoutNormalizer(proxy: HandMade, facts: Facts): boolean {
  const { port, provider, program, answers, services: units } = proxy;
  const api = readConfig(facts)?.providers.find(({ id }) => id === provider)?.api;
  if (program === 'normalizer' || (api != null && api !== 'openai-completions')) return false;
  if (program === 'claude-max-api' || units.some(({ upstream }) => upstream === port)) return true;
  // Others listen on 3456 as well, and what answers there may have been fixed.
  return MAX_API.test(provider) && MAX_API_PORTS.includes(port) && (answers !== true || port === 3459);
}

/** Units of a guide's proxy that systemd does not start. */
const notEnabled = (facts: Facts): readonly Leftover[] =>
  (handMade(facts)?.services ?? []).filter(({ enabled, manager }) => enabled === false && manager !== 'launchd');

interface Disguise {
  readonly units: readonly Leftover[];
  readonly provider: { readonly id: string; readonly baseUrl: string | null } | null;
}

const DISGUISE = /billing-?proxy|anthropic-?billing|claude-?cloak/i;
/** Where openclaw-billing-proxy listens by itself. */
const DISGUISE_PORT = /^https?:\/\/(127\.0\.0\.1|localhost):18801(\/|$)/;

/** Proxies that make OpenClaw's requests look like Claude Code's: known by name, or by port beside such a unit. */
function disguise(facts: Facts): Disguise | null {
  const units = factValue(facts.proxies)?.disguises ?? [];
  const config = readConfig(facts);
  const named = new Set((config === null ? [] : refPlaces(config)).map(({ ref }) => providerOf(ref)));
  const provider = config?.providers.find(
    ({ id, baseUrl }) =>
      named.has(id.toLowerCase()) && (DISGUISE.test(id) || (units.length > 0 && DISGUISE_PORT.test(baseUrl ?? ''))),
  );
  return provider || units.length > 0 ? { units, provider: provider ?? null } : null;
}

/** The units go, and what named the proxy names Claude: only where Claude can answer then. */
function withoutDisguise({ units, provider }: Disguise, facts: Facts): readonly Repair[] {
  const own = provider?.id.toLowerCase() === 'anthropic';
  if (provider !== null && !(own ? hasCredential(facts) : canAskClaude(facts))) return [];
  const retired = units.flatMap(({ manager, name, file }): Repair[] =>
    manager === 'none' ? [] : [{ kind: 'retire', manager, name, file, says: `Remove ${name}` }],
  );
  if (provider === null) return retired;
  if (!own) return [...retired, OFF_THE_BRIDGE];
  const path = ['models', 'providers', provider.id, 'baseUrl'];
  const edits: EditData[] = [{ op: 'set', path, value: 'https://api.anthropic.com' }];
  return [...retired, { kind: 'config', says: 'Send requests for Anthropic to Anthropic', edits }];
}

/** The default model is a Claude of OpenAI's own provider, which only an `OPENAI_BASE_URL` could have led to a proxy. */
function baseUrlIgnored(facts: Facts): { readonly where: string; readonly line?: number | undefined } | null {
  const config = readConfig(facts);
  const primary = defaultModel(facts);
  if (config === null || primary === null) return null;
  const ref = resolveAlias(primary, config);
  if (providerOf(ref) !== 'openai' || !/claude/i.test(ref)) return null;
  if (config.providers.some(({ id, baseUrl }) => id.toLowerCase() === 'openai' && baseUrl !== null)) return null;
  return factValue(facts.proxies)?.openaiBaseUrl[0] ?? null;
}

/** What stands in the way of a proxy: our own, or one that was set up by hand. */
export const proxy = [
  warning('proxy.disguise', 'A proxy that makes requests look like another program’s', {
    needs: ['config'],
    explains: ['model.default-is-bridge', 'model.bridge-left', 'model.anthropic-elsewhere', 'proxy.down'],
    detect: (_, facts) => only(disguise(facts)),
    explain: ({ units, provider }) => {
      const names = [...units.map(({ name }) => name), ...(provider ? [`models.providers.${provider.id}`] : [])];
      return {
        says: `A billing proxy on this machine rewrites requests so that they look like another program’s: ${several(names)}.`,
        why: 'Anthropic prohibits tools that disguise a client, and has disabled accounts that used them. clawauth-setup does not set them up.',
      };
    },
    fix: withoutDisguise,
    next: () => SETUP,
  }),
  error('proxy.base-url-ignored', 'OpenClaw does not read OPENAI_BASE_URL', {
    needs: ['config', 'proxies'],
    explains: ['model.default-is-bridge'],
    detect: (_, facts) => only(baseUrlIgnored(facts)),
    explain: ({ where, line }, facts) => ({
      says: `OPENAI_BASE_URL (${where === 'environment' ? 'in the environment' : `${where}${line ? `:${line}` : ''}`}) leads nowhere: OpenClaw does not read it.`,
      // claude-code-proxy#3 (2026.3); the address of a model is handed to OpenAI’s library, which then ignores the variable.
      why: `The default model ${defaultModel(facts)} goes to OpenAI itself, which has no Claude. Only models.providers leads to a proxy.`,
      ...level(facts),
    }),
    fix: (_, facts) => (canAskClaude(facts) ? [OFF_THE_BRIDGE] : []),
    next: () => SETUP,
  }),
  error('proxy.claude-signed-out', 'The Claude Code behind the proxy is not signed in', {
    code: 'claude-signed-out',
    needs: ['config', 'claudeSignIn', 'services'],
    explains: ['proxy.down', 'log.claude-not-logged-in'],
    detect: ({ claudeSignIn }, facts) =>
      (inUse(facts) || handMade(facts)?.asksClaude === true) && !claudeSignIn.loggedIn
        ? [usableClaude(facts)?.path ?? 'claude']
        : null,
    explain: (_, facts) => ({ says: 'The proxy asks Claude Code, which is not signed in.', ...level(facts) }),
    // A sign-in of the doctor is one to the Claude Code that OpenClaw finds.
    fix: (_, facts) => (factValue(facts.state)?.container === undefined ? signingIn(facts) : []),
    next: (claude, facts) => loginTyped(facts, claude),
  }),
  error('proxy.no-normalizer', 'OpenClaw asks claude-max-api without the normalizer', {
    needs: ['config', 'proxies', 'services'],
    explains: ['proxy.down'],
    detect: (_, facts) => {
      const found = handMade(facts);
      return found !== null && withoutNormalizer(found, facts) ? [found] : null;
    },
    explain: ({ baseUrl }, facts) => ({
      says: `OpenClaw asks claude-max-api directly (${baseUrl}), without the normalizer before it.`,
      // Run: claude-max-api-proxy 1.0.0, the only one on npm.
      why: 'OpenClaw sends messages in parts, and claude-max-api-proxy 1.0.0 turns each of them into [object Object].',
      ...level(facts),
    }),
    next: () => SETUP,
  }),
  info('proxy.no-service', 'The proxy has no service', {
    needs: ['config', 'services'],
    detect: (_, facts) => (inUse(facts) && services(facts).length === 0 ? ['none'] : null),
    explain: () => ({ says: 'The proxy has no service: it answers only while you run it.' }),
  }),
  warning('proxy.not-enabled', 'A proxy service does not start at boot', {
    needs: ['config', 'services'],
    explains: ['proxy.down'],
    detect: (_, facts) => {
      const own = services(facts).filter(({ active, enabled }) => active !== false && !enabled);
      const others = notEnabled(facts);
      return [
        ...own.map((service) => ({
          says: `${nameOf(service)} is not enabled`,
          many: false,
          enable: again(facts),
          units: [],
        })),
        ...(others.length > 0 ? [{ ...enabling(others), many: others.length > 1, units: others }] : []),
      ];
    },
    explain: ({ says, many }, facts) => {
      const down = handMade(facts)?.answers === false;
      return {
        says: `${says}: ${many ? 'they' : 'it'} will not start at boot.`,
        ...(down && { why: `Nothing answers at ${handMade(facts)?.baseUrl} now.` }),
      };
    },
    fix: ({ units }) => {
      const names = units.flatMap(({ manager, name }) => (manager === 'systemd-user' ? name : []));
      if (names.length === 0) return [];
      const says = `Start ${several(names)} now and at boot`;
      return [{ kind: 'enable', manager: 'systemd-user', units: names, says }];
    },
    next: ({ enable }) => enable,
  }),
  error('proxy.down', 'The proxy does not answer', {
    needs: ['config', 'services'],
    detect: (_, facts) => {
      const found = handMade(facts);
      return [
        ...services(facts)
          .filter(({ active }) => active === false)
          .map((service) => ({
            says: `The proxy does not answer: ${nameOf(service)} is not running.`,
            start: again(facts),
          })),
        ...(found?.answers === false
          ? [{ says: `The proxy does not answer: nothing listens at ${found.baseUrl}.`, start: starting(found) }]
          : []),
      ];
    },
    explain: ({ says }, facts) => ({
      says,
      why: `The default model ${defaultModel(facts)} is asked there.`,
      ...level(facts),
    }),
    next: ({ start }) => start,
  }),
  info('proxy.leftover', 'Part of a proxy that was set up by hand', {
    needs: ['services'],
    detect: ({ services }) => services.leftovers,
    explain: ({ name, file }) => ({ says: `${name} is part of a proxy set up by hand (${file}).` }),
  }),
];

function enabling(units: readonly Leftover[]): { readonly says: string; readonly enable: string } {
  const names = units.map(({ name }) => name);
  const [first] = units;
  const is = units.length === 1 ? 'is' : 'are';
  return {
    says: `${several(names)} ${is} not enabled`,
    enable: first ? `${systemctlTyped(first)} enable --now ${names.join(' ')}` : SETUP,
  };
}

/** Its own units, where it has any. */
function starting({ services: units }: HandMade): string {
  const [first] = units.filter(({ manager }) => manager.startsWith('systemd'));
  if (first === undefined) return SETUP;
  const names = units.filter(({ manager }) => manager === first.manager).map(({ name }) => name);
  return `${systemctlTyped(first)} restart ${names.join(' ')}`;
}
