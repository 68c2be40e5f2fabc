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

const AGAIN = `clawauth-setup apply --method ${METHOD_ID}`;

/** What is asked after the fact, in this order. `before`: the facts that the plan was made from. */
export function checks(facts: Facts, answers: Answers, before?: Facts): readonly Check[] {
  const target = targetOf(facts);
  return [
    {
      id: 'route',
      ask: 'Does OpenClaw run Claude Code for these models?',
      run: async (context) => [...routeFindings(target, answers), ...(await statusFindings(target, answers, context))],
    },
    { id: 'models', ask: 'Do the models resolve?', models: true },
    { id: 'bridge', ask: 'Is anything left of the bridge?', models: true },
    {
      id: 'program',
      ask: 'Does the gateway find Claude Code?',
      finds: ['cli.missing', 'claude.config-dir-differs'],
      run: (context) => programFindings(facts, context),
    },
    {
      id: 'login',
      ask: 'Does Claude Code use its own login?',
      finds: ['cli.*', 'env.api-key', 'env.auth-token', 'env.base-url'],
      run: async () => loginFindings(facts, before),
    },
    { id: 'gateway', ask: 'Is the gateway up?', finds: ['gateway.not-from-here'] },
    {
      id: 'answer',
      ask: 'Does Claude answer through Claude Code?',
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
    const says = `${ref} does not run through Claude Code for ${listed(notRun)}.`;
    return [{ verdict: 'error', says, next: AGAIN }];
  }
  return [
    { verdict: 'ok', says: `Claude Code runs ${ref} for ${listed(agents)}.` },
    { verdict: 'info', says: 'Open conversations keep the account they began with; /new starts one afresh.' },
  ];
}

/** OpenClaw's own status looks for stored credentials, of which this way has none. */
async function statusFindings(target: Target, answers: Answers, context: CheckContext): Promise<Finding[]> {
  const response = await ask(target, answers, context);
  if (!response.ok) return [];
  const { missingProviders, unconfirmed = [] } = response.status;
  const said = missingProviders.includes('anthropic')
    ? 'lists Anthropic as missing'
    : unconfirmed.includes('anthropic')
      ? 'cannot confirm that Claude is ready'
      : null;
  if (said === null) return [];
  const says = `\`${modelsTyped(target, 'status')}\` ${said}: it looks for stored credentials and does not count the login of Claude Code.`;
  return [{ verdict: 'info', says }];
}

/** A service has a PATH of its own, and may be another user's. */
async function programFindings(facts: Facts, { world }: CheckContext): Promise<Finding[]> {
  const not = unready(facts);
  const claude = usableClaude(ofOpenClaw(facts));
  if (not !== null || claude === null) {
    const { because = 'Claude Code was not found', help } = not ?? {};
    return [{ verdict: 'error', says: `${because}.`.replace(/^./, (first) => first.toUpperCase()), next: help }];
  }
  if (claude.inside !== undefined) {
    const { path, version, inside } = claude;
    return [{ verdict: 'ok', says: `The container ${inside.name} finds ${path} (Claude Code ${version}).` }];
  }
  const unit = gatewayUnit(facts);
  if (unit !== undefined && unit.user !== factValue(facts.platform)?.user) {
    const says = `${unit.name} runs as ${unit.user}, who needs a Claude Code login of their own.`;
    return [{ verdict: 'warning', says, next: `sudo -iu ${unit.user} claude auth login`, waits: true }];
  }
  if (unit?.searchPath === undefined)
    return [{ verdict: 'ok', says: `${claude.path} is here (Claude Code ${claude.version}).` }];
  for (const folder of unit.searchPath.split(':').filter((one) => one.startsWith('/'))) {
    const path = join(folder, 'claude');
    if (await world.files.executable(path).catch(() => false))
      return [{ verdict: 'ok', says: `${unit.name} finds ${path}.` }];
  }
  const says = `${unit.name} does not find Claude Code: its PATH lacks ${dirname(claude.path)}.`;
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
    return [{ verdict: 'ok', says: `Claude Code is signed in${plan} and keeps its own login.` }];
  const next = claudeTyped({ path: 'claude', inside: usableClaude(its)?.inside }, 'auth', 'login');
  return [{ verdict: 'error', says: 'Claude Code is not signed in.', next, waits: true }];
}
