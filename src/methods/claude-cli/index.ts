import { cliAgents } from '../../facts/claude-agents.ts';
import { ofOpenClaw } from '../../facts/claude-login.ts';
import type { Facts } from '../../facts/types.ts';
import { CLAUDE_CLI, isCliRef, runtimeOf } from '../../openclaw/agent-runtime.ts';
import { featuresOf } from '../../openclaw/generation.ts';
import { asTyped } from '../../openclaw/openclaw-program.ts';
import { factValue } from '../../system/fact.ts';
import { unready } from '../shared/claude-inside.ts';
import { claudeReady } from '../shared/claude-ready.ts';
import { gatewayUnit } from '../shared/gateway-unit.ts';
import type { Answers, Availability, Drift, Method } from '../types.ts';
import { checks } from './checks.ts';
import { claudeCliDefaults, cliRefs } from './defaults.ts';
import { notice } from './notice.ts';
import { planClaudeCli } from './plan.ts';
import { claudeCliQuestions } from './questions.ts';
import { method as words } from './words.ts';

/** OpenClaw runs the person's own Claude Code, which keeps its login: OpenClaw stores nothing, and its tools work. */
export const claudeCli: Method = {
  ...claudeCliQuestions,
  title: words.title,
  summary: words.summary,
  paysFrom: words.paysFrom,
  notice,
  availability,
  suits,
  refs: cliRefs,
  drift,
  defaults: claudeCliDefaults,
  plan: planClaudeCli,
  recognise,
  checks,
};

function availability(facts: Facts): Availability {
  const ready = claudeReady(ofOpenClaw(facts));
  const because = [ready, ...(suits(facts) ? [words.preferred] : [])].join('; ');
  return tooOld(facts) ?? unready(facts) ?? bypassedAsRoot(facts) ?? { ok: true, because };
}

/** What OpenClaw prefers from 2026.8.1 (its docs of 2026.9.6), where no stored credential works already. */
function suits(facts: Facts): boolean {
  const release = factValue(facts.release);
  const works = factValue(facts.profiles)?.some(({ provider, wins }) => provider === 'anthropic' && wins) ?? false;
  return release !== undefined && featuresOf(release.version).runtimeAsks && !works && unready(facts) === null;
}

function tooOld(facts: Facts): Availability | null {
  const release = factValue(facts.release);
  if (release === undefined || featuresOf(release.version).modelRuntime) return null;
  const because = words.tooOld(release.version);
  return {
    ok: false,
    because,
    help: asTyped({ release, ...(facts.state.known ? { state: facts.state.value } : {}) }, 'update'),
  };
}

/** Claude Code refuses to bypass its permissions as root, and then the next model answers (oc#63850). */
function bypassedAsRoot(facts: Facts): Availability | null {
  const release = factValue(facts.release);
  if (release === undefined || featuresOf(release.version).runtimeAsks) return null;
  const container = factValue(facts.state)?.container;
  const user = gatewayUnit(facts)?.user ?? factValue(facts.platform)?.user;
  const isRoot = container === undefined ? user === 'root' : factValue(facts.claudeInside)?.uid === 0;
  if (!isRoot) return null;
  const because = words.asRoot(release.version);
  return { ok: false, because };
}

/** Agents that Claude Code answers for already. */
function recognise(facts: Facts): ReturnType<NonNullable<Method['recognise']>> {
  const agents = cliAgents(facts).map(({ id }) => id);
  return agents.length === 0 ? null : { title: words.byHand, agents, tokenEnds: null };
}

/** Whether Claude Code still runs the first model. */
function drift({ primary, role, newAgent }: Answers, facts: Facts): readonly Drift[] {
  const config = factValue(facts.config);
  if (config === undefined || isCliRef(primary, config)) return [];
  if (runtimeOf(primary, config, role === 'agent' ? newAgent : null) === CLAUDE_CLI) return [];
  const says = words.noLonger(primary);
  return [{ what: 'credential', says, was: CLAUDE_CLI, now: runtimeOf(primary, config) }];
}
