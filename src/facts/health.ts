import { doublesV1, isAnthropicRef, isBridgeRef, leadsElsewhere, resolveAlias } from '../openclaw/bridge.ts';
import { configAdvice } from '../openclaw/config-advice.ts';
import { settingName } from '../openclaw/model-keys.ts';
import { howToGetNode } from '../openclaw/node-runtime.ts';
import { modelsTyped, typedCommand } from '../openclaw/openclaw-program.ts';
import type { AgentFacts, ConfigFacts, ProfileFacts } from '../openclaw/records.ts';
import { factValue } from '../system/fact.ts';
import { editorAt } from '../system/file-problems.ts';
import { DAY_MS, plural } from '../text.ts';
import { elsewhere } from './elsewhere.ts';
import { isOwnProxy } from './own-proxy.ts';
import type { Facts } from './types.ts';

/** One remark on the present state. `error` means that Claude does not work through OpenClaw as things are. */
export interface Remark {
  readonly level: 'error' | 'warning' | 'info';
  /** Stable, kebab-case. */
  readonly code: string;
  readonly says: string;
  /** The next command to type. */
  readonly next?: string;
}

export interface Health {
  readonly state: 'healthy' | 'broken' | 'expiring';
  /** Unix ms when the first credential that is in use ends; null when none tells. */
  readonly expires: number | null;
  readonly remarks: readonly Remark[];
}

/** People are told this long before a token ends: making a new one takes a minute, noticing takes longer. */
export const EXPIRING_DAYS = 30;

const SETUP = 'clawauth-setup';

/** Whether OpenClaw runs on Claude now, from the facts alone. Pure; `now` is Unix ms. */
export function judgeHealth(facts: Facts, now: number, warnDays = EXPIRING_DAYS): Health {
  const remarks = [...program(facts), ...configuration(facts), ...surroundings(facts)];
  const config = factValue(facts.config);
  const used = config && !config.syntaxError ? credentials(facts, config, now, remarks) : [];
  const ends = used.flatMap((profile) => profile.expires ?? []);
  const expires = ends.length > 0 ? ends.reduce((a, b) => Math.min(a, b)) : null;
  const broken = remarks.some((remark) => remark.level === 'error');
  const soon = expires !== null && expires - now < warnDays * DAY_MS;
  if (soon && !broken && expires !== null) {
    const days = Math.max(0, Math.floor((expires - now) / DAY_MS));
    const says = `The credential ends in ${plural(days, 'day')}.`;
    remarks.push({ level: 'warning', code: 'expiring', says, next: SETUP });
  }
  return { state: broken ? 'broken' : soon ? 'expiring' : 'healthy', expires, remarks };
}

function program(facts: Facts): Remark[] {
  const platform = factValue(facts.platform);
  const out: Remark[] = (platform?.warnings ?? []).map((says) => ({ level: 'warning', code: 'platform', says }));
  const is = elsewhere(facts);
  if (is !== null) {
    const next = is.next === undefined ? {} : { next: is.next };
    const level = is.code === 'gateway-elsewhere' ? 'warning' : 'error';
    out.push({ level, code: is.code, says: is.what, ...next });
    if (is.code === 'openclaw-in-container') return out;
  }
  if (!facts.release.known) {
    out.push({ level: 'error', code: 'no-openclaw', says: `OpenClaw was not found: ${facts.release.detail}.` });
    return out;
  }
  const { node, finishWith } = facts.release.value.install;
  if (finishWith !== undefined) {
    const says = `OpenClaw ${facts.release.value.version} is not fully installed: its install scripts were skipped, and only the owner of its folder can run them.`;
    out.push({ level: 'error', code: 'install-unfinished', says, next: finishWith });
  }
  if (node.ok === false) {
    const says = `OpenClaw ${facts.release.value.version} needs Node ${node.wants}; ${node.path} is ${node.version}.`;
    out.push({ level: 'error', code: 'node-too-old', says, next: howToGetNode(node.path, node.wants) });
  }
  const gateway = factValue(facts.gateway);
  if (gateway?.node?.ok === false) {
    const { path, version } = gateway.node;
    const says = `The gateway's unit starts ${path}, which ${version === null ? 'is gone' : `is Node ${version}`}.`;
    out.push({ level: 'error', code: 'gateway-node', says, next: `${command(facts)} gateway install --force` });
  }
  const config = factValue(facts.config);
  // Without its configuration the port is only the usual one.
  if (gateway && !gateway.running && gateway.remote === undefined && config && !config.syntaxError) {
    const says = `The gateway is not running on port ${gateway.port}.`;
    const next = gateway.unit ? { next: `${command(facts)} gateway start` } : {};
    out.push({ level: 'warning', code: 'gateway-down', says, ...next });
  }
  return out;
}

function configuration(facts: Facts): Remark[] {
  const config = factValue(facts.config);
  if (!config) return facts.config.known ? [] : [{ level: 'error', code: 'no-config', says: facts.config.detail }];
  const out: Remark[] = [];
  if (config.syntaxError) {
    const { line, column, message } = config.syntaxError;
    out.push({
      level: 'error',
      code: 'config-unparseable',
      says: `${config.path}:${line}:${column} ${message}`,
      next: editorAt(config.path, line),
    });
  }
  const validation = factValue(facts.validation);
  if (validation?.valid === false) {
    const issue = validation.issues[0];
    const says = issue ? `${issue.path ? `${issue.path}: ` : ''}${issue.message}` : 'it says no more';
    const advice = configAdvice(validation.issues, { doctor: `${command(facts)} doctor --fix`, file: config.path });
    out.push({
      level: 'error',
      code: 'config-invalid',
      says: `OpenClaw refuses its configuration. ${says}${advice.says === undefined ? '' : `. ${advice.says}`}`,
      next: advice.next,
    });
  } else if (!facts.modelsStatus.known && facts.modelsStatus.reason !== 'waiting' && !config.syntaxError) {
    if (facts.release.known && facts.release.value.install.finishWith === undefined) {
      const here = { release: facts.release.value, state: factValue(facts.state), config };
      const next = { next: modelsTyped(here, 'status') };
      const { detail: says, reason } = facts.modelsStatus;
      out.push({ level: 'error', code: 'openclaw-fails', says, ...(reason === 'timed out' ? next : {}) });
    }
  }
  const strays = factValue(facts.strayStores) ?? [];
  const blocks = factValue(facts.release)?.generation === 'G3';
  if (strays.length > 0) {
    const one = strays.length === 1;
    const left = `${several(strays)} ${one ? 'is' : 'are'} left over from an older release`;
    const says = blocks
      ? `${left} and ${one ? 'blocks' : 'block'} the credentials there.`
      : `${left}; OpenClaw does not read ${one ? 'it' : 'them'}.`;
    out.push({
      level: blocks ? 'error' : 'warning',
      code: 'stray-store',
      says,
      next: `${command(facts)} doctor --fix`,
    });
  }
  const leads = [
    ...config.providers.filter(leadsElsewhere).map(({ baseUrl }) => baseUrl),
    ...config.agents.flatMap(({ copyLeadsTo }) => copyLeadsTo ?? []),
  ];
  for (const url of new Set(leads)) {
    const says = `OpenClaw sends what it has stored for Anthropic to ${url}.`;
    out.push({ level: 'warning', code: 'anthropic-elsewhere', says, next: SETUP });
  }
  for (const provider of config.providers.filter(doublesV1)) {
    const says = `models.providers.anthropic has ${provider.baseUrl}: OpenClaw adds /v1 itself, so every model is not found.`;
    out.push({ level: 'error', code: 'doubled-v1', says });
  }
  return out;
}

/** Which profile each agent that uses Claude would use; adds a remark for every agent that has none. */
function credentials(facts: Facts, config: ConfigFacts, now: number, remarks: Remark[]): ProfileFacts[] {
  const primary = factValue(facts.modelsStatus)?.resolvedDefault ?? config.primary;
  const users = config.agents.filter((agent) =>
    refsOf(agent, config, primary).some((ref) => isAnthropicRef(ref, config)),
  );
  if (isOwnProxy(primary, facts)) remarks.push(...proxyRemarks(facts));
  else if (primary && isBridgeRef(primary, config)) {
    const says = `The default model ${resolveAlias(primary, config)} is answered by a bridge, not by your plan.`;
    if (users.length > 0) remarks.push({ level: 'info', code: 'default-is-bridge', says });
    else remarks.push({ level: 'error', code: 'default-is-bridge', says, next: SETUP });
  } else if (users.length === 0) {
    const says = primary ? `Nothing uses Claude: the default model is ${primary}.` : 'No default model is set.';
    remarks.push({ level: 'error', code: 'claude-unused', says, next: SETUP });
  } else remarks.push(...bridgeRemarks(facts, config));
  if (!facts.profiles.known) {
    const told = remarks.some((remark) => remark.level === 'error');
    if (facts.profiles.reason !== 'waiting' && !told) {
      remarks.push({ level: 'error', code: 'profiles-unknown', says: facts.profiles.detail });
    }
    return [];
  }
  const used: ProfileFacts[] = [];
  const without = new Map<string, string[]>();
  const told = new Set(facts.profiles.value.map((profile) => profile.agent));
  for (const agent of users) {
    const own = facts.profiles.value.filter((row) => row.agent === agent.id && row.provider === 'anthropic');
    const winner = own.find((profile) => profile.wins);
    if (winner) {
      used.push(winner);
      if (winner.cooldownUntil !== null && winner.cooldownUntil > now) {
        const says = `${agent.id}: ${winner.id} is cooling down after errors.`;
        remarks.push({ level: 'warning', code: 'cooldown', says });
      }
      continue;
    }
    // An agent with a database of its own: only the default agent's was asked about.
    const generation = factValue(facts.release)?.generation;
    const inDatabase = generation === 'G2' || generation === 'G3';
    if (envCredential(facts) || (inDatabase && !told.has(agent.id) && !agent.isDefault)) continue;
    const why = own.map((profile) => `${profile.id}: ${profile.rejected ?? 'not chosen'}`).join(', ');
    without.set(why, [...(without.get(why) ?? []), agent.id]);
  }
  for (const [why, agents] of without) {
    const verb = agents.length === 1 ? 'uses Claude but has' : 'use Claude but have';
    const says = `${several(agents)} ${verb} no credential that works${why ? ` (${why})` : ''}.`;
    remarks.push({ level: 'error', code: 'no-credential', says, next: SETUP });
  }
  return used;
}

/** What goes on asking a bridge where Claude is the default. */
function bridgeRemarks(facts: Facts, config: ConfigFacts): Remark[] {
  const bridged = (ref: string | null) => ref !== null && isBridgeRef(ref, config) && !isOwnProxy(ref, facts);
  const names = [
    ...config.agents.flatMap(({ id, model }) => (bridged(model) ? [`the agent ${id}`] : [])),
    ...(config.settings ?? []).flatMap((setting) => (bridged(setting.model) ? [settingName(setting)] : [])),
  ];
  if (names.length === 0) return [];
  const says = `A bridge is still named by ${several(names)}.`;
  return [{ level: 'info', code: 'names-bridge', says, next: SETUP }];
}

/** Every ref that an agent may come to use: its own, else the defaults. */
function refsOf(agent: AgentFacts, config: ConfigFacts, primary: string | null): string[] {
  const own = agent.model === null ? [primary, ...config.fallbacks] : [agent.model, ...agent.fallbacks];
  return [...own, agent.heartbeatModel ?? config.heartbeatModel].filter((ref) => ref !== null);
}

/** What stands in the way of our own proxy, as far as it was looked at. */
function proxyRemarks(facts: Facts): Remark[] {
  const services = factValue(facts.services);
  const out: Remark[] = [];
  const signIn = factValue(facts.claudeSignIn);
  if (signIn?.loggedIn === false) {
    const says = 'The proxy asks Claude Code, which is not signed in.';
    out.push({ level: 'error', code: 'claude-signed-out', says, next: 'claude auth login' });
  }
  const ours = services?.ours.filter(({ sha256 }) => sha256 !== null) ?? [];
  if (ours.length === 0) {
    const says = 'The proxy has no service: it answers only while you run it.';
    out.push({ level: 'info', code: 'proxy-no-service', says });
  }
  for (const { file, active, enabled } of ours) {
    const name = file.slice(file.lastIndexOf('/') + 1);
    if (active === false) {
      const says = `The proxy does not answer: ${name} is not running.`;
      out.push({ level: 'error', code: 'proxy-down', says, next: `${SETUP} apply --method proxy` });
    } else if (!enabled) {
      const says = `${name} is not enabled: it will not start with the machine.`;
      out.push({ level: 'warning', code: 'proxy-not-enabled', says, next: `${SETUP} apply --method proxy` });
    }
  }
  return out;
}

function envCredential(facts: Facts): boolean {
  const read = (factValue(facts.shadows) ?? []).filter(({ readers }) => readers.includes('OpenClaw'));
  const names = read.map(({ name }) => name);
  return names.includes('ANTHROPIC_OAUTH_TOKEN') || names.includes('ANTHROPIC_API_KEY');
}

function surroundings(facts: Facts): Remark[] {
  const out: Remark[] = [];
  for (const { name, where, line, effect } of factValue(facts.shadows) ?? []) {
    const place = where === 'environment' ? 'in the environment' : `in ${where}${line ? `:${line}` : ''}`;
    out.push({ level: 'warning', code: 'shadow', says: `${name} is set ${place}. ${effect}` });
  }
  for (const { kind, where, line } of factValue(facts.refreshers) ?? []) {
    const place = kind === 'crontab' ? `crontab line ${line}` : where;
    const says = `${place} keeps refreshing a copied Claude login. Setup tokens need no refresh, and two refreshers break a login.`;
    out.push({ level: 'warning', code: 'refresher', says });
  }
  for (const { name, file } of factValue(facts.services)?.leftovers ?? []) {
    out.push({ level: 'info', code: 'proxy-leftover', says: `${name} is part of a proxy set up by hand (${file}).` });
  }
  const jobs = factValue(facts.cron)?.jobs ?? [];
  const failing = jobs.filter((job) => job.enabled && job.consecutiveErrors > 0);
  if (failing.length > 0) {
    const says = `${failing.length} cron ${failing.length === 1 ? 'job keeps' : 'jobs keep'} failing: ${several(failing.map((job) => job.name))}.`;
    out.push({ level: 'warning', code: 'cron-failing', says });
  }
  return out;
}

function several(names: readonly string[]): string {
  const rest = names.length - 3;
  return `${names.slice(0, 3).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function command(facts: Facts): string {
  const release = factValue(facts.release);
  return release === undefined ? 'openclaw' : typedCommand({ release, state: factValue(facts.state) });
}
