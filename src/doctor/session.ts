import { claudeAgents, readConfig } from '../facts/claude-agents.ts';
import { isBridged, isOwnProxy } from '../facts/own-proxy.ts';
import type { Facts } from '../facts/types.ts';
import { isAnthropicRef, providerOf, resolveAlias } from '../openclaw/bridge.ts';
import { idFault } from '../openclaw/model-ids.ts';
import type { SessionPin } from '../openclaw/sessions.ts';
import { factValue } from '../system/fact.ts';
import { answersAt } from './bridges.ts';
import { credentialsInUse } from './claude-use.ts';
import type { Repair } from './repairs.ts';
import { warning } from './types.ts';

interface Pin extends SessionPin {
  readonly because: string;
  /** It works as it is. */
  readonly works?: true;
}

/** Chats pinned to a model that a bridge answers, or that is not there any more. */
function modelPins(facts: Facts, pins: readonly SessionPin[]): Pin[] {
  const config = readConfig(facts);
  if (config === null || claudeAgents(facts).length === 0) return [];
  return pins.flatMap((pin): Pin[] => {
    const ref = pin.model === undefined ? null : resolveAlias(pin.model, config);
    const provider = ref === null ? null : providerOf(ref);
    if (ref === null || provider === null || isOwnProxy(ref, facts)) return [];
    if (isBridged(ref, facts)) {
      const works = answersAt(ref, facts) === true;
      return [{ ...pin, because: 'a bridge answers it, not your plan', ...(works ? { works } : {}) }];
    }
    if (!isAnthropicRef(ref, config)) return [];
    const fault = idFault(ref.slice(ref.indexOf('/') + 1), factValue(facts.catalogue)?.anthropic ?? []);
    return fault === null ? [] : [{ ...pin, because: fault.why === 'retired' ? 'it was retired' : 'it is misspelled' }];
  });
}

/** Chats pinned to a profile that is not there, may not be used, or is not the one that everything else uses. */
function profilePins(facts: Facts, pins: readonly SessionPin[]): Pin[] {
  const profiles = factValue(facts.profiles) ?? [];
  return pins.flatMap((pin): Pin[] => {
    const id = pin.profile;
    const use = credentialsInUse(facts).find(({ agent }) => agent.id === pin.agent);
    if (id === undefined || use === undefined) return [];
    const stored = profiles.find((one) => one.agent === pin.agent && one.id === id);
    // One of another provider is not a matter of Claude.
    if (stored ? stored.provider !== 'anthropic' : !/^(anthropic|claude)\b/i.test(id)) return [];
    if (stored === undefined) return [{ ...pin, because: 'which is not stored' }];
    if (stored.rejected !== null) return [{ ...pin, because: `which OpenClaw does not use (${stored.rejected})` }];
    // What OpenClaw pinned itself it changes itself (2026.2.17 and later: `auto`).
    if (stored.wins || use.winner === null || pin.profileSource === 'auto') return [];
    return [{ ...pin, because: `where everything else uses ${use.winner.id}` }];
  });
}

/** Nothing while the gateway runs: it keeps its chats in memory and would write the pin again. */
function unpin(pin: SessionPin, keys: readonly string[], what: string, { gateway }: Facts): readonly Repair[] {
  const { file, key, agent } = pin;
  if (factValue(gateway)?.running) return [];
  return [
    {
      kind: 'json',
      file,
      name: `the chats of ${agent}`,
      says: `Undo /model in the chat ${key}`,
      because: `It uses ${what} again.`,
      edits: keys.map((name) => ({ op: 'delete', path: [key, name] })),
    },
  ];
}

/** Chats that use something else than what is set up: from `/model` in the chat, or from before a change. */
export const session = [
  warning('session.model-pin', 'A chat is pinned to an earlier model', {
    needs: ['config', 'sessions'],
    detect: ({ sessions }, facts) => modelPins(facts, sessions),
    explain: ({ key, model, because, works }) => ({
      says: `The chat ${key} is pinned to ${model}: ${because}.`,
      why: 'A chat’s pin comes before the default model. It was set with /model in that chat, or left by an earlier set-up.',
      ...(works ? { level: 'info' as const } : {}),
    }),
    next: () => '/model default',
    fix: (pin, facts) => (pin.works ? [] : unpin(pin, pin.modelKeys, 'the default model', facts)),
  }),
  warning('session.profile-pin', 'A chat is pinned to another profile', {
    needs: ['config', 'profiles', 'sessions'],
    detect: ({ sessions }, facts) => profilePins(facts, sessions),
    explain: ({ key, profile, because }) => ({
      says: `The chat ${key} is pinned to the profile ${profile}, ${because}.`,
      why: 'A chat’s pin comes before the profile order, and stays when that changes. /new in that chat ends it.',
    }),
    next: () => '/new',
    fix: (pin, facts) => unpin(pin, pin.profileKeys, 'the profile that wins', facts),
  }),
];
