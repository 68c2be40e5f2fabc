import type { AgentFacts, ConfigFacts, ModelsStatus, OpenClawInstall } from '../../openclaw/records.ts';
import type { ServicesFacts } from '../../services/records.ts';
import { type Fact, factValue } from '../../system/fact.ts';
import type { World } from '../../system/world.ts';
import type { Facts } from '../types.ts';
import { Names, oneOf, rangeOf, versionOf } from './names.ts';
import { plainWords } from './words.ts';

/** What of the machine a public report may say. */
export type PublicFacts = ReturnType<typeof project>;

/**
 * The facts for everyone to read. Made by naming what goes in, not by taking out what looks private: numbers, release
 * numbers, words of fixed lists, public model names and plain words pass; every other name becomes a stand-in
 * (`agent-1`), every other word `…`. Pure.
 */
export function publicFacts(
  facts: Facts,
  world: Pick<World, 'home' | 'username' | 'hostname'>,
  health: PublicHealth,
  now: number,
): PublicFacts {
  const ours = factValue(facts.services)?.provider;
  const names = new Names(world.home, ours ? [ours.id] : []);
  const container = factValue(facts.state)?.container?.name ?? '';
  for (const own of [world.username, world.hostname, world.hostname.split('.')[0] ?? '', container]) {
    if (own.length > 1) names.private.add(own.toLowerCase());
  }
  // Texts can only be freed of private names once all of them are known.
  project(facts, names, health, now);
  return project(facts, names, health, now);
}

/** What the judge says, free of names. */
interface PublicHealth {
  readonly state: string;
  /** Unix ms. */
  readonly expires: number | null;
  readonly findings: readonly { readonly verdict: string; readonly id: string }[];
}

function project(facts: Facts, names: Names, health: PublicHealth, now: number) {
  const text = textOf(facts, names);
  const some = <T, R>(fact: Fact<T>, show: (value: T) => R) =>
    fact.known ? show(fact.value) : { notKnown: fact.reason, because: text(fact.detail) };
  const place = (path: string) => names.place(path);
  const model = (ref: string | null) => (ref === null ? null : names.model(ref));
  const models = (refs: readonly string[]) => refs.map((ref) => names.model(ref));
  const aliases = (all: Readonly<Record<string, string>>) =>
    Object.entries(all).map(([alias, ref]) => `${names.of('alias', alias)} = ${names.model(ref)}`);
  return {
    health: {
      state: health.state,
      expires: dayOf(health.expires),
      remarks: health.findings.map(({ verdict, id }) => `${verdict}: ${id}`),
    },
    platform: some(facts.platform, (it) => ({
      os: it.os,
      wsl: it.wsl,
      container: oneOf(it.container, ['docker', 'podman', 'kubernetes', 'lxc', 'kubepods', 'containerd']),
      root: it.uid === 0,
      sudo: it.sudoUser !== undefined,
      stateOfSomebodyElse: it.stateOwner !== undefined,
      node: versionOf(it.node),
    })),
    installs: some(facts.installs, (all) => all.map((install) => installOf(install, place))),
    generation: some(facts.release, (it) => it.generation),
    state: some(facts.state, (it) => ({
      folder: place(it.stateDir),
      linked: it.realStateDir !== it.stateDir,
      exists: it.exists,
      config: place(it.configPath),
      configExists: it.configExists,
      profile: it.profile !== null,
      legacy: it.legacy,
      mode: it.mode === null ? null : it.mode.toString(8),
      writable: it.writable,
    })),
    config: some(facts.config, (it) => configOf(it, { names, model, models, aliases, text })),
    validation: some(facts.validation, (it) => ({
      valid: it.valid,
      issues: it.issues.map(({ path, message, line }) => ({
        at: names.configPath(path),
        says: text(message),
        line,
      })),
      warnings: it.warnings.map(text),
    })),
    profiles: some(facts.profiles, (all) =>
      all.map((it) => ({
        agent: names.of('agent', it.agent),
        id: names.profileId(it.id),
        type: oneOf(it.type, ['token', 'oauth', 'api_key']),
        mode: oneOf(it.mode, ['token', 'oauth', 'api_key']),
        shape: oneOf(it.shape, ['token', 'api key', 'admin key', 'refresh token', 'session key', 'code', 'url']),
        secret: it.masked !== null,
        expires: dayOf(it.expires),
        rejected: it.rejected === null ? null : text(it.rejected),
        wins: it.wins,
        lastGood: it.lastGood,
        cooldown: it.cooldownUntil !== null && it.cooldownUntil > now,
        errors: it.errorCount,
      })),
    ),
    strayStores: some(facts.strayStores, (all) => all.map(place)),
    legacyState: some(facts.legacyState, (all) => all.map(place)),
    storedOrders: some(facts.storedOrders, (all) =>
      Object.entries(all).map(([agent, ids]) => ({
        agent: names.of('agent', agent),
        order: ids.map((id) => names.profileId(id)),
      })),
    ),
    cron: some(facts.cron, (it) => ({
      store: it.store,
      jobs: it.jobs.map((job) => ({
        job: names.of('job', job.id),
        agent: job.agent === null ? null : names.of('agent', job.agent),
        enabled: job.enabled,
        kind: oneOf(job.kind, ['agentTurn', 'systemEvent', 'heartbeat']),
        model: model(job.model),
        system: job.system,
        errors: job.consecutiveErrors,
      })),
    })),
    gateway: some(facts.gateway, (it) => ({
      running: it.running,
      port: it.port,
      unit: it.unit === null ? null : names.of('unit', it.unit.replace(/\.service$/, '')),
      manager: it.manager,
      unitState: oneOf(it.unitState, [
        'active',
        'inactive',
        'failed',
        'activating',
        'deactivating',
        'running',
        'loaded',
      ]),
      node: it.node === undefined ? null : nodeOf(it.node),
    })),
    modelsStatus: some(facts.modelsStatus, (it) => statusOf(it, { names, model, models, aliases, text })),
    catalogue: some(facts.catalogue, (it) => it.anthropic.map((id) => names.modelId(id))),
    claude: some(facts.claude, (all) =>
      all.map((it) => ({
        path: place(it.path),
        version: versionOf(it.version),
        wins: it.wins,
        broken: it.broken === undefined ? null : text(it.broken),
      })),
    ),
    claudeSignIn: some(facts.claudeSignIn, (it) => ({
      loggedIn: it.loggedIn,
      method: oneOf(it.authMethod, ['claude.ai', 'oauth_token', 'api_key', 'api_key_helper', 'none', 'third_party']),
      plan: oneOf(it.plan, ['max', 'pro', 'team', 'enterprise', 'free']),
      renewsAtNextUse: it.renewsAtNextUse === true,
    })),
    claudeInside: some(
      facts.claudeInside,
      (it) =>
        it && {
          versions: (factValue(it.claude) ?? []).map(({ version }) => versionOf(version)),
          loggedIn: factValue(it.claudeSignIn)?.loggedIn ?? null,
          login: it.login.fate,
        },
    ),
    shadows: some(facts.shadows, (all) =>
      all.map((it) => ({
        name: oneOf(it.name, SHADOWS),
        where: it.where === 'environment' ? it.where : place(it.where),
        shape: oneOf(it.shape, ['token', 'api key', 'admin key', 'refresh token', 'session key', 'code', 'url']),
      })),
    ),
    refreshers: some(facts.refreshers, (all) =>
      all.map(({ kind, where }) => ({ kind, where: kind === 'crontab' ? 'crontab' : place(where) })),
    ),
    gatewayUnits: some(facts.gatewayUnits, (it) => ({
      linger: it.linger,
      units: it.units.map((unit) => ({
        unit: names.of('unit', unit.name.replace(/\.service$/, '')),
        manager: unit.manager,
        enabled: unit.enabled,
        active: oneOf(unit.active, ['active', 'inactive', 'failed', 'activating', 'deactivating', 'reloading']),
        restarts: unit.restarts,
        openclaw: versionOf(unit.version),
        node: unit.node === undefined ? null : nodeOf(unit.node),
      })),
    })),
    services: some(facts.services, (it) => servicesOf(it, names)),
  };
}

const SHADOWS = [
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_OAUTH_TOKEN',
  'ANTHROPIC_AUTH_TOKEN',
  'ANTHROPIC_BASE_URL',
  'CLAUDE_CODE_OAUTH_TOKEN',
  'CLAUDECODE',
];

interface Showing {
  readonly names: Names;
  readonly model: (ref: string | null) => string | null;
  readonly models: (refs: readonly string[]) => string[];
  readonly aliases: (all: Readonly<Record<string, string>>) => string[];
  readonly text: (text: string) => string;
}

function configOf(it: ConfigFacts, { names, model, models, aliases, text }: Showing) {
  const error = it.syntaxError;
  return {
    exists: it.sha256 !== null,
    syntaxError: error === null ? null : { says: text(error.message), line: error.line, column: error.column },
    includes: it.includes.length,
    agentsShape: it.agentsShape,
    agents: it.agents.map((agent) => agentOf(agent, { names, model, models })),
    primary: model(it.primary),
    fallbacks: models(it.fallbacks),
    aliases: aliases(it.aliases),
    allowlist: it.allowlist === null ? null : { where: it.allowlist.where, refs: models(it.allowlist.refs) },
    heartbeat: model(it.heartbeatModel),
    providers: it.providers.map((provider) => ({
      id: names.of('provider', provider.id),
      address: addressOf(provider.baseUrl),
      api: oneOf(provider.api, [
        'openai-completions',
        'openai-responses',
        'anthropic-messages',
        'google-generative-ai',
      ]),
      models: provider.models.map((id) => names.modelId(id)),
      bridge: provider.bridge,
    })),
    declaredProfiles: Object.entries(it.declaredProfiles).map(([id, { mode }]) => ({
      id: names.profileId(id),
      mode: oneOf(mode, ['token', 'oauth', 'api_key']),
    })),
    order: Object.entries(it.order).map(([provider, ids]) => ({
      provider: names.of('provider', provider),
      ids: ids.map((id) => names.profileId(id)),
    })),
  };
}

function agentOf(agent: AgentFacts, { names, model, models }: Pick<Showing, 'names' | 'model' | 'models'>) {
  return {
    id: names.of('agent', agent.id),
    default: agent.isDefault,
    folderExists: agent.agentDirExists,
    model: model(agent.model),
    fallbacks: models(agent.fallbacks),
    heartbeat: model(agent.heartbeatModel),
  };
}

function statusOf(it: ModelsStatus, { names, model, models, aliases, text }: Showing) {
  return {
    default: model(it.resolvedDefault),
    fallbacks: models(it.fallbacks),
    aliases: aliases(it.aliases),
    allowed: models(it.allowed),
    missingProviders: it.missingProviders.map((provider) => names.of('provider', provider)),
    unconfirmed: it.unconfirmed?.map((provider) => names.of('provider', provider)),
    profiles: it.profiles.map((profile) => ({
      id: names.profileId(profile.id),
      type: oneOf(profile.type, ['token', 'oauth', 'api_key']),
      status: text(profile.status),
      expires: dayOf(profile.expiresAt),
      effective: profile.effective,
    })),
    unusable: it.unusable?.map(({ id, reason }) => ({ id: names.profileId(id), reason: text(reason) })) ?? null,
  };
}

function installOf(install: OpenClawInstall, place: (path: string) => string) {
  return {
    command: install.command,
    version: versionOf(install.version),
    path: place(install.path),
    wins: install.wins,
    via: oneOf(install.via, [
      'npm -g',
      'npm',
      'pnpm',
      'volta',
      'bun',
      'asdf',
      'mise',
      'homebrew',
      'wrapper',
      'source checkout',
      'unknown',
    ]),
    node: nodeOf(install.node),
  };
}

function nodeOf(node: { version: string | null; wants: string | null; ok: boolean | null }) {
  return { version: versionOf(node.version), wants: rangeOf(node.wants), ok: node.ok };
}

/** The proxy: what runs it and what of it is here. Unit names of guides pass, other people's do not. */
function servicesOf(it: ServicesFacts, names: Names) {
  return {
    asked: it.asked,
    manager: it.manager.ok ? it.manager.manager : null,
    systemd: it.manager.ok ? it.manager.systemd : null,
    notes: it.manager.ok ? it.manager.notes.length : 0,
    ports: { normalizer: it.ports.normalizer, claudeMaxApi: it.ports.claudeMaxApi },
    node: it.node === null ? null : { path: names.place(it.node.path), version: versionOf(it.node.version) },
    runtime: { built: it.runtime.source !== null, present: it.runtime.present },
    sync: { present: it.sync.present, ended: it.sync.state?.ended ?? null },
    key: { usable: it.keyFile.usable, inConfig: it.provider !== null },
    provider:
      it.provider === null
        ? null
        : { address: addressOf(it.provider.baseUrl), otherKeys: it.provider.otherKeys.length },
    staleModels: it.modelCopies.filter(({ provider, current }) => provider === it.provider?.id && !current).length,
    variables: Object.keys(it.env).length,
    withheld: it.withheld.length,
    ours: it.ours.map(({ id, sha256, enabled, active }) => ({ id, present: sha256 !== null, enabled, active })),
    warm: it.warm,
    dropIn: it.dropIn === null ? null : it.dropIn.sha256 !== null,
    leftovers: it.leftovers.map(({ name, manager, active, removable }) => ({
      unit: names.of('unit', name.replace(/\.service$/, '')),
      manager,
      active,
      removable,
    })),
    npm: it.npm !== null,
    maxApi: { present: it.maxApi.present, global: it.maxApi.global !== null },
  };
}

/** Where a provider is, without its address. */
function addressOf(url: string | null): string | null {
  if (url === null) return null;
  const [, scheme, host] = /^(https?):\/\/(?:[^@/]*@)?(\[[^\]]*\]|[^:/?#]*)/i.exec(url) ?? [];
  if (scheme === undefined || host === undefined) return 'other';
  const v1 = /\/v1\/?$/.test(url) ? ', ends in /v1' : '';
  if (/^(localhost|127(\.\d+){3}|\[::1\])$/i.test(host)) return `${scheme.toLowerCase()}, this machine${v1}`;
  return `${scheme.toLowerCase()}, ${host.toLowerCase() === 'api.anthropic.com' ? 'Anthropic' : 'elsewhere'}${v1}`;
}

function dayOf(ms: number | null): string | null {
  return ms === null || !Number.isFinite(ms) || Math.abs(ms) > 8.64e15 ? null : new Date(ms).toISOString().slice(0, 10);
}

/** Shows a text of ours or of another program with nothing private in it. */
function textOf(facts: Facts, names: Names): (text: string) => string {
  const versions = new Set<string | null>([
    ...(facts.installs.known ? facts.installs.value.flatMap((it) => [it.version, it.node.version]) : []),
    ...(facts.claude.known ? facts.claude.value.map((it) => it.version) : []),
  ]);
  const special = (word: string): string | null => {
    if (/^[~/]/.test(word)) return names.place(word);
    if (/^[a-z]+:\/\//i.test(word)) return '…';
    if (versions.has(word)) return versionOf(word);
    return /^[a-z][a-z-]{1,30}\/[a-z0-9.-]+$/.test(word) ? names.model(word) : null;
  };
  return (text) => plainWords(text, { special, hidden: names.private });
}
