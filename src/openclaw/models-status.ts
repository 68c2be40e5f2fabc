import { array, at, isObject, number, object, text, texts } from '../system/json.ts';
import { parseJsonOutput } from '../system/json-output.ts';
import type { Ran } from '../system/world.ts';
import { failureOf, type OpenClawCli } from './cli.ts';
import type { ModelsStatus } from './records.ts';

/** What `models status --json` told, or why it did not. `words` is the command line, for evidence. */
export type AskedStatus =
  | {
      readonly ok: true;
      readonly status: ModelsStatus;
      readonly labels: ReadonlyMap<string, string>;
      readonly words: string;
    }
  | {
      readonly ok: false;
      readonly timedOut: boolean;
      readonly detail: string;
      readonly ran: Ran;
      readonly words: string;
    };

/** One question in the same words, whoever asks it: an answer that is there need not be asked for again. */
export function statusArgs(agent?: string): string[] {
  return ['models', 'status', ...(agent === undefined ? [] : ['--agent', agent]), '--json'];
}

/** Asks once. `agent` only where more than one is configured and the release takes the flag. */
export async function askModelsStatus(
  cli: OpenClawCli,
  options: { agent?: string; signal?: AbortSignal; timeoutMs?: number } = {},
): Promise<AskedStatus> {
  const args = statusArgs(options.agent);
  const words = cli.words(args);
  const ran = await cli.run(args, {
    signal: options.signal,
    timeoutMs: options.timeoutMs,
  });
  const value = parseJsonOutput(ran.stdout);
  if (isObject(value) && isObject(value.auth)) {
    return { ok: true, status: readModelsStatus(value), labels: readLabels(value), words };
  }
  const said = text(at(value, 'error', 'message'));
  const timedOut = ran.outcome === 'timed out';
  const detail = said ? `${words}: ${said.replace(/\s+/g, ' ')}` : failureOf(ran, words);
  return {
    ok: false,
    timedOut,
    detail: timedOut ? `${detail}. ${tryYourself(cli, options.agent)}` : detail,
    ran,
    words,
  };
}

/** The outcome of a question about `agent` that was given up. `why`: `within 30 s`. */
export function silentStatus(cli: OpenClawCli, why: string, agent?: string): AskedStatus {
  const words = cli.words(['models', 'status', '--json']);
  const ran: Ran = { exitCode: null, signal: null, stdout: '', stderr: '', outcome: 'timed out', durationMs: 0 };
  return {
    ok: false,
    timedOut: true,
    detail: `${words} did not answer ${why}. ${tryYourself(cli, agent)}`,
    ran,
    words,
  };
}

function tryYourself(cli: OpenClawCli, agent?: string): string {
  return `Try it in a terminal:  ${cli.typed(['models', 'status', ...(agent ? ['--agent', agent] : [])])}`;
}

/** The parts of the printed object that matter here; the same fields in every release from 2026.1.24 to 2026.9.6. */
export function readModelsStatus(value: unknown): ModelsStatus {
  const root = object(value);
  const auth = object(root.auth);
  const oauth = object(auth.oauth);
  const effective = effectiveIds(oauth.providers);
  return {
    resolvedDefault: text(root.resolvedDefault),
    fallbacks: texts(root.fallbacks),
    aliases: Object.fromEntries(
      Object.entries(object(root.aliases)).flatMap(([alias, ref]) => (typeof ref === 'string' ? [[alias, ref]] : [])),
    ),
    allowed: texts(root.allowed),
    storePath: text(auth.storePath),
    missingProviders: texts(auth.missingProvidersInUse),
    ...unconfirmedIn(auth.modelRouteIssues),
    profiles: array(oauth.profiles).flatMap((row) => {
      const profile = object(row);
      const id = text(profile.profileId) ?? text(profile.id);
      if (id === null) return [];
      const provider = text(profile.provider) ?? id.split(':')[0] ?? '';
      const place = effective.get(provider)?.indexOf(id);
      return [
        {
          id,
          provider,
          type: text(profile.type) ?? 'unknown',
          status: text(profile.status) ?? 'unknown',
          expiresAt: number(profile.expiresAt),
          effective: place === undefined ? null : place >= 0,
          ...(place === undefined || place < 0 ? {} : { place }),
        },
      ];
    }),
    unusable: Array.isArray(auth.unusableProfiles) ? unusableIn(auth.unusableProfiles) : null,
  };
}

/** 2026.9.6 says so of every model that it does not answer itself. */
function unconfirmedIn(issues: unknown): { unconfirmed?: string[] } {
  const unsure = array(issues)
    .map(object)
    .filter(({ kind }) => kind === 'indeterminate');
  const providers = [...new Set(unsure.flatMap(({ provider }) => text(provider) ?? []))];
  return providers.length > 0 ? { unconfirmed: providers } : {};
}

function unusableIn(rows: readonly unknown[]) {
  return rows.flatMap((row) => {
    const profile = object(row);
    const id = text(profile.profileId) ?? text(profile.id);
    if (id === null) return [];
    const reason = text(profile.reason) ?? text(profile.kind) ?? 'unusable';
    const until = number(profile.until) ?? number(profile.cooldownUntil) ?? number(profile.disabledUntil);
    return [{ id, reason, until }];
  });
}

/** `effectiveProfiles` per provider: 2026.5.28 to 2026.9.6 name those they would use, in the order that is in force. */
function effectiveIds(providers: unknown): Map<string, string[]> {
  const out = new Map<string, string[]>();
  for (const row of array(providers)) {
    const provider = text(object(row).provider);
    const profiles = object(row).effectiveProfiles;
    if (provider === null || !Array.isArray(profiles)) continue;
    const ids = profiles.flatMap((profile) => text(object(profile).profileId) ?? []);
    out.set(provider, ids);
  }
  return out;
}

/** Profile id → its label's masked secret (`sk-ant-o...EFAKE0AA`), shortened further to what we show. */
function readLabels(value: unknown): Map<string, string> {
  const out = new Map<string, string>();
  for (const row of array(at(value, 'auth', 'providers'))) {
    for (const label of texts(at(row, 'profiles', 'labels'))) {
      const match = /^(.+?)=(?:[a-z_]+:)?(\S{4,12})(?:\.\.\.|…)(\S{4,})$/.exec(label);
      if (match) out.set(match[1] as string, `${match[2]}…${(match[3] as string).slice(-4)}`);
    }
  }
  return out;
}
