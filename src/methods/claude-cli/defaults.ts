import type { Facts } from '../../facts/types.ts';
import { isCliRef } from '../../openclaw/agent-runtime.ts';
import { factValue } from '../../system/fact.ts';
import { aliasesFor } from '../present-models.ts';
import type { Refs } from '../refs.ts';
import { claudeDefaults, claudeRefs } from '../shared/claude.ts';
import type { Role } from '../types.ts';
import { type ClaudeCliAnswers, METHOD_ID, openExec } from './questions.ts';

/** What is set up now, with what is missing filled in: a second run with these answers changes nothing. */
export function claudeCliDefaults(facts: Facts, role?: Role): ClaudeCliAnswers {
  const config = factValue(facts.config);
  const version = factValue(facts.release)?.version ?? '';
  const refs = cliRefs(facts);
  return {
    ...claudeDefaults(facts, METHOD_ID, role, refs),
    aliases: config ? aliasesFor(config, refs, version, true) : {},
    execPolicy: openExec(facts).length > 0 ? 'ask' : 'keep',
  };
}

/** Those of Anthropic, and OpenClaw's own name for them where Claude Code runs them. */
export function cliRefs(facts: Facts): Refs {
  const config = factValue(facts.config) ?? { aliases: {}, providers: [] };
  const refs = claudeRefs(facts);
  return { ...refs, isOurs: (ref) => refs.isOurs(ref) || isCliRef(ref, config) };
}
