import { isBridged, isOwnProxy } from '../facts/own-proxy.ts';
import type { Facts } from '../facts/types.ts';
import { isAnthropicRef, providerOf, resolveAlias } from '../openclaw/bridge.ts';
import type { ProfileFacts } from '../openclaw/records.ts';
import { factValue } from '../system/fact.ts';
import { cliAgents, readConfig } from './claude-use.ts';

/** Who answers for one agent, and who pays for it. */
export interface AgentAnswer {
  readonly agent: string;
  /** One line: the model, the way, the profile, who pays. */
  readonly says: string;
  /** Each other credential for Claude, and why it is not taken. */
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
      return { agent: agent.id, says: `${ref}, Claude Code with its own login, on your plan`, others: [] };
    }
    if (!isAnthropicRef(ref, config)) return { agent: agent.id, says: `${ref}, ${routeOf(ref, facts)}`, others: [] };
    const winner = own.find(({ wins }) => wins);
    const others = own.filter((row) => row !== winner).map((row) => `${row.id} is not taken: ${whyNot(row)}`);
    return { agent: agent.id, says: `${ref}, ${paidBy(winner, facts)}`, others };
  });
}

function routeOf(ref: string, facts: Facts): string {
  if (isOwnProxy(ref, facts)) return 'Claude Code behind our proxy, on your plan';
  if (isBridged(ref, facts)) return 'a bridge that was set up by hand';
  return `the provider ${providerOf(ref) ?? 'of its own'}`;
}

function paidBy(winner: ProfileFacts | undefined, facts: Facts): string {
  if (winner === undefined) {
    const variable = (factValue(facts.shadows) ?? []).find(
      ({ name, readers }) => readers.includes('OpenClaw') && /^ANTHROPIC_(OAUTH_TOKEN|API_KEY)$/.test(name),
    );
    if (variable === undefined)
      return facts.profiles.known ? 'and nothing to sign in with' : 'the stored credentials are not known';
    return `with ${variable.name} of ${variable.where}, paid ${variable.shape === 'api key' ? 'per use' : 'by your plan'}`;
  }
  const kind = winner.type === 'oauth' ? 'login' : winner.shape === 'api key' ? 'API key' : 'setup token';
  const until = (winner.cooldownUntil ?? 0) > 0 ? ', which is cooling down' : '';
  return `with the ${kind} ${winner.id}${until}, paid ${winner.shape === 'api key' ? 'per use' : 'by your plan'}`;
}

/** OpenClaw's reason codes, in words. */
const REASONS: Readonly<Record<string, string>> = {
  expired: 'it has ended',
  missing_credential: 'it holds no credential that OpenClaw reads',
  mode_mismatch: 'the configuration declares another mode for it',
  provider_mismatch: 'the configuration declares another provider for it',
  excluded_by_auth_order: 'the order leaves it out',
  setup_inactive: 'it was never activated',
  invalid_expires: 'its end is no date',
};

function whyNot({ rejected, cooldownUntil }: ProfileFacts): string {
  if (rejected !== null) return REASONS[rejected] ?? rejected;
  return cooldownUntil === null ? 'another one comes first' : 'it is cooling down';
}
