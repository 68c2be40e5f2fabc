import { join } from 'node:path';
import { type Fact, known, unknown } from '../system/fact.ts';
import { at, number, object, parsed, readJson, text } from '../system/json.ts';
import { fingerprint } from '../system/secret.ts';
import type { World } from '../system/world.ts';
import type { ClaudeLogin } from './records.ts';
import { claudeConfigDir, claudeStateFile } from './token.ts';

/**
 * What lies in Claude Code's own folder: `.credentials.json` (Linux; macOS keeps the login in the Keychain, which is not
 * looked into), `settings.json`, and {@link claudeStateFile}.
 */
export async function readStoredLogin(world: World): Promise<Fact<ClaudeLogin>> {
  const folder = claudeConfigDir(world);
  const file = join(folder, '.credentials.json');
  const source = await world.files.readText(file).catch(() => '');
  const value = source === null ? {} : parsed(source);
  if (value === undefined) return unknown('unreadable', `${file} cannot be read as JSON`);
  const [settings, state] = await Promise.all([
    readJson(world, join(folder, 'settings.json')),
    readJson(world, claudeStateFile(world)),
  ]);
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
      ...(access === null ? {} : { accessFingerprint: fingerprint(access) }),
      ...(refresh === null ? {} : { refreshFingerprint: fingerprint(refresh) }),
      apiKeyHelper: text(at(settings, 'apiKeyHelper')) !== null,
      onboarded: at(state, 'hasCompletedOnboarding') === true,
    },
    file,
  );
}
