import { readConfig } from '../facts/claude-agents.ts';
import type { Facts } from '../facts/types.ts';
import { resolveAlias } from '../openclaw/bridge.ts';
import { factValue } from '../system/fact.ts';
import { info, warning } from './types.ts';
import { several, typed } from './words.ts';

/** The default model as the configuration names it, and as OpenClaw says; null where they agree or cannot be compared. */
function otherModel(facts: Facts): { readonly named: string; readonly told: string; readonly file: string } | null {
  const config = readConfig(facts);
  const told = factValue(facts.modelsStatus)?.resolvedDefault ?? null;
  if (config === null || config.primary === null || told === null) return null;
  // The question is about the default agent, whose own model comes first.
  const agent = config.agents.find(({ isDefault }) => isDefault);
  const named = resolveAlias(agent?.model ?? config.primary, config);
  // A bare name, or a variable, is for OpenClaw to complete.
  if (!named.includes('/') || named.includes('$') || modelOf(named) === modelOf(told)) return null;
  return { named, told, file: config.path };
}

/** The model without its provider and profile: OpenClaw writes `anthropic/opus-4.6@work` as `anthropic/claude-opus-4-6`. */
const modelOf = (ref: string) =>
  ref
    .slice(ref.indexOf('/') + 1)
    .replace(/@[^@/]*$/, '')
    .toLowerCase()
    .replaceAll('.', '-')
    .replace(/^claude-/, '');

/** Where OpenClaw, asked, says otherwise than what lies on disk. Its word counts; that they differ is worth knowing. */
export const differs = [
  warning('model.told-otherwise', 'OpenClaw uses another default model than its configuration names', {
    needs: ['config', 'modelsStatus'],
    detect: (_, facts) => {
      const other = otherModel(facts);
      return other === null ? null : [other];
    },
    explain: ({ named, told, file }) => ({
      says: `${file} names ${named} as the default model, but OpenClaw uses ${told}.`,
      why: 'Something that is not in this file decides, or OpenClaw does not read it this way. What OpenClaw says counts here.',
    }),
    next: (_, facts) => typed(facts, 'models', 'status'),
  }),
  info('profile.passed-over', 'OpenClaw uses another credential than its database has first', {
    needs: ['config', 'profiles'],
    detect: ({ profiles }) => {
      const groups = new Map<string, { id: string; instead: string; agents: string[] }>();
      for (const { agent, id, provider, passedOver: instead } of profiles) {
        if (provider !== 'anthropic' || instead === undefined) continue;
        const group = groups.get(`${id} ${instead}`) ?? { id, instead, agents: [] };
        groups.set(`${id} ${instead}`, { ...group, agents: [...group.agents, agent] });
      }
      return [...groups.values()];
    },
    explain: ({ id, instead, agents }) => ({
      says: `For ${several(agents)} OpenClaw uses ${instead}, although its database has ${id} first.`,
      why: 'What OpenClaw says counts here.',
    }),
  }),
];
