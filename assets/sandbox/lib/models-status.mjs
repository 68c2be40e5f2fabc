// `openclaw models status` of the sandbox: fields and words as 2026.9.6 prints them.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fail, flag, has, print } from './cli.mjs';
import { agentIds, configPath, databasePath, profilesOf, runtimeOf, stateDir } from './state.mjs';

export async function status(config) {
  await sleep(350);
  const agent = flag('--agent') ?? config.agents?.defaults?.systemAgent?.agentId ?? 'main';
  if (!agentIds(config).includes(agent)) return fail(`Unknown agent id "${agent}".`);
  const stray = join(stateDir, 'agents', agent, 'agent', 'auth-profiles.json');
  if (existsSync(stray)) {
    return fail(`${stray} requires legacy credential migration. code=AUTH_PROFILE_MIGRATION_REQUIRED`);
  }
  const profiles = profilesOf(agent);
  const defaults = config.agents?.defaults ?? {};
  const own = config.agents?.entries?.[agent]?.model;
  const model = own ?? defaults.model;
  const primary = (typeof model === 'string' ? model : model?.primary) ?? 'openai/gpt-6-astra';
  const fallbacks = (typeof model === 'string' ? [] : model?.fallbacks) ?? [];
  const aliases = Object.fromEntries(
    Object.entries(defaults.models ?? {})
      .filter(([, one]) => one.alias)
      .map(([ref, one]) => [one.alias.toLowerCase(), ref]),
  );
  const resolved = aliases[primary.toLowerCase()] ?? primary;
  const custom = config.models?.providers ?? {};
  // Of a model that Claude Code runs it cannot tell whether it is ready.
  const byClaude = [resolved, ...fallbacks].filter((ref) => runtimeOf(config, ref, agent) === 'claude-cli');
  const asked = [resolved, ...fallbacks].filter((ref) => !byClaude.includes(ref));
  const used = [...new Set(asked.map((ref) => ref.split('/')[0]))];
  const order = config.auth?.order?.anthropic ?? [];
  const place = (id) => (order.includes(id) ? order.indexOf(id) : order.length);
  const stored = Object.entries(profiles)
    .map(([id, profile]) => describe(id, profile))
    .sort((a, b) => place(a.profileId) - place(b.profileId));
  const count = (type) => stored.filter((one) => one.type === type).length;
  const answer = {
    configPath,
    agentDir: join(stateDir, 'agents', agent, 'agent'),
    defaultModel: primary,
    resolvedDefault: resolved,
    fallbacks,
    imageModel: null,
    imageFallbacks: [],
    aliases,
    allowed: defaults.modelPolicy?.allow ?? [],
    auth: {
      storePath: databasePath,
      shellEnvFallback: { enabled: false, appliedKeys: [] },
      providersWithOAuth: stored.length === 0 ? [] : [`anthropic (${stored.length})`],
      missingProvidersInUse: used.filter(
        (id) => custom[id] === undefined && !stored.some((one) => one.provider === id),
      ),
      modelRouteIssues: byClaude.map((ref) => {
        const [provider, id] = ref.split('/');
        const message = `Auth readiness could not be confirmed for ${ref}.`;
        return { kind: 'indeterminate', provider, model: id, message };
      }),
      runtimeAuthRoutes: [],
      providers: [
        ...(stored.length === 0
          ? []
          : [
              {
                provider: 'anthropic',
                effective: { kind: 'profiles', detail: '~/.openclaw/state/openclaw.sqlite' },
                profiles: {
                  count: stored.length,
                  oauth: 0,
                  token: count('token'),
                  apiKey: count('api_key'),
                  labels: Object.entries(profiles).map(([id, one]) =>
                    one.type === 'token' ? `${id}=token:${masked(one.token)}` : `${id}=${masked(one.key)}`,
                  ),
                },
              },
            ]),
        ...Object.keys(custom).map((provider) => ({
          provider,
          effective: { kind: 'models.json', detail: 'no...ed' },
          profiles: { count: 0, oauth: 0, token: 0, apiKey: 0, labels: [] },
        })),
      ],
      unusableProfiles: [],
      oauth: {
        warnAfterMs: 86_400_000,
        profiles: stored,
        providers:
          stored.length === 0
            ? []
            : [{ provider: 'anthropic', status: 'ok', profiles: stored, effectiveProfiles: stored.slice(0, 1) }],
      },
    },
  };
  if (has('--probe')) answer.auth.probes = probes(stored, resolved);
  if (has('--json')) print(`${JSON.stringify(answer, null, 2)}\n`);
  else print(`Default: ${resolved}\n`);
  if (has('--check') && answer.auth.missingProvidersInUse.length > 0) process.exitCode = 1;
}

/** As 2026.9.6 prints it: the first and last eight characters. */
function masked(token = '') {
  return `${token.slice(0, 8)}...${token.slice(-8)}`;
}

function describe(id, profile) {
  const left = profile.expires === undefined ? undefined : profile.expires - Date.now();
  return {
    profileId: id,
    provider: profile.provider,
    type: profile.type,
    status: left === undefined ? 'static' : left < 0 ? 'expired' : left < 86_400_000 ? 'expiring' : 'ok',
    ...(left === undefined ? {} : { expiresAt: profile.expires, remainingMs: left }),
    source: 'store',
    label: id,
  };
}

function probes(stored, model) {
  const now = Date.now();
  const results = stored.map((one) => ({
    provider: one.provider,
    model,
    profileId: one.profileId,
    label: one.profileId,
    source: 'profile',
    mode: one.type,
    status: 'ok',
    latencyMs: 612,
  }));
  return { startedAt: now - 700, finishedAt: now, durationMs: 700, totalTargets: results.length, options: {}, results };
}
