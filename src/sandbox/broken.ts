import { appendFile, chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DAY_MS } from '../text.ts';

/** What is stored in a broken sandbox: a setup token that ended yesterday. */
export const endedProfiles = (now: number) => ({
  'anthropic:default': {
    type: 'token',
    provider: 'anthropic',
    // Clearly no credential: its middle says so.
    token: `sk-ant-oat01-${'FAKE'.repeat(22)}k9Qw`,
    expires: now - DAY_MS,
  },
});

/**
 * What is wrong in a broken sandbox beside its `broken.json5`, as people come to it: the token has ended, an agent was
 * forgotten on the bridge, an old refresher runs, and others may read the configuration.
 */
export async function breakHome(home: string, now: number): Promise<void> {
  const state = join(home, '.openclaw');
  const file = join(state, 'openclaw.json');
  const log = join(state, 'logs', 'gateway.log');
  await chmod(file, 0o644);
  await appendFile(join(home, '.crontab'), '*/30 * * * * ~/bin/refresh-claude-token.sh\n');
  await mkdir(join(state, 'logs'), { mode: 0o700 });
  const failed = {
    0: 'HTTP 401 authentication_error: OAuth token has expired',
    time: new Date(now - 600_000).toISOString(),
  };
  await writeFile(log, `${JSON.stringify({ ...failed, _meta: { logLevelName: 'ERROR' } })}\n`, { mode: 0o600 });
}
