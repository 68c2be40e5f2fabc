import { join } from 'node:path';
import * as z from 'zod/mini';
import { type Json, object, parsed, text } from '../system/json.ts';

/** What one chat was told to use, other than everything else does. */
export const SessionPin = z.object({
  agent: z.string(),
  /** `agent:main:main`. */
  key: z.string(),
  /** Absolute path of the `sessions.json` that it stands in. */
  file: z.string(),
  /** `provider/model`, or a model alone. */
  model: z.optional(z.string()),
  profile: z.optional(z.string()),
  /** `user`: it was chosen in the chat; `auto`: by OpenClaw itself. Absent where the release does not say. */
  profileSource: z.optional(z.string()),
  /** Keys that make up each pin. */
  modelKeys: z.array(z.string()),
  profileKeys: z.array(z.string()),
});
export type SessionPin = z.infer<typeof SessionPin>;

/** An agent's list of chats: `agents/<id>/sessions/sessions.json`, or what `session.store` names (2026.1.24 to 2026.7.x). */
export function sessionsFile(agent: string, stateDir: string, store: string | null): string {
  if (store === null) return join(stateDir, 'agents', agent, 'sessions', 'sessions.json');
  return store.replaceAll('{agentId}', agent);
}

const MODEL_KEYS = ['modelOverride', 'providerOverride', 'modelOverrideSource'];
const PROFILE_KEYS = ['authProfileOverride', 'authProfileOverrideSource', 'authProfileOverrideCompactionCount'];

/** The pins in such a list; undefined where it is no list. */
export function readPins(source: string, agent: string, file: string): SessionPin[] | undefined {
  const value = parsed(source.replace(/^\uFEFF/, ''));
  if (value === undefined) return undefined;
  return Object.entries(object(value)).flatMap(([key, row]): SessionPin[] => {
    const entry = object(row);
    const [id, provider] = [text(entry.modelOverride), text(entry.providerOverride)];
    const model = id === null || provider === null || id.startsWith(`${provider}/`) ? id : `${provider}/${id}`;
    const profile = text(entry.authProfileOverride);
    if (model === null && profile === null) return [];
    const profileSource = text(entry.authProfileOverrideSource);
    const has = (keys: readonly string[]) => keys.filter((name) => (entry as Json)[name] !== undefined);
    return [
      {
        agent,
        key,
        file,
        ...(model === null ? {} : { model }),
        ...(profile === null ? {} : { profile }),
        ...(profileSource === null ? {} : { profileSource }),
        modelKeys: model === null ? [] : has(MODEL_KEYS),
        profileKeys: profile === null ? [] : has(PROFILE_KEYS),
      },
    ];
  });
}
