import type { ClaudeSignIn } from '../claude/records.ts';
import { defaultModel } from '../doctor/claude-use.ts';
import type { Health } from '../doctor/health.ts';
import { EXPIRING_DAYS } from '../doctor/judge.ts';
import { isBridged } from '../doctor/model.ts';
import { FACT_NAMES } from '../facts/gather.ts';
import { isOwnProxy } from '../facts/own-proxy.ts';
import type { FactName, Facts } from '../facts/types.ts';
import type { ProfileFacts } from '../openclaw/records.ts';
import { type Fact, factValue } from '../system/fact.ts';
import { rowsText } from '../system/printable.ts';
import { DAY_MS, isoDate, plural, tilde } from '../text.ts';

type Mark = '✔' | '!' | '✘' | '·';

interface Row {
  readonly mark: Mark;
  readonly name: string;
  readonly says: string;
  /** Facts it was made from, for `--details`. */
  readonly of: readonly FactName[];
}

/** The facts as a table for people, then what deserves a look, then the verdict. Plain text, one line per row. */
export function statusText(
  facts: Facts,
  health: Health,
  options: { readonly home: string; readonly details: boolean; readonly now: number },
): string {
  const short = (path: string) => tilde(path, options.home);
  const rows = [
    openClawRow(facts, short),
    configRow(facts, short),
    gatewayRow(facts),
    claudeRow(facts, short),
    modelRow(facts),
    agentsRow(facts),
    ...credentialRows(facts),
    ...proxyRow(facts, short),
    cronRow(facts),
  ];
  const width = rows.reduce((most, { name }) => Math.max(most, name.length), 0);
  const lines = rows.flatMap((row) => {
    const line = `${row.mark} ${row.name.padEnd(width)}  ${row.says}`;
    return options.details ? [line, ...row.of.map((name) => evidence(name, facts, width, short))] : [line];
  });
  if (options.details) {
    const shown = new Set(rows.flatMap((row) => row.of));
    const rest = FACT_NAMES.filter((name) => !shown.has(name));
    lines.push('· Also looked at', ...rest.map((name) => evidence(name, facts, width, short)));
  }
  const marks = { error: '✘', warning: '!', info: '·' } as const;
  for (const level of ['error', 'warning', 'info'] as const) {
    const findings = health.findings.filter(({ verdict }) => verdict === level);
    if (findings.length > 0) lines.push('');
    for (const { says, why, at, next } of findings) {
      const place = at === undefined ? '' : ` (line ${at.line}, column ${at.column})`;
      lines.push(`${marks[level]} ${sentences(`${says}${place}`, why).replaceAll(`${options.home}/`, '~/')}`);
      if (next) lines.push(`    ${next}`);
    }
  }
  return rowsText([...lines, '', verdict(facts, health, options.now)]);
}

/** What is wrong and what that means, in one row. */
export const sentences = (says: string, why?: string) =>
  why === undefined ? says : `${says}${/[.!?]$/.test(says) ? '' : '.'} ${why}`;

function verdict(facts: Facts, health: Health, now: number): string {
  const days = health.expires === null ? null : Math.max(0, Math.floor((health.expires - now) / DAY_MS));
  const left =
    days === null ? '' : ` The credential ends on ${day(health.expires as number)}, in ${plural(days, 'day')}.`;
  switch (health.state) {
    case 'healthy':
      return isOwnProxy(defaultModel(facts), facts)
        ? `Healthy: OpenClaw asks Claude Code through the proxy.${left}`
        : `Healthy: OpenClaw has a working Claude credential.${left}`;
    case 'expiring':
      return `Works, but not for much longer (less than ${EXPIRING_DAYS} days).${left}`;
    default:
      return 'Broken: see ✘ above.';
  }
}

function evidence(name: FactName, facts: Facts, width: number, short: (path: string) => string): string {
  const fact = facts[name] as Fact<unknown>;
  const indent = ' '.repeat(width + 4);
  if (!fact.known) return `${indent}${name}: ${fact.reason} (${fact.detail})`;
  const { from, because } = fact.evidence;
  return `${indent}${name}: ${short(from)}${because ? ` (${because})` : ''}`;
}

/** A row for something that is not known: why. */
function notKnown(
  name: string,
  fact: { reason: string; detail: string },
  of: readonly FactName[],
  mark: Mark = '·',
): Row {
  return { mark, name, says: `not known: ${fact.detail}`, of };
}

function openClawRow(facts: Facts, short: (path: string) => string): Row {
  const of = ['installs', 'release', 'state', 'platform'] as const;
  if (!facts.release.known) return { mark: '✘', name: 'OpenClaw', says: `not found: ${facts.release.detail}`, of };
  const { version, generation, install } = facts.release.value;
  const store = { G1: 'JSON', G1b: 'JSON', G1c: 'JSON', G2: 'SQLite per agent', G3: 'SQLite' }[generation];
  const state = factValue(facts.state);
  const parts = [
    install.command === 'openclaw' ? version : `${install.command} ${version}`,
    state ? short(state.stateDir) : null,
    install.via ?? null,
    `credentials in ${store}`,
    install.node.version ? `Node ${install.node.version}` : null,
  ];
  const starts = install.node.ok !== false && install.finishWith === undefined;
  return { mark: starts ? '✔' : '✘', name: 'OpenClaw', says: join(parts), of };
}

function configRow(facts: Facts, short: (path: string) => string): Row {
  const of = ['config', 'validation', 'strayStores'] as const;
  const name = 'Configuration';
  const config = factValue(facts.config);
  if (!config) return facts.config.known ? { mark: '·', name, says: '', of } : notKnown(name, facts.config, of);
  const bad = config.syntaxError !== null || factValue(facts.validation)?.valid === false;
  const parts = [
    short(config.path),
    config.sha256 === null ? 'absent, defaults are in force' : null,
    config.syntaxError ? `does not parse: line ${config.syntaxError.line}` : null,
    factValue(facts.validation)?.valid === false ? 'refused by OpenClaw' : null,
    config.includes.length > 0 ? `includes ${config.includes.map(short).join(', ')}` : null,
  ];
  return { mark: bad ? '✘' : '✔', name, says: join(parts), of };
}

function gatewayRow(facts: Facts): Row {
  const of = ['gateway'] as const;
  if (!facts.gateway.known) return notKnown('Gateway', facts.gateway, of);
  const { running, port, unit, unitState, node } = facts.gateway.value;
  const parts = [
    running ? `running on port ${port}` : `not running (port ${port})`,
    unit ? `${unit}${unitState ? ` is ${unitState}` : ''}` : 'no service unit',
    node?.version ? `Node ${node.version}` : null,
  ];
  return { mark: running ? '✔' : '!', name: 'Gateway', says: join(parts), of };
}

function claudeRow(facts: Facts, short: (path: string) => string): Row {
  const of = ['claude', 'claudeSignIn'] as const;
  if (!facts.claude.known) return { mark: '·', name: 'Claude Code', says: `not found: ${facts.claude.detail}`, of };
  const install = facts.claude.value.find((one) => one.wins) ?? facts.claude.value[0];
  const signIn = facts.claudeSignIn;
  const told = signIn.known ? signInWords(signIn.value) : `sign-in not known: ${signIn.detail}`;
  const parts = [install?.version ?? 'version not known', install ? short(install.path) : null, told];
  // One that cannot say its version does not work.
  const mark = install?.version ? '✔' : '!';
  return { mark, name: 'Claude Code', says: join(parts), of };
}

function signInWords({ loggedIn, plan, renewsAtNextUse }: ClaudeSignIn): string {
  if (!loggedIn) return 'not signed in';
  if (renewsAtNextUse) return 'signed in, renewed at its next use';
  return plan ? `signed in (${plan})` : 'signed in';
}

function unread(line: number): { reason: string; detail: string } {
  return { reason: 'unreadable', detail: `the configuration does not parse (line ${line})` };
}

function modelRow(facts: Facts): Row {
  const of = ['modelsStatus', 'config'] as const;
  const config = factValue(facts.config);
  const asked = factValue(facts.modelsStatus);
  const primary = defaultModel(facts);
  const fallbacks = asked?.fallbacks ?? config?.fallbacks ?? [];
  if (primary === null && config?.syntaxError) return notKnown('Model', unread(config.syntaxError.line), of);
  if (primary === null) return { mark: '!', name: 'Model', says: 'no default model is set', of };
  const bridge = isBridged(primary, facts);
  const then = fallbacks.length > 0 ? `, then ${fallbacks.join(', ')}` : '';
  return { mark: bridge ? '!' : '✔', name: 'Model', says: `${primary}${bridge ? ' (a bridge)' : ''}${then}`, of };
}

/** Our proxy, once anything of it is here. */
function proxyRow(facts: Facts, short: (path: string) => string): Row[] {
  const services = factValue(facts.services);
  const ours = services?.ours.filter(({ sha256 }) => sha256 !== null) ?? [];
  if (!services || (ours.length === 0 && services.provider === null)) return [];
  const states = ours.map(({ file, active, enabled }) => {
    const runs = active === null ? 'not asked' : active ? 'running' : 'not running';
    return `${file.slice(file.lastIndexOf('/') + 1)} ${runs}${enabled ? '' : ', not enabled'}`;
  });
  const parts = [
    `port ${services.ports.normalizer}`,
    ...(states.length > 0 ? states : ['no service: you run it yourself']),
    services.provider !== null ? null : 'OpenClaw does not send its key',
    short(services.keyFile.path),
  ];
  const bad = ours.some(({ active }) => active === false);
  const mark = bad ? '✘' : services.provider !== null && ours.every(({ enabled }) => enabled) ? '✔' : '!';
  return [{ mark, name: 'Proxy', says: join(parts), of: ['services'] }];
}

function agentsRow(facts: Facts): Row {
  const of = ['config'] as const;
  const config = factValue(facts.config);
  if (!config) return { mark: '·', name: 'Agents', says: 'not known', of };
  if (config.syntaxError) return notKnown('Agents', unread(config.syntaxError.line), of);
  const names = config.agents.map((agent) => {
    const own = agent.model ? ` on ${agent.model}` : '';
    return `${agent.id}${agent.isDefault && config.agents.length > 1 ? ' (default)' : ''}${own}`;
  });
  return { mark: '✔', name: 'Agents', says: several(names, 4), of };
}

/** One row per credential: the same one of several agents is one row that names them. */
function credentialRows(facts: Facts): Row[] {
  const of = ['profiles'] as const;
  const name = 'Credential';
  if (!facts.profiles.known) return [notKnown(name, facts.profiles, of)];
  const groups = new Map<string, ProfileFacts[]>();
  for (const profile of facts.profiles.value) {
    const { id, type, masked, expires, rejected, wins } = profile;
    const key = JSON.stringify([id, type, masked, expires, rejected, wins]);
    groups.set(key, [...(groups.get(key) ?? []), profile]);
  }
  if (groups.size === 0) {
    const needed = !isOwnProxy(defaultModel(facts), facts);
    return [{ mark: needed ? '!' : '·', name, says: needed ? 'none stored' : 'none stored, none needed', of }];
  }
  const rows = [...groups.values()].map((group): Row => {
    const profile = group[0] as ProfileFacts;
    const verdict = profile.rejected
      ? `not used: ${profile.rejected}`
      : profile.wins
        ? null
        : 'not chosen: another one comes first';
    const parts = [
      profile.id,
      profile.type,
      profile.masked,
      profile.expires === null ? null : `until ${day(profile.expires)}`,
      profile.cooldownUntil === null ? null : 'cooling down',
      verdict,
      several(
        group.map((one) => one.agent),
        4,
      ),
    ];
    return { mark: profile.wins ? '✔' : profile.rejected ? '!' : '·', name, says: join(parts), of };
  });
  const most = 12;
  if (rows.length <= most) return rows;
  return [...rows.slice(0, most), { mark: '·', name, says: `and ${rows.length - most} more (--json lists them)`, of }];
}

function cronRow(facts: Facts): Row {
  const of = ['cron'] as const;
  if (!facts.cron.known) return notKnown('Cron', facts.cron, of);
  const jobs = facts.cron.value.jobs.filter((job) => !job.system);
  if (jobs.length === 0) return { mark: '·', name: 'Cron', says: 'no jobs', of };
  const onBridge = jobs.filter((job) => isBridged(job.model, facts)).length;
  const own = jobs.filter((job) => job.model !== null).length;
  const parts = [
    plural(jobs.length, 'job'),
    own > 0 ? `${own} with a model of ${own === 1 ? 'its' : 'their'} own` : null,
    onBridge > 0 ? `${onBridge} on a bridge` : null,
  ];
  return { mark: onBridge > 0 ? '!' : '✔', name: 'Cron', says: join(parts), of };
}

function join(parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== '').join(' · ');
}

function several(names: readonly string[], most: number): string {
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(', ')} and ${rest} more` : names.join(', ');
}

function day(ms: number): string {
  return Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? isoDate(ms) : 'an invalid date';
}
