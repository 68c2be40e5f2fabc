import { join } from 'node:path';
import { type Fact, known, unknown } from '../system/fact.ts';
import { at, number, object, parsed, text } from '../system/json.ts';
import { fingerprint } from '../system/secret.ts';
import type { World } from '../system/world.ts';
import { placeOf } from './place.ts';
import type { ClaudeLogin } from './records.ts';

/**
 * What lies in Claude Code's own folder: `.credentials.json` (Linux; macOS keeps the login in the Keychain, which is not
 * looked into), `settings.json`, and {@link claudeStateFile}.
 */
export async function readStoredLogin(world: World, place = placeOf(world)): Promise<Fact<ClaudeLogin>> {
  const file = join(place.folder, '.credentials.json');
  const source = await place.readText(file).catch(() => '');
  const value = source === null ? {} : parsed(source);
  if (value === undefined) return unknown('unreadable', `${file} cannot be read as JSON`);
  const [settings, state] = await Promise.all(
    [join(place.folder, 'settings.json'), place.stateFile].map(async (path) =>
      parsed((await place.readText(path).catch(() => null)) ?? ''),
    ),
  );
  const login = object(at(value, 'claudeAiOauth'));
  const [access, refresh] = [text(login.accessToken), text(login.refreshToken)];
  const ended = number(login.refreshTokenExpiresAt);
  const present = access !== null || refresh !== null || number(login.expiresAt) !== null;
  return known(
    {
      file,
      present: present || (world.platform === 'darwin' ? null : false),
      expiresAt: number(login.expiresAt),
      renews: refresh !== null && (ended === null || ended > world.clock.now()),
      ...(isWhole(access) ? { accessFingerprint: fingerprint(access) } : {}),
      ...(isWhole(refresh) ? { refreshFingerprint: fingerprint(refresh) } : {}),
      apiKeyHelper: text(at(settings, 'apiKeyHelper')) !== null,
      onboarded: at(state, 'hasCompletedOnboarding') === true,
    },
    file,
  );
}

/** A masked one is not the token. */
const isWhole = (token: string | null): token is string => token !== null && !token.includes('…');
