import { basename } from 'node:path';
import type { Facts, Refresher } from '../facts/types.ts';
import { credentialsInJson } from '../openclaw/generation.ts';
import { factValue } from '../system/fact.ts';
import { editorAt } from '../system/file-problems.ts';
import { shellQuote } from '../text.ts';
import { takenOut } from './env.ts';
import type { Repair } from './repairs.ts';
import { error, info, warning } from './types.ts';
import { switchOff } from './words.ts';

/** Whether a tool writes a credential file that this release does not read any more (2026.6.5 and later). */
const writesRetired = ({ names }: Refresher, { release }: Facts) =>
  names !== undefined && release.known && !credentialsInJson(release.value.generation);

const isTool = ({ kind }: Refresher) => kind !== 'file';

/** What nothing starts does no harm as long as nobody runs it. */
const levelOf = ({ idle }: Refresher) => (idle ? 'info' : 'warning');

function placeOf({ kind, where, line, units = [] }: Refresher): string {
  if (kind === 'crontab') return `Line ${line} of your crontab`;
  if (kind === 'cron.d') return `${where}:${line}`;
  const more = units.slice(1).map(({ name }) => name);
  return more.length > 0 ? `${where} (with ${more.join(' and ')})` : where;
}

function stopping({ kind, where, line, manager, units = [] }: Refresher): string {
  if (kind === 'crontab') return 'crontab -e';
  if (kind === 'cron.d') return `sudo ${editorAt(where, line ?? 1)}`;
  return switchOff(
    { manager, file: where },
    units.map(({ name }) => name),
  );
}

const isFlag = ({ where }: Refresher) => basename(where) === 'REAUTH_NEEDED';

/** Files of such a tool that do no harm by themselves. From 2026.8.1 on its copy of a login does. */
const leftBehind = ({ refreshers, release }: Facts): readonly Refresher[] =>
  (factValue(refreshers) ?? []).filter(
    (one) => one.kind === 'file' && (factValue(release)?.generation !== 'G3' || isFlag(one)),
  );

/** The copy goes only where nothing is imported from it any more. */
function withoutFile(one: Refresher, { profiles }: Facts): readonly Repair[] {
  const stored = (factValue(profiles) ?? []).some(({ provider, wins }) => provider === 'anthropic' && wins);
  if (!isFlag(one) && !stored) return [];
  return [{ kind: 'remove', says: `Remove ${basename(one.where)}`, file: one.where }];
}

/** The tool, with what it wrote: files, and its variable where a stored credential works without it. */
function retire(one: Refresher, facts: Facts): readonly Repair[] {
  const tool = retireTool(one, facts);
  if (tool.length === 0) return [];
  const variables = (factValue(facts.shadows) ?? []).filter(
    ({ name, kind }) => name === 'ANTHROPIC_OAUTH_TOKEN' && kind === 'state-env',
  );
  return [
    ...tool,
    ...leftBehind(facts).flatMap((file) => withoutFile(file, facts)),
    ...variables.flatMap((variable) => takenOut(variable, facts)),
  ];
}

/** What of it is this user's to change: the crontab as a comment, units taken away with the scripts that they alone start. */
function retireTool(
  { kind, hash, manager, units = [], scripts = [] }: Refresher,
  { platform }: Facts,
): readonly Repair[] {
  const because = 'It keeps refreshing a copy of a Claude login, and two refreshers break one.';
  if (kind === 'crontab' && hash !== undefined)
    return [{ kind, says: 'Switch off the token refresher in your crontab', because, lines: [hash] }];
  if (manager === undefined || (manager === 'systemd-system' && factValue(platform)?.uid !== 0)) return [];
  return [
    ...units.map(
      ({ name, file }): Repair => ({ kind: 'retire', says: `Retire ${name}`, because, manager, name, file }),
    ),
    ...scripts.map(
      (file): Repair => ({
        kind: 'remove',
        says: `Remove ${basename(file)}`,
        because: 'Nothing else starts it.',
        file,
      }),
    ),
  ];
}

/** What goes on renewing a login that was copied, and what of that is left. */
export const sync = [
  warning('sync.writes-retired-file', 'A tool writes a credential file that OpenClaw does not read', {
    needs: ['refreshers', 'release'],
    detect: ({ refreshers }, facts) => refreshers.filter((one) => isTool(one) && writesRetired(one, facts)),
    explain: (one, { release }) => ({
      level: levelOf(one),
      says: `${placeOf(one)} writes ${one.names?.join(' and ')}, which OpenClaw ${factValue(release)?.version} does not read.`,
      why: 'What it refreshes never reaches OpenClaw. From 2026.8.1 on such a file makes OpenClaw refuse Anthropic.',
    }),
    next: stopping,
    fix: retire,
  }),
  warning('sync.refresher', 'A token refresher from an older guide', {
    code: 'refresher',
    spoils: true,
    needs: ['refreshers'],
    explains: ['log.refresh-limited'],
    detect: ({ refreshers }, facts) => refreshers.filter((one) => isTool(one) && !writesRetired(one, facts)),
    explain: (one) => ({
      level: levelOf(one),
      says: one.idle
        ? `${placeOf(one)} is a token refresher from an older guide; nothing starts it.`
        : `${placeOf(one)} keeps refreshing a copied Claude login.`,
      // more-ways: 2.17 spent the refresh token of Claude Code by itself; the server gives out each one once.
      why: 'Setup tokens need no refresh, and two programs that refresh one login break it: 401 and 429 at random hours.',
    }),
    next: stopping,
    fix: retire,
  }),
  error('sync.login-copy', 'A copy of a login makes OpenClaw refuse its credentials', {
    needs: ['refreshers', 'release'],
    explains: ['openclaw.fails', 'profile.unknown', 'profile.agent-without'],
    // Run on 2026.8.2 and 2026.9.6: with this file there, `models status` ends with 1, whatever is stored.
    detect: ({ refreshers, release }) =>
      release.generation === 'G3' ? refreshers.filter(({ where }) => basename(where) === 'oauth.json') : null,
    explain: ({ where }, { release }) => ({
      says: `${where} makes OpenClaw ${factValue(release)?.version} refuse every stored credential.`,
      why: 'An older guide copies a login there. OpenClaw would import its refresh token, which is not its own.',
    }),
    next: ({ where }) => `mv ${shellQuote(where)} ${shellQuote(`${where}.old`)}`,
    fix: ({ where }) => [{ kind: 'remove', says: "Remove the copied login from OpenClaw's folder", file: where }],
  }),
  info('sync.left-behind', 'What a token refresher left behind', {
    needs: ['refreshers', 'release'],
    detect: (_, facts) => leftBehind(facts),
    explain: (one) => ({
      says: `${one.where} was left by a token refresher from an older guide.`,
      why: isFlag(one)
        ? 'It says that the login it copied has ended. OpenClaw does not read it.'
        : 'OpenClaw imported it once, when it had no credential, and has not looked at it since.',
    }),
    fix: withoutFile,
  }),
];
