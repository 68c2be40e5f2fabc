import { join } from 'node:path';
import { forgetKey } from '../actions/index.ts';
import type { Action } from '../engine/types.ts';
import { doublesV1, leadsElsewhere } from './bridge.ts';
import { configSteps } from './config-step.ts';
import type { Target } from './openclaw-program.ts';

/**
 * Steps after which requests for Anthropic go to Anthropic; none where they do. They come before a credential is stored:
 * it would be sent to whoever a provider block names. With the block goes what OpenClaw copied of it into the
 * `models.json` of agents, which 2026.2.17 goes by when the block itself is gone.
 */
export function directSteps(target: Target): Action[] {
  const { config, state } = target;
  const blocks = config.providers.filter((provider) => leadsElsewhere(provider) || doublesV1(provider));
  const steps = blocks.flatMap((block, index) =>
    configSteps(
      target,
      `drop-anthropic-block${index === 0 ? '' : `-of-${index + 1}`}`,
      [{ op: 'delete', path: ['models', 'providers', block.id] }],
      {
        forward: {
          headline: `Remove the provider block ${block.id}, which leads to ${block.baseUrl}`,
          because: leadsElsewhere(block)
            ? `OpenClaw would send the token there instead of to Anthropic. It is in ${state.configPath}.`
            : 'Its base URL ends in /v1, which OpenClaw adds again: every Claude model would answer 404.',
        },
        backward: { headline: `Put the provider block ${block.id} back` },
      },
    ),
  );
  const copies = config.agents.filter(({ copyLeadsTo }) => copyLeadsTo !== undefined);
  if (copies.length === 0) return steps;
  const files = [...new Set(copies.map(({ agentDir }) => join(agentDir, 'models.json')))];
  const copied = forgetKey('anthropic-copies', {
    forward: {
      headline: 'Remove copies of the provider anthropic from the models.json of agents',
      because: `They lead to ${copies[0]?.copyLeadsTo}. OpenClaw generates the file again from its configuration.`,
    },
    backward: { headline: 'Put the copies of the provider anthropic back' },
    files,
    path: ['providers', 'anthropic'],
  });
  return [...steps, copied];
}
