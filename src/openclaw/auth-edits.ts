import type { EditData } from '../actions/index.ts';
import { anthropicKey } from './bridge.ts';
import type { ConfigFacts, CredentialType, ProfileFacts } from './records.ts';

/** What decides whether OpenClaw uses our profile, as edits of the configuration. Empty when all of it is so. */
export function authEdits(
  config: ConfigFacts,
  profiles: readonly ProfileFacts[],
  { id: profileId, type }: { readonly id: string; readonly type: CredentialType },
  /** OpenClaw's own program declares the profile in this run. */
  declaredByProgram: boolean,
): EditData[] {
  const edits: EditData[] = [];
  const declared = config.declaredProfiles[profileId];
  if (!declaredByProgram || (declared && declared.mode !== type)) {
    const base = ['auth', 'profiles', profileId];
    if (!declared) edits.push({ op: 'set', path: base, value: { provider: 'anthropic', mode: type } });
    else {
      if (declared.provider !== 'anthropic') edits.push({ op: 'set', path: [...base, 'provider'], value: 'anthropic' });
      // `oauth` is the one other mode that accepts a stored token, and none a stored key, in every release that was run.
      if (declared.mode !== type && !(type === 'token' && declared.mode === 'oauth')) {
        edits.push({ op: 'set', path: [...base, 'mode'], value: type });
      }
    }
  }
  return [...edits, ...orderEdits(config, profiles, profileId)];
}

/** An order that leaves our profile out, or puts another in front, decides against it; so does an older OAuth profile. */
function orderEdits(config: ConfigFacts, profiles: readonly ProfileFacts[], profileId: string): EditData[] {
  const path = ['auth', 'order', 'anthropic'];
  const key = anthropicKey(config.order);
  if (key !== undefined) {
    const ids = config.order[key] ?? [];
    if (ids[0] === profileId) return [];
    const at = ['auth', 'order', key];
    const present: EditData[] = ids.includes(profileId) ? [{ op: 'remove', path: at, value: profileId }] : [];
    return [...present, { op: 'insert', path: at, value: profileId, at: 0 }];
  }
  const others = [
    ...Object.keys(config.declaredProfiles).filter((id) => config.declaredProfiles[id]?.provider === 'anthropic'),
    ...profiles.filter((profile) => profile.provider === 'anthropic').map((profile) => profile.id),
  ].filter((id) => id !== profileId);
  if (others.length === 0) return [];
  return [{ op: 'set', path, value: [profileId, ...new Set(others)] }];
}
