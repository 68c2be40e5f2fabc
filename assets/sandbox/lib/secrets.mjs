// `openclaw secrets …` of the sandbox: an API key that lies in a file.
import { readFileSync } from 'node:fs';
import { fail, flag, print } from './cli.mjs';
import { agentIds, readOwn, writeOwn } from './state.mjs';

export function secrets(config, command) {
  if (command === 'apply') return apply(config);
  if (command === 'audit') return audit(config);
  return fail(`error: the sandbox has no 'secrets ${command}'`);
}

/** As 2026.9.6: each agent gets it in a database of its own. */
function apply(config) {
  const { targets } = JSON.parse(readFileSync(flag('--from'), 'utf8'));
  for (const { agentId, pathSegments, authProfileProvider: provider, ref } of targets) {
    if (config.secrets?.providers?.[ref.provider] === undefined)
      return fail(`Secret provider "${ref.provider}" is not configured.`);
    writeOwn(agentId, { ...readOwn(agentId), [pathSegments[1]]: { type: 'api_key', provider, keyRef: ref } });
  }
  print(
    `${JSON.stringify({ mode: 'write', changed: true, changedFiles: [], warningCount: 0, warnings: [] }, null, 2)}\n`,
  );
}

function audit(config) {
  const stored = agentIds(config).flatMap((agent) => Object.entries(readOwn(agent)));
  const findings = stored.flatMap(([id, profile]) => {
    if (secretOf(config, profile) !== null) return [];
    const message = `Secret reference ${profile.keyRef.provider}:value could not be resolved.`;
    return [{ code: 'REF_UNRESOLVED', severity: 'error', jsonPath: `profiles.${id}.key`, message }];
  });
  print(`${JSON.stringify({ version: 1, status: findings.length > 0 ? 'findings' : 'clean', findings }, null, 2)}\n`);
}

/** The key of a profile; null where it is in a file that cannot be read. */
export function secretOf(config, { key, token, keyRef }) {
  if (keyRef === undefined) return key ?? token ?? null;
  try {
    return readFileSync(config.secrets.providers[keyRef.provider].path, 'utf8').trim();
  } catch {
    return null;
  }
}
