import { cliAgents, readConfig } from '../facts/claude-agents.ts';
import { ofOpenClaw } from '../facts/claude-login.ts';
import { isBridged, isOwnProxy } from '../facts/own-proxy.ts';
import type { Facts } from '../facts/types.ts';
import { isAnthropicRef, providerOf, resolveAlias } from '../openclaw/bridge.ts';
import type { ProfileFacts } from '../openclaw/records.ts';
import { factValue } from '../system/fact.ts';
import { CREDENTIAL_VARIABLES } from './claude-use.ts';
import { forwarded } from './login.ts';

/** Who answers for one agent, and who pays for it. */
export interface AgentAnswer {
  readonly agent: string;
  /** One line: the model, the way, the profile, who pays. */
  readonly says: string;
  /** Each other credential for Claude, and why it is not used. */
  readonly others: readonly string[];
}

/** Per agent one line. Empty where the configuration cannot be read. Pure. */
export function whoAnswers(facts: Facts): readonly AgentAnswer[] {
  const config = readConfig(facts);
  const throughClaudeCode = new Set(cliAgents(facts).map(({ id }) => id));
  return (config?.agents ?? []).map((agent): AgentAnswer => {
    const primary = agent.model ?? factValue(facts.modelsStatus)?.resolvedDefault ?? config?.primary ?? null;
    if (config === null || primary === null) return { agent: agent.id, says: 'no model is set', others: [] };
    const ref = resolveAlias(primary, config);
    const own = (factValue(facts.profiles) ?? []).filter(
      (row) => row.agent === agent.id && row.provider === 'anthropic',
    );
    if (throughClaudeCode.has(agent.id)) {
      return { agent: agent.id, says: `${ref}, Claude Code ${throughCli(agent.id, facts)}`, others: [] };
    }
    if (!isAnthropicRef(ref, config)) return { agent: agent.id, says: `${ref}, ${routeOf(ref, facts)}`, others: [] };
    const winner = own.find(({ wins }) => wins);
    const others = own.filter((row) => row !== winner).map((row) => `${row.id} is not used: ${whyNot(row)}`);
    // OpenClaw looks into its environment where nothing stored works, and takes the first.
    const unused = variables(facts).slice(winner === undefined ? 1 : 0);
    const because = winner === undefined ? 'another one comes first' : 'a stored credential comes first';
    others.push(...unused.map(({ name, where }) => `${name} from ${where} is not used: ${because}`));
    return { agent: agent.id, says: `${ref}, ${paidBy(winner, facts)}`, others };
  });
}

/** What Claude Code answers with: OpenClaw hands it a stored credential where there is one; else its own settings say. */
function throughCli(agent: string, facts: Facts): string {
  const handed = forwarded(facts).filter((row) => row.agent === agent);
  const first = handed.find(({ wins }) => wins) ?? handed[0];
  if (first !== undefined) return paidBy(first, facts);
  const key = (factValue(facts.shadows) ?? []).some(
    ({ name, kind }) => name === 'ANTHROPIC_API_KEY' && kind === 'claude-settings',
  );
  if (key) return 'with an API key from its settings, paid per use';
  const { claudeLogin, claudeSignIn } = ofOpenClaw(facts);
  const login = factValue(claudeLogin);
  if ((factValue(claudeSignIn)?.loggedIn ?? login?.present) === false) return 'without a login';
  const expired = login?.renews === false && (login.expiresAt ?? Infinity) <= Date.parse(facts.takenAt);
  return `with its own login, ${expired ? 'which has expired' : 'on your plan'}`;
}

function routeOf(ref: string, facts: Facts): string {
  if (isOwnProxy(ref, facts)) return 'Claude Code behind our proxy, on your plan';
  if (isBridged(ref, facts)) return 'a bridge that was set up by hand';
  return `the provider ${providerOf(ref) ?? 'of its own'}`;
}

/** What of its environment OpenClaw could use, in its order, each once. */
const variables = ({ shadows }: Facts) =>
  CREDENTIAL_VARIABLES.flatMap(
    (name) => (factValue(shadows) ?? []).find((one) => one.name === name && one.readers.includes('OpenClaw')) ?? [],
  );

function paidBy(winner: ProfileFacts | undefined, facts: Facts): string {
  if (winner === undefined) {
    const [variable] = variables(facts);
    if (variable === undefined) return facts.profiles.known ? 'with no credential' : 'stored credentials unknown';
    return `with ${variable.name} from ${variable.where}, paid ${variable.shape === 'api key' ? 'per use' : 'by your plan'}`;
  }
  const kind = winner.type === 'oauth' ? 'login' : winner.shape === 'api key' ? 'API key' : 'setup token';
  const until = (winner.cooldownUntil ?? 0) > 0 ? ', which is cooling down' : '';
  return `with the ${kind} ${winner.id}${until}, paid ${winner.shape === 'api key' ? 'per use' : 'by your plan'}`;
}

/** OpenClaw's reason codes, in words. */
const REASONS: Readonly<Record<string, string>> = {
  expired: 'it has expired',
  missing_credential: 'it holds no credential that OpenClaw reads',
  mode_mismatch: 'the configuration gives it the wrong mode',
  provider_mismatch: 'the configuration gives it the wrong provider',
  excluded_by_auth_order: 'the order leaves it out',
  setup_inactive: 'it was never activated',
  invalid_expires: 'its expiry is not a date',
};

function whyNot({ rejected, cooldownUntil }: ProfileFacts): string {
  if (rejected !== null) return REASONS[rejected] ?? rejected;
  return cooldownUntil === null ? 'another one comes first' : 'it is cooling down';
}
