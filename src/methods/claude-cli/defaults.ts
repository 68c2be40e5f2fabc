import type { Facts } from '../../facts/types.ts';
import { isCliRef } from '../../openclaw/agent-runtime.ts';
import { bridgeRefs, isAnthropicRef, resolveAlias } from '../../openclaw/bridge.ts';
import { bestModels, claudeRef } from '../../openclaw/claude-models.ts';
import type { ConfigFacts } from '../../openclaw/records.ts';
import { factValue } from '../../system/fact.ts';
import { aliasesFor, freeAgentId, presentModels } from '../present-models.ts';
import type { Refs } from '../refs.ts';
import type { Role } from '../types.ts';
import { type ClaudeCliAnswers, METHOD_ID, openExec } from './questions.ts';

const EMPTY: ConfigFacts['allowlist'] = { where: 'agents.defaults.models', refs: [] };

/** What is set up now, with what is missing filled in: a second run with these answers changes nothing. */
export function claudeCliDefaults(facts: Facts, role?: Role): ClaudeCliAnswers {
  const config = factValue(facts.config);
  const version = factValue(facts.release)?.version ?? '';
  const refs = cliRefs(facts);
  const offered = factValue(facts.catalogue)?.anthropic.map(claudeRef);
  const models = presentModels(
    config,
    refs,
    { first: offered?.[0] ?? '', offered: (ref) => offered === undefined || offered.includes(ref) },
    role,
  );
  return {
    schema: 1,
    method: METHOD_ID,
    ...models,
    agents: [],
    newAgent: freeAgentId(config),
    // Its entries of models make the allowlist that a first alias would make.
    aliases: config ? aliasesFor({ ...config, allowlist: config.allowlist ?? EMPTY }, refs, version) : {},
    cron: 'claude',
    cronModel: '',
    keepModel: [],
    // Nothing is stored: Claude Code keeps its own login.
    profileId: '',
    tokenExpires: null,
    restartGateway: true,
    doctorFix: false,
    liveCheck: false,
    keepOld: false,
    execPolicy: openExec(facts).length > 0 ? 'ask' : 'keep',
  };
}

/** Anthropic's own models, as for a token: only who runs them differs. Claude by a bridge is taken over. */
export function cliRefs(facts: Facts): Refs {
  const config = factValue(facts.config);
  const read: Pick<ConfigFacts, 'aliases' | 'providers'> = config ?? { aliases: {}, providers: [] };
  return {
    best: bestModels(factValue(facts.catalogue)?.anthropic ?? []),
    isOurs: (ref) => isClaude(ref, read),
    old: bridgeRefs(read),
    sees: true,
  };
}

/** Whether Claude Code can run a ref (or alias). */
export function isClaude(ref: string, config: Pick<ConfigFacts, 'aliases' | 'providers'>): boolean {
  return isAnthropicRef(ref, config) || isCliRef(resolveAlias(ref, config), config);
}
