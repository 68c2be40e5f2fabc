import { bestClaude } from '../claude/find.ts';
import { blocker as blockedBy } from '../doctor/gate.ts';
import { judge } from '../doctor/index.ts';
import { covers } from '../doctor/judge.ts';
import { isBridged } from '../doctor/model.ts';
import { isOwnProxy } from '../facts/own-proxy.ts';
import { slowWords } from '../facts/patience.ts';
import type { FactName, Facts } from '../facts/types.ts';
import type { Fact } from '../system/fact.ts';
import { isoDate, plural, tilde as shorten, someOf } from '../text.ts';
import type { ProblemView } from './services.ts';
import type { Tone } from './state.ts';

export { ENDS_CHECKS } from '../facts/patience.ts';

/** One row of the first screen. */
export interface LookRow {
  readonly id: string;
  readonly label: string;
  readonly tone: Tone;
  readonly main: string;
  readonly aside: string;
  /** Where it comes from, and why this one: shown on request. */
  readonly evidence: string;
}

const waiting = (fact: Fact<unknown>) => !fact.known && fact.reason === 'waiting';

function evidenceOf(fact: Fact<unknown>): string {
  if (!fact.known) return fact.detail;
  const { from, because } = fact.evidence;
  return because === undefined ? from : `${from} (${because})`;
}

/** `~/.openclaw` for a path under the person's home. */
export function tilde(path: string, facts: Facts): string {
  return facts.platform.known ? shorten(path, facts.platform.value.home) : path;
}

type Told = Pick<LookRow, 'tone' | 'main'> & { readonly aside?: string };

function row(id: string, label: string, fact: Fact<unknown>, tell: () => Told): LookRow {
  if (waiting(fact)) return { id, label, tone: 'wait', main: '', aside: '', evidence: '' };
  const told: Told = fact.known
    ? tell()
    : fact.reason === 'absent'
      ? { tone: 'off', main: fact.detail }
      : { tone: 'look', main: `not known: ${fact.detail}` };
  return { id, label, tone: told.tone, main: told.main, aside: told.aside ?? '', evidence: evidenceOf(fact) };
}

const STORED: Record<string, string> = {
  G1: 'credentials in JSON files',
  G1b: 'credentials in JSON files',
  G1c: 'credentials in JSON files',
  G2: 'credentials in SQLite',
  G3: 'credentials in SQLite',
};

function openClawRow(facts: Facts): LookRow {
  const { release, state } = facts;
  if (!release.known && release.reason === 'absent') {
    const main = 'not found';
    return { id: 'openclaw', label: 'OpenClaw', tone: 'bad', main, aside: release.detail, evidence: release.detail };
  }
  return row('openclaw', 'OpenClaw', release, () => {
    if (!release.known) return { tone: 'bad', main: 'not found' };
    const { version, generation, install } = release.value;
    const where = state.known ? tilde(state.value.stateDir, facts) : '';
    const wants = install.node.wants;
    if (install.node.ok === false) {
      return {
        tone: 'bad',
        main: version,
        aside: `its Node is ${install.node.version ?? 'unknown'}, it needs ${wants}`,
      };
    }
    if (install.finishWith !== undefined) {
      return { tone: 'bad', main: version, aside: 'its install scripts were skipped' };
    }
    return { tone: 'ok', main: `${version}  ${where}`.trim(), aside: STORED[generation] ?? '' };
  });
}

function gatewayRow(facts: Facts): LookRow {
  const { gateway } = facts;
  return row('gateway', 'Gateway', gateway, () => {
    if (!gateway.known) return { tone: 'look', main: '' };
    const { running, port, unit, remote } = gateway.value;
    if (remote) return { tone: 'look', main: 'on another machine', aside: remote.url ?? 'gateway.mode is remote' };
    const unitText = unit === null ? 'no service' : `unit ${unit}`;
    return running
      ? { tone: 'ok', main: `running on port ${port}`, aside: unitText }
      : { tone: 'look', main: 'not running', aside: unitText };
  });
}

function claudeRow(facts: Facts): LookRow {
  const { claude, claudeSignIn } = facts;
  if (!claude.known && claude.reason !== 'waiting') {
    const aside = 'a token made elsewhere can be pasted';
    return { id: 'claude', label: 'Claude Code', tone: 'look', main: 'not found', aside, evidence: claude.detail };
  }
  return row('claude', 'Claude Code', claude, () => {
    const installs = claude.known ? claude.value : [];
    const used = bestClaude(installs);
    if (used === null) {
      const broken = installs.find((one) => one.broken !== undefined)?.broken;
      if (broken !== undefined) return { tone: 'bad', main: 'cannot start', aside: broken };
      return { tone: 'look', main: 'not found', aside: 'a token made elsewhere can be pasted' };
    }
    const main = `${used.version ?? 'version unknown'}  ${tilde(used.path, facts)}`;
    if (!claudeSignIn.known) return { tone: 'ok', main };
    const { loggedIn, plan, email, renewsAtNextUse } = claudeSignIn.value;
    if (!loggedIn) return { tone: 'ok', main, aside: 'not signed in' };
    if (renewsAtNextUse) return { tone: 'ok', main, aside: 'signed in, renewed at its next use' };
    const who = email === undefined ? undefined : `${email.slice(0, email.indexOf('@') + 1)}…`;
    return { tone: 'ok', main, aside: ['signed in', plan, who].filter((part) => part !== undefined).join(' · ') };
  });
}

function modelRow(facts: Facts): LookRow {
  const { config } = facts;
  return row('model', 'Model', config, () => {
    if (!config.known) return { tone: 'look', main: '' };
    const { primary, syntaxError } = config.value;
    if (syntaxError !== null) return { tone: 'bad', main: 'the config does not parse', aside: '' };
    if (primary === null) return { tone: 'look', main: 'none set' };
    if (isBridged(primary, facts)) return { tone: 'look', main: primary, aside: 'a bridge, not your plan' };
    return {
      tone: 'ok',
      main: primary,
      ...(isOwnProxy(primary, facts) ? { aside: 'your Claude Code, by proxy' } : {}),
    };
  });
}

function agentsRow(facts: Facts): LookRow {
  const { config } = facts;
  return row('agents', 'Agents', config, () => {
    const ids = config.known ? config.value.agents.map((agent) => agent.id) : [];
    return { tone: 'ok', main: ids.length === 0 ? 'main' : someOf(ids, 4) };
  });
}

function profileRow(facts: Facts): LookRow {
  const { profiles } = facts;
  return row('profiles', 'Sign-in', profiles, () => {
    const claude = profiles.known ? profiles.value.filter((one) => one.provider === 'anthropic') : [];
    const best = claude.find((one) => one.wins) ?? claude[0];
    if (best === undefined) return { tone: 'off', main: 'OpenClaw has no Claude credential' };
    const ends = best.expires === null ? '' : `until ${isoDate(best.expires)}`;
    const main = `${best.id}  ${best.masked ?? best.type}`;
    return best.rejected === null
      ? { tone: 'ok', main, aside: ends }
      : { tone: 'look', main, aside: `not used: ${best.rejected}` };
  });
}

function cronRow(facts: Facts): LookRow {
  const { cron } = facts;
  return row('cron', 'Cron', cron, () => {
    const jobs = cron.known ? cron.value.jobs : [];
    const bridged = jobs.filter((job) => isBridged(job.model, facts)).length;
    const failing = jobs.filter((job) => job.consecutiveErrors > 0).length;
    if (jobs.length === 0) return { tone: 'off', main: 'no jobs' };
    const aside = [bridged > 0 ? `${bridged} on the bridge` : '', failing > 0 ? `${failing} failing` : ''];
    return {
      tone: bridged > 0 || failing > 0 ? 'look' : 'ok',
      main: plural(jobs.length, 'job'),
      aside: aside.filter(Boolean).join(' · '),
    };
  });
}

/** The table of the first screen, in fixed order, whatever has come so far. */
export function lookRows(facts: Facts): readonly LookRow[] {
  return [
    openClawRow(facts),
    gatewayRow(facts),
    claudeRow(facts),
    modelRow(facts),
    agentsRow(facts),
    profileRow(facts),
    cronRow(facts),
  ];
}

/** Whom the facts that are still missing wait for, once that takes long. One sentence each. */
export function slowFacts({ modelsStatus, cron, claudeSignIn }: Facts): readonly string[] {
  return [modelsStatus, cron, claudeSignIn].flatMap((fact) => slowWords(fact) ?? []);
}

/** What no row of the table tells. */
const BESIDE_ROWS = ['user.*', 'env.*', 'sync.*', 'store.*', 'gateway.node', 'proxy.leftover'];

/** What deserves a look and does not stop the set-up. One sentence each. */
export function lookWarnings(facts: Facts): readonly string[] {
  const findings = judge(facts, Date.parse(facts.takenAt)).findings.filter(
    ({ id, blocks }) => !blocks && BESIDE_ROWS.some(covers(id)),
  );
  return [...slowFacts(facts), ...findings.map(({ says }) => shortened(says, facts))];
}

/** Facts without which nothing can be offered. */
const NEEDED: readonly FactName[] = ['platform', 'release', 'state', 'config', 'profiles', 'claude'];
export const enoughFacts = (facts: Facts) => NEEDED.every((name) => !waiting(facts[name]));
export const noOpenClaw = (facts: Facts) => !facts.release.known && facts.release.reason === 'absent';

/** Why the set-up cannot go on here, or null. Nothing was written when this is shown. */
export function blocker(facts: Facts): ProblemView | null {
  const is = blockedBy(facts);
  if (is === null) return null;
  const { code, says, why, next, at } = is;
  return {
    code,
    what: shortened(says, facts),
    why: `${why === undefined ? '' : `${why} `}Nothing was written.`,
    ...(next === undefined ? {} : { next }),
    ...(at === undefined ? {} : { at }),
  };
}

/** The same with paths below the person's home as `~/…`. */
function shortened(says: string, { platform }: Facts): string {
  return platform.known ? says.replaceAll(`${platform.value.home}/`, '~/') : says;
}
