import { join } from 'node:path';
import type { EditData } from '../actions/index.ts';
import { featuresOf } from './generation.ts';
import type { Target } from './openclaw-program.ts';

/** Edits that add one agent with its own model and workspace, in the shape that this release and config use. */
export function newAgentEdits(
  { config, release, state }: Target,
  agent: {
    readonly id: string;
    readonly primary: string;
    readonly fallbacks: readonly string[];
    /** Its own entries of models, by ref. */
    readonly models?: Readonly<Record<string, unknown>> | undefined;
  },
): EditData[] {
  if (config.agents.some((present) => present.id === agent.id && present.at)) return [];
  const entry = {
    workspace: join(state.stateDir, `workspace-${agent.id}`),
    model: { primary: agent.primary, ...(agent.fallbacks.length > 0 ? { fallbacks: [...agent.fallbacks] } : {}) },
    ...(agent.models === undefined ? {} : { models: agent.models }),
  };
  const explicit = featuresOf(release.version).explicitOwner;
  const main = config.defaultAgent;

  if (config.agentsShape === 'list') {
    // 2026.9.6 refuses a second agent in a list unless one is marked as the default, and the mark where owners are named.
    const first = config.agents.find((present) => present.id === main)?.at;
    const marks = explicit && config.ownersNamed !== true && first !== undefined;
    const mark: EditData[] = marks ? [{ op: 'set', path: [...first, 'default'], value: true }] : [];
    return [...mark, { op: 'insert', path: ['agents', 'list'], value: { id: agent.id, ...entry } }];
  }
  if (config.agentsShape === 'none' && !explicit) {
    // The roster names every agent once it names one: `main` would be gone without its own entry.
    return [
      {
        op: 'set',
        path: ['agents', 'list'],
        value: [
          { id: main, default: true },
          { id: agent.id, ...entry },
        ],
      },
    ];
  }
  const roster: EditData[] =
    config.agentsShape === 'none' ? [{ op: 'set', path: ['agents', 'entries', main], value: {} }] : [];
  return [
    ...roster,
    { op: 'set', path: ['agents', 'entries', agent.id], value: entry },
    { op: 'set', path: ['agents', 'ownership'], value: 'explicit' },
    ...(config.agents.length === 1
      ? [{ op: 'set' as const, path: ['agents', 'defaults', 'systemAgent', 'agentId'], value: main }]
      : []),
  ];
}
