import { bestClaude } from '../claude/find.ts';
import type { ClaudeInstall } from '../claude/records.ts';
import type { ProfileFacts } from '../openclaw/records.ts';
import { type Fact, factValue } from '../system/fact.ts';
import { FACT_LABELS, isoDate, minute, plural, someOf, tilde } from '../text.ts';
import { onlyClaudeCode } from './claude-agents.ts';
import { ofOpenClaw } from './claude-login.ts';
import { defaultModel, isBridged, isOwnProxy, proxyServices } from './own-proxy.ts';
import type { FactName, Facts } from './types.ts';

/** One part of a row: what is there, what goes beside it, or what only a list without a width has room for. */
interface Cell {
  readonly as: 'main' | 'aside' | 'more';
  readonly text: string;
  /** Only on the first screen: too short, or too private, for a list that is passed on. */
  readonly screen?: true;
}

export interface Row {
  readonly id: string;
  readonly label: string;
  readonly tone: 'ok' | 'look' | 'bad' | 'off' | 'wait';
  readonly cells: readonly Cell[];
  /** Facts that it was made from, the first one above all. */
  readonly of: readonly [FactName, ...FactName[]];
  /** Where the list has room only. */
  readonly full?: true;
}

type Told = Pick<Row, 'tone' | 'cells'>;
type Texts = readonly (string | null | undefined)[];

const cells = (as: Cell['as'], texts: Texts): Cell[] => texts.flatMap((text) => (text ? [{ as, text }] : []));

const told = (tone: Row['tone'], main: Texts, aside: Texts = [], more: Texts = []): Told => ({
  tone,
  cells: [...cells('main', main), ...cells('aside', aside), ...cells('more', more)],
});

function row<T>(
  { id, label, of, full }: Pick<Row, 'id' | 'label' | 'of' | 'full'>,
  fact: Fact<T>,
  tell: (value: T) => Told,
): Row {
  const base = { id, label, of, ...(full && { full }) };
  if (fact.known) return { ...base, ...tell(fact.value) };
  if (fact.reason === 'waiting') return { ...base, ...told('wait', []) };
  return {
    ...base,
    ...(fact.reason === 'absent' ? told('off', [fact.detail]) : told('look', [`not known: ${fact.detail}`])),
  };
}

/** What is here, in fixed order, whatever has come so far: the rows of the first screen, and with `full` ones of `status`. */
export function tableOf(facts: Facts): readonly Row[] {
  return [
    openClawRow(facts),
    configRow(facts),
    gatewayRow(facts),
    claudeRow(facts),
    ...insideRow(facts),
    modelRow(facts),
    agentsRow(facts),
    ...credentialRows(facts),
    ...proxyRow(facts),
    ...syncRow(facts),
    cronRow(facts),
  ];
}

/** The text of the cells of one kind, as the first screen has them. */
export const cellText = (row: Row, as: Cell['as']): string =>
  row.cells.flatMap((cell) => (cell.as === as ? [cell.text] : [])).join(as === 'main' ? '  ' : ' · ');

/** The row as one text, for a list. */
export const rowText = ({ cells }: Row): string =>
  cells.flatMap(({ text, screen }) => (screen ? [] : [text])).join(' · ');

const short = (path: string, { platform }: Facts) => (platform.known ? tilde(path, platform.value.home) : path);

const STORED = {
  G1: 'credentials in JSON',
  G1b: 'credentials in JSON',
  G1c: 'credentials in JSON',
  G2: 'credentials in SQLite per agent',
  G3: 'credentials in SQLite',
};

function openClawRow(facts: Facts): Row {
  const base = {
    id: 'openclaw',
    label: FACT_LABELS.openclaw,
    of: ['release', 'installs', 'state', 'platform'],
  } as const;
  const { release, state } = facts;
  if (!release.known && release.reason !== 'waiting')
    return { ...base, ...told('bad', ['not found'], [release.detail]) };
  return row(base, release, ({ version, generation, install }) => {
    const { node } = install;
    if (node.ok === false) {
      return told('bad', [version], [`its Node is ${node.version ?? 'unknown'}, it needs ${node.wants}`]);
    }
    if (install.finishWith !== undefined) return told('bad', [version], ['its install scripts were skipped']);
    const name = install.command === 'openclaw' ? version : `${install.command} ${version}`;
    const main = cells('main', [name, state.known ? short(state.value.stateDir, facts) : null]);
    const stored = cells('aside', [STORED[generation]]);
    const nodeVersion = node.version ? `Node ${node.version}` : null;
    return {
      tone: 'ok',
      cells: [...main, ...cells('more', [install.via]), ...stored, ...cells('more', [nodeVersion])],
    };
  });
}

function configRow(facts: Facts): Row {
  const base = {
    id: 'config',
    label: 'Configuration',
    of: ['config', 'validation', 'strayStores'],
    full: true,
  } as const;
  return row(base, facts.config, ({ path, sha256, syntaxError, includes }) => {
    const refused = factValue(facts.validation)?.valid === false;
    return told(
      syntaxError !== null || refused ? 'bad' : 'ok',
      [short(path, facts)],
      [
        sha256 === null ? 'absent, defaults apply' : null,
        syntaxError ? `does not parse: line ${syntaxError.line}` : null,
        refused ? 'refused by OpenClaw' : null,
        includes.length > 0 ? `includes ${includes.map((one) => short(one, facts)).join(', ')}` : null,
      ],
    );
  });
}

function gatewayRow({ gateway }: Facts): Row {
  return row({ id: 'gateway', label: FACT_LABELS.gateway, of: ['gateway'] }, gateway, (value) => {
    const { running, port, unit, unitState, node, remote } = value;
    if (remote) return told('look', ['on another machine'], [remote.url ?? 'gateway.mode is remote']);
    const more = [unit && unitState, node?.version ? `Node ${node.version}` : null];
    const aside = [unit === null ? 'no service' : `unit ${unit}`];
    return running
      ? told('ok', [`running on port ${port}`], aside, more)
      : told('look', ['not running'], aside, [`port ${port}`, ...more]);
  });
}

const PASTE = 'a token made elsewhere can be pasted';

function claudeRow(facts: Facts): Row {
  const { claude, claudeSignIn } = facts;
  const base = { id: 'claude', label: FACT_LABELS.claude, of: ['claude', 'claudeSignIn'] } as const;
  const without = told('look', ['not found'], [PASTE]);
  if (!claude.known && claude.reason !== 'waiting') return { ...base, ...without };
  return row(base, claude, (installs) => installTold(installs, claudeSignIn, facts) ?? without);
}

/** The one that an OpenClaw in a container finds. */
function insideRow(facts: Facts): Row[] {
  if (factValue(facts.state)?.container === undefined) return [];
  const { claude, claudeSignIn } = ofOpenClaw(facts);
  const base = { id: 'claude-inside', label: 'Claude inside', of: ['claudeInside'], full: true } as const;
  return [row(base, claude, (installs) => installTold(installs, claudeSignIn, facts) ?? told('off', ['not found']))];
}

/** null for none. */
function installTold(
  installs: readonly ClaudeInstall[],
  claudeSignIn: Facts['claudeSignIn'],
  facts: Facts,
): Told | null {
  const used = bestClaude(installs);
  if (used === null) {
    const broken = installs.find((one) => one.broken !== undefined)?.broken;
    return broken === undefined ? null : told('bad', ['cannot start'], [broken]);
  }
  const main = [used.version ?? 'version unknown', short(used.path, facts)];
  if (!claudeSignIn.known) {
    const why = claudeSignIn.reason === 'waiting' ? null : `sign-in not known: ${claudeSignIn.detail}`;
    return told('ok', main, [], [why]);
  }
  const { loggedIn, plan, email, renewsAtNextUse } = claudeSignIn.value;
  if (!loggedIn) return told('ok', main, ['not signed in']);
  if (renewsAtNextUse) return told('ok', main, ['signed in, renewed at its next use']);
  const known = told('ok', main, ['signed in', plan]);
  if (email === undefined) return known;
  const text = `${email.slice(0, email.indexOf('@') + 1)}…`;
  return { ...known, cells: [...known.cells, { as: 'aside', text, screen: true }] };
}

function modelRow(facts: Facts): Row {
  return row({ id: 'model', label: FACT_LABELS.model, of: ['config', 'modelsStatus'] }, facts.config, (config) => {
    if (config.syntaxError !== null) return told('bad', ['the config does not parse']);
    const primary = defaultModel(facts);
    if (primary === null) return told('look', ['none set']);
    const fallbacks = factValue(facts.modelsStatus)?.fallbacks ?? config.fallbacks;
    const then = [fallbacks.length > 0 ? `then ${fallbacks.join(', ')}` : null];
    if (isBridged(primary, facts)) return told('look', [primary], ['a bridge, not your plan'], then);
    return told('ok', [primary], [isOwnProxy(primary, facts) ? 'your Claude Code, by proxy' : null], then);
  });
}

function agentsRow({ config }: Facts): Row {
  return row({ id: 'agents', label: FACT_LABELS.agents, of: ['config'] }, config, ({ agents, syntaxError }) => {
    if (syntaxError !== null)
      return told('off', [`not known: the configuration does not parse (line ${syntaxError.line})`]);
    const named = agents.map(({ id, isDefault, model }) => {
      const own = model ? ` on ${model}` : '';
      return `${id}${isDefault && agents.length > 1 ? ' (default)' : ''}${own}`;
    });
    const rest = named.length - 4;
    const all = rest > 0 ? `${named.slice(0, 4).join(', ')} and ${rest} more` : named.join(', ');
    const brief = someOf(agents.length === 0 ? ['main'] : agents.map(({ id }) => id), 4);
    return { tone: 'ok', cells: [{ as: 'main', text: brief, screen: true }, ...cells('more', [all])] };
  });
}

const MOST = 12;

/** One row per credential, the one for Claude that wins first: the same one of several agents is one row that names them. */
function credentialRows(facts: Facts): Row[] {
  const base = { id: 'profiles', label: FACT_LABELS.profiles, of: ['profiles'] } as const;
  const { profiles } = facts;
  if (!profiles.known) return [row(base, profiles, () => told('off', []))];
  const groups = new Map<string, ProfileFacts[]>();
  for (const profile of profiles.value) {
    const { id, type, masked, expires, rejected, wins } = profile;
    const key = JSON.stringify([id, type, masked, expires, rejected, wins]);
    groups.set(key, [...(groups.get(key) ?? []), profile]);
  }
  const rank = ([one]: readonly ProfileFacts[]) => (one?.provider !== 'anthropic' ? 2 : one.wins ? 0 : 1);
  const all = [...groups.values()].sort((a, b) => rank(a) - rank(b));
  const rows = all.map((group): Row => ({ ...base, ...credential(group) }));
  const [first] = all;
  const claude = first !== undefined && rank(first) < 2;
  const none = onlyClaudeCode(facts)
    ? told('ok', ['by Claude Code, with its own login'])
    : told('off', ['OpenClaw has no Claude credential']);
  const top = claude ? rows.slice(0, 1) : [{ ...base, ...none }];
  const others = rows.slice(claude ? 1 : 0).map((one): Row => ({ ...one, id: 'other profiles', full: true }));
  if (others.length < MOST) return [...top, ...others];
  const rest = `and ${others.length - MOST + 1} more (--json lists them)`;
  return [...top, ...others.slice(0, MOST - 1), { ...base, id: 'more profiles', full: true, ...told('off', [rest]) }];
}

function credential(group: readonly ProfileFacts[]): Told {
  const { id, type, masked, expires, rejected, wins, cooldownUntil } = group[0] as ProfileFacts;
  const until = expires === null ? null : `until ${dayOf(expires)}`;
  const lost = wins ? null : 'not chosen: another one comes first';
  return {
    tone: wins ? 'ok' : rejected === null ? 'off' : 'look',
    cells: [
      ...cells('main', [id]),
      ...cells(masked === null ? 'main' : 'more', [type]),
      ...cells('main', [masked]),
      ...cells(rejected === null ? 'aside' : 'more', [until]),
      ...cells('more', [cooldownUntil === null ? null : 'cooling down']),
      ...(rejected === null ? cells('more', [lost]) : cells('aside', [`not used: ${rejected}`])),
      ...cells('more', [
        someOf(
          group.map(({ agent }) => agent),
          4,
        ),
      ]),
    ],
  };
}

/** Our proxy, once anything of it is here. */
function proxyRow(facts: Facts): Row[] {
  const services = factValue(facts.services);
  const ours = proxyServices(services);
  if (!services || (ours.length === 0 && services.provider === null)) return [];
  const states = ours.map(({ file, active, enabled }) => {
    const runs = active === null ? 'not asked' : active ? 'running' : 'not running';
    return `${file.slice(file.lastIndexOf('/') + 1)} ${runs}${enabled ? '' : ', not enabled'}`;
  });
  const bad = ours.some(({ active }) => active === false);
  const tone = bad ? 'bad' : services.provider !== null && ours.every(({ enabled }) => enabled) ? 'ok' : 'look';
  const main = [
    `port ${services.ports.normalizer}`,
    ...(states.length > 0 ? states : ['no service: you run it yourself']),
    services.provider !== null ? null : 'OpenClaw does not send its key',
    short(services.keyFile.path, facts),
  ];
  return [{ id: 'own-services', label: 'Proxy', of: ['services'], full: true, ...told(tone, main) }];
}

/** The service that keeps a profile in step with the login of Claude Code, once it is here. */
function syncRow(facts: Facts): Row[] {
  const services = factValue(facts.services);
  const service = services?.ours.find(({ id, sha256 }) => id === 'claude-sync' && sha256 !== null);
  if (services === undefined || service === undefined) return [];
  const { state } = services.sync;
  const runs = service.active === null ? 'not asked' : service.active ? 'running' : 'not running';
  const tone = service.active === false || state?.ended ? 'bad' : service.enabled ? 'ok' : 'look';
  const main = [
    `${runs}${service.enabled ? '' : ', not enabled'}`,
    state?.ended ? 'sign in again' : state?.end == null ? null : `token until ${minute(state.end)}`,
    state?.asks == null ? null : `asks Claude Code at ${minute(state.asks)}`,
  ];
  return [{ id: 'login-sync', label: 'Login sync', of: ['services'], full: true, ...told(tone, main) }];
}

function cronRow(facts: Facts): Row {
  return row({ id: 'cron', label: FACT_LABELS.cron, of: ['cron'] }, facts.cron, ({ jobs }) => {
    const bridged = jobs.filter((job) => isBridged(job.model, facts)).length;
    const failing = jobs.filter(({ enabled, consecutiveErrors }) => enabled && consecutiveErrors > 0).length;
    const own = jobs.filter(({ model }) => model !== null).length;
    if (jobs.length === 0) return told('off', ['no jobs']);
    return told(
      bridged > 0 || failing > 0 ? 'look' : 'ok',
      [plural(jobs.length, 'job')],
      [bridged > 0 ? `${bridged} on the bridge` : null, failing > 0 ? `${failing} failing` : null],
      [own > 0 ? `${own} with a model of ${own === 1 ? 'its' : 'their'} own` : null],
    );
  });
}

/** The day of a Unix time in ms, whatever stands there. */
export const dayOf = (ms: number): string =>
  Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? isoDate(ms) : 'an invalid date';
