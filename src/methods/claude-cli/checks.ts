import { dirname, join } from 'node:path/posix';
import { claudeTyped } from '../../claude/place.ts';
import { ofOpenClaw } from '../../facts/claude-login.ts';
import { usableClaude } from '../../facts/own-proxy.ts';
import type { Facts } from '../../facts/types.ts';
import { CLAUDE_CLI, isCliRef, runtimeOf } from '../../openclaw/agent-runtime.ts';
import { resolveAlias } from '../../openclaw/bridge.ts';
import { modelsTyped, type Target } from '../../openclaw/openclaw-program.ts';
import { systemctl } from '../../services/systemd.ts';
import { factValue } from '../../system/fact.ts';
import { editorAt } from '../../system/file-problems.ts';
import { ask, chosen, listed } from '../openclaw-checks.ts';
import { unready } from '../shared/claude-inside.ts';
import { gatewayUnit } from '../shared/gateway-unit.ts';
import { newSession, turnFindings } from '../shared/turn.ts';
import { targetOf } from '../target.ts';
import type { Answers, Check, CheckContext, Finding } from '../types.ts';
import { METHOD_ID } from './questions.ts';
import { checks as words } from './words.ts';

const AGAIN = `clawauth-setup apply --method ${METHOD_ID}`;

/** What is asked after the fact, in this order. `before`: the facts that the plan was made from. */
export function checks(facts: Facts, answers: Answers, before?: Facts): readonly Check[] {
  const target = targetOf(facts);
  return [
    {
      id: 'route',
      ask: words.askRuns,
      run: async (context) => [...routeFindings(target, answers), ...(await statusFindings(target, answers, context))],
    },
    { id: 'models', ask: words.askModels, models: true },
    { id: 'bridge', ask: words.askBridge, models: true },
    {
      id: 'program',
      ask: words.askFinds,
      finds: ['cli.missing', 'claude.config-dir-differs'],
      run: (context) => programFindings(facts, context),
    },
    {
      id: 'login',
      ask: words.askLogin,
      finds: ['cli.*', 'env.api-key', 'env.auth-token', 'env.base-url'],
      run: async () => loginFindings(facts, before),
    },
    { id: 'gateway', ask: words.askGateway, finds: ['gateway.not-from-here'] },
    {
      id: 'answer',
      ask: words.askAnswer,
      costs: true,
      run: (context) => turnFindings(facts, answers, context, { wanted: CLAUDE_CLI, session: newSession(context) }),
    },
  ];
}

/** By the configuration as it is now. */
function routeFindings(target: Target, answers: Answers): Finding[] {
  const { config } = target;
  const ref = resolveAlias(answers.primary, config);
  const agents = answers.role === 'agent' ? [answers.newAgent] : chosen(target, answers);
  const notRun = agents.filter((id) => !isCliRef(ref, config) && runtimeOf(ref, config, id) !== CLAUDE_CLI);
  if (notRun.length > 0) {
    const says = words.notRun(ref, listed(notRun));
    return [{ verdict: 'error', says, next: AGAIN }];
  }
  return [
    { verdict: 'ok', says: words.runs(ref, listed(agents)) },
    { verdict: 'info', says: words.openChats },
  ];
}

/** OpenClaw's own status looks for stored credentials, of which this way has none. */
async function statusFindings(target: Target, answers: Answers, context: CheckContext): Promise<Finding[]> {
  const response = await ask(target, answers, context);
  if (!response.ok) return [];
  const { missingProviders, unconfirmed = [] } = response.status;
  const said = missingProviders.includes('anthropic')
    ? words.listsMissing
    : unconfirmed.includes('anthropic')
      ? words.cannotConfirm
      : null;
  if (said === null) return [];
  const says = words.saysOtherwise(modelsTyped(target, 'status'), said);
  return [{ verdict: 'info', says }];
}

/** A service has a PATH of its own, and may be another user's. */
async function programFindings(facts: Facts, { world }: CheckContext): Promise<Finding[]> {
  const not = unready(facts);
  const claude = usableClaude(ofOpenClaw(facts));
  if (not !== null || claude === null) {
    const { because = words.notFound, help } = not ?? {};
    return [{ verdict: 'error', says: `${because}.`.replace(/^./, (first) => first.toUpperCase()), next: help }];
  }
  if (claude.inside !== undefined) {
    const { path, version, inside } = claude;
    return [{ verdict: 'ok', says: words.containerFinds(inside.name, path, version) }];
  }
  const unit = gatewayUnit(facts);
  if (unit !== undefined && unit.user !== factValue(facts.platform)?.user) {
    const says = words.otherUser(unit.name, unit.user);
    return [{ verdict: 'warning', says, next: `sudo -iu ${unit.user} claude auth login`, waits: true }];
  }
  if (unit?.searchPath === undefined) return [{ verdict: 'ok', says: words.isHere(claude.path, claude.version) }];
  for (const folder of unit.searchPath.split(':').filter((one) => one.startsWith('/'))) {
    const path = join(folder, 'claude');
    if (await world.files.executable(path).catch(() => false))
      return [{ verdict: 'ok', says: words.unitFinds(unit.name, path) }];
  }
  const says = words.unitFindsNot(unit.name, dirname(claude.path));
  const sudo = unit.manager === 'systemd-system' ? 'sudo ' : '';
  const next =
    unit.manager === 'launchd' ? editorAt(unit.file, 1) : `${sudo}${systemctl(unit, 'edit', unit.name).join(' ')}`;
  return [{ verdict: 'error', says, next }];
}

/** What lies on disk is newer than what Claude Code said before; macOS keeps nothing there. */
function loginFindings(facts: Facts, before?: Facts): Finding[] {
  const its = ofOpenClaw(facts);
  const told = before && factValue(ofOpenClaw(before).claudeSignIn);
  const plan = told?.plan === undefined ? '' : ` (${told.plan})`;
  if (factValue(its.claudeLogin)?.present ?? told?.loggedIn ?? false)
    return [{ verdict: 'ok', says: words.signedIn(plan) }];
  const next = claudeTyped({ path: 'claude', inside: usableClaude(its)?.inside }, 'auth', 'login');
  return [{ verdict: 'error', says: words.signedOut, next, waits: true }];
}
