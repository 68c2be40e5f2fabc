import { basename } from 'node:path';
import { command, configEdit } from '../actions/index.ts';
import type { Action, Words } from '../engine/types.ts';
import { credentialsInJson } from './generation.ts';
import { sqliteNodeOf } from './node-runtime.ts';
import { asTyped, openclawProgram, type Target } from './openclaw-program.ts';
import { authStateFile } from './profiles.ts';
import type { AgentFacts, CredentialType } from './records.ts';
import { BOOKKEEPING, databasesOf, storesByProgram } from './store-credential.ts';
import type { StoredOrders } from './stored-orders.ts';

/**
 * Puts the profile first in every order that an agent's store holds: such an order beats the configuration, and from
 * 2026.5.22 the program that stores leaves it as it is (run on 5.28, 6.5, 7.1 and 9.6). The releases before have it in the
 * file that the secret goes into, and the same edit brings both.
 */
export function orderSteps(
  target: Target,
  {
    profileId,
    type,
    agents,
    orders,
  }: { profileId: string; type: CredentialType; agents: readonly AgentFacts[]; orders: StoredOrders },
): Action[] {
  if (!storesByProgram(target.release.version, type)) return [];
  return agents.flatMap((agent) => {
    const order = orders[agent.id];
    if (order === undefined || order[0] === profileId) return [];
    return [
      credentialsInJson(target.release.generation)
        ? inFile(agent, profileId, order)
        : inDatabase(target, agent, profileId, order),
    ];
  });
}

/**
 * Takes the order out of every agent's store that holds one, so that the configuration's decides. For releases that keep
 * credentials in databases.
 */
export function clearOrders(target: Target, agents: readonly AgentFacts[], orders: StoredOrders): Action[] {
  return agents.flatMap((agent) => {
    const before = orders[agent.id];
    if (before === undefined) return [];
    const words = {
      forward: {
        headline: `Remove the order of ${agent.id} from its store`,
        because: `It puts ${before[0] ?? 'none'} first, and would decide before the configuration.`,
        names: [agent.id],
        many: 'Remove the orders of # agents from their stores',
      },
      backward: orderBack(agent),
    };
    return [orderCommand(target, agent, { words, before, after: [], prints: '[Oo]rder override cleared' })];
  });
}

function wordsFor(agent: AgentFacts, profileId: string, order: readonly string[]) {
  const first = order[0] ?? 'none';
  return {
    forward: {
      headline: `Put ${profileId} first in the order of ${agent.id}`,
      because: `Its store holds an order of its own, with ${first} first, and that decides before the configuration.`,
      names: [agent.id],
      many: `Put ${profileId} first in the orders of # agents`,
    },
    backward: orderBack(agent),
  };
}

const orderBack = ({ id }: AgentFacts) => ({
  headline: `Put the order of ${id} back`,
  names: [id],
  many: 'Put the orders of # agents back',
});

function inFile(agent: AgentFacts, profileId: string, order: readonly string[]): Action {
  const file = authStateFile(agent.agentDir);
  const path = ['order', 'anthropic'];
  return configEdit(`auth-order-${agent.id}`, {
    ...wordsFor(agent, profileId, order),
    file,
    name: `${agent.id}/${basename(file)}`,
    edits: [
      ...(order.includes(profileId) ? [{ op: 'remove' as const, path, value: profileId }] : []),
      { op: 'insert', path, value: profileId, at: 0 },
    ],
  });
}

function inDatabase(target: Target, agent: AgentFacts, profileId: string, order: readonly string[]): Action {
  const after = [profileId, ...order.filter((id) => id !== profileId)];
  return orderCommand(target, agent, {
    words: wordsFor(agent, profileId, order),
    before: order,
    after,
    prints: `[Oo]rder override: ${profileId.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(,|\\s|$)`,
  });
}

interface OrderChange {
  readonly words: { readonly forward: Words; readonly backward: Words };
  readonly before: readonly string[];
  /** Empty: none of the store's own, so that the configuration decides. */
  readonly after: readonly string[];
  readonly prints: string;
}

function orderCommand(target: Target, agent: AgentFacts, { words, before, after, prints }: OrderChange): Action {
  const databases = databasesOf(target, agent);
  const args = (ids: readonly string[]) => [
    ...['models', 'auth', 'order', ids.length > 0 ? 'set' : 'clear', '--provider', 'anthropic', '--agent', agent.id],
    ...ids,
  ];
  return command(
    `auth-order-${agent.id}`,
    {
      ...words,
      program: openclawProgram(target, args(after), { prints }),
      keepText: [],
      outside: [`order of ${agent.id}: ${before.join(', ') || 'none'} → ${after.join(', ') || 'none'}`],
      undo: {
        by: 'files',
        databases: { node: sqliteNodeOf(target.release), paths: databases, bookkeeping: BOOKKEEPING },
        program: openclawProgram(target, args(before)),
        otherwise: `The order of ${agent.id} stays. To put it back:  ${asTyped(target, ...args(before))}`,
      },
    },
    databases.map((path) => ({ path, as: 'sqlite' as const })),
  );
}
