import { basename, join } from 'node:path';
import type { Facts, ShadowVariable } from '../facts/types.ts';
import { settingsTyped } from '../openclaw/container.ts';
import { factValue } from '../system/fact.ts';
import { editorAt } from '../system/file-problems.ts';
import { CREDENTIAL_VARIABLES, credentialsInUse, runsClaudeCode } from './claude-use.ts';
import type { Repair } from './repairs.ts';
import { type Check, error, info, type Severity, warning } from './types.ts';
import { only, SETUP, systemctlTyped, typed } from './words.ts';

const OURS: readonly ShadowVariable['kind'][] = ['environment', 'state-env', 'config', 'unit', 'env-file', 'process'];

const all = ({ shadows }: Facts, ...names: readonly string[]) =>
  (factValue(shadows) ?? []).filter((one) => names.includes(one.name) && one.kind !== 'workspace');

/**
 * What OpenClaw has stored for Claude beside its environment: something that works for every agent, nothing that does, or
 * nothing at all. A variable that is its only credential is no shadow.
 */
function stored(facts: Facts): 'works' | 'broken' | 'none' | 'unknown' {
  if (!facts.profiles.known) return 'unknown';
  const agents = credentialsInUse(facts);
  if (agents.every(({ winner }) => winner !== null)) return 'works';
  return agents.every(({ profiles }) => profiles.length === 0) ? 'none' : 'broken';
}

/** A stored profile names it in the place of a key: that is where its key is meant to be. */
const isNamed = ({ name, kind }: ShadowVariable, { profiles }: Facts) =>
  kind !== 'environment' &&
  (factValue(profiles) ?? []).some(({ reference }) => reference?.split(' ').at(-1) === name && /^env /.test(reference));

const byOpenClaw = ({ readers }: ShadowVariable) => readers.includes('OpenClaw');

function placeOf({ kind, where, line }: ShadowVariable): string {
  if (kind === 'environment') return 'in this shell';
  if (kind === 'process') return `in the running gateway (${where})`;
  return `in ${where}${line === undefined ? '' : `:${line}`}`;
}

function isSet(one: ShadowVariable, facts: Facts): string {
  if (one.kind !== 'shell-profile') return `${one.name} is set ${placeOf(one)}.`;
  const here = all(facts, one.name).some(({ kind }) => kind === 'environment');
  return `${one.name} is set ${placeOf(one)}${here ? '.' : ', but not in this shell: the next one will have it.'}`;
}

/** Which program reads it where it stands, and which does not. */
function reachOf(one: ShadowVariable, facts: Facts): string {
  if (one.kind !== 'environment') return '';
  const gateway = factValue(facts.gateway);
  const service = gateway?.unit != null ? ' The gateway is a service: it does not see this shell.' : '';
  return ` That is what you start from this shell.${service}`;
}

const PLAIN_UNIT = /^(openclaw|clawdbot)-gateway(-.+)?\.service$|^(ai\.openclaw|com\.clawdbot)\./;

/** How a person takes it out by hand. */
function takeOut(one: ShadowVariable, facts: Facts): string {
  const { name, kind, where, line } = one;
  if (kind === 'environment') return `unset ${name}`;
  // What a running process was started with ends with it.
  if (kind === 'process') return endOfProcess(facts);
  if (kind !== 'unit') return editorAt(where, line ?? 1);
  const { unit = null, manager } = factValue(facts.gateway) ?? {};
  if (unit !== null && where.endsWith(`/${unit}.d/override.conf`)) return `${systemctlTyped({ manager })} edit ${unit}`;
  // Its own unit OpenClaw writes anew, with what it needs and no more.
  if (
    unit !== null &&
    PLAIN_UNIT.test(unit) &&
    where === factValue(facts.gateway)?.unitFile &&
    manager !== 'systemd-system'
  )
    return typed(facts, 'gateway', 'install', '--force');
  return editorAt(where, line ?? 1);
}

/** A container keeps what it was made with: its project's files say so, or how it was run. */
function endOfProcess(facts: Facts): string {
  const { container } = factValue(facts.state) ?? {};
  if (container === undefined) return typed(facts, 'gateway', 'restart');
  return settingsTyped(container);
}

/** Nothing where it is the only credential, or stands where only its owner may change it. */
export function takenOut(one: ShadowVariable, facts: Facts): readonly Repair[] {
  const { name, kind, where, at, editable } = one;
  if (byOpenClaw(one) && stored(facts) !== 'works') return [];
  const { unit = null, manager } = factValue(facts.gateway) ?? {};
  if (kind === 'unit' && unit !== null && manager === 'systemd-user')
    return [{ kind: 'unset', manager, unit, name, says: `Keep ${name} from ${unit}` }];
  if (!editable) return [];
  const says = `Remove ${name} from ${basename(where)}`;
  if (kind === 'config') return [{ kind: 'config', says, edits: [{ op: 'delete', path: [...(at ?? [])] }] }];
  if (kind === 'claude-settings') {
    const edits = [{ op: 'delete' as const, path: [...(at ?? [])] }];
    return [{ kind: 'json', says, file: where, name: "Claude Code's settings", edits }];
  }
  return [{ kind: 'variable', says, file: where, name, ofGateway: kind === 'env-file' || kind === 'state-env' }];
}

/** What is only set for the next shell is no fault of now. */
const unlessLater = ({ kind }: ShadowVariable, level: Severity): Severity =>
  kind === 'shell-profile' ? 'info' : level;

/** A variable that only Claude Code reads: it wins over Claude Code's own login there (2.1.329). */
const ofClaudeCode = (id: Check['id'], title: string, name: string, effect: string) =>
  warning(id, title, {
    code: 'shadow',
    needs: ['shadows'],
    detect: (_, facts) => all(facts, name),
    explain: (one, facts) => ({
      says: isSet(one, facts),
      why: `${effect} OpenClaw does not read it.${reachOf(one, facts)}`,
      level: unlessLater(one, 'warning'),
    }),
    next: takeOut,
    fix: takenOut,
  });

/**
 * What a variable does. OpenClaw: turns of 2026.2.17, 2026.4.29, 2026.6.1, 2026.7.1 and 2026.9.6 with it set (none of them
 * sends its requests to ANTHROPIC_BASE_URL). Claude Code: 2.1.329.
 */
export const env = [
  error('env.wrong-name', 'The token has a name that OpenClaw does not read', {
    needs: ['shadows', 'profiles', 'config'],
    explains: ['profile.agent-without'],
    detect: (_, facts) => {
      const others = all(facts, ...CREDENTIAL_VARIABLES).some(byOpenClaw);
      // Where Claude Code answers by itself, it reads this name.
      if (others || stored(facts) !== 'none' || runsClaudeCode(facts)) return null;
      return only(all(facts, 'CLAUDE_CODE_OAUTH_TOKEN').find(({ kind }) => OURS.includes(kind)));
    },
    explain: (one) => ({
      says: `The only token is CLAUDE_CODE_OAUTH_TOKEN ${placeOf(one)}, which OpenClaw does not read.`,
      why: 'That is Claude Code’s name for it. OpenClaw uses a stored profile, else ANTHROPIC_OAUTH_TOKEN or ANTHROPIC_API_KEY.',
    }),
    fix: () => [{ kind: 'token', profileId: 'anthropic:default' }],
    next: () => SETUP,
  }),
  error('env.workspace-only', 'The only credential is in a workspace’s .env file', {
    needs: ['shadows', 'profiles', 'release'],
    explains: ['profile.agent-without'],
    // Docs of 2026.9.6: the .env file of a workspace is not trusted with credentials.
    detect: ({ shadows, release }, facts) => {
      if (release.generation !== 'G3' || stored(facts) !== 'none' || shadows.some(byOpenClaw)) return null;
      return only(shadows.find(({ kind }) => kind === 'workspace'));
    },
    explain: (one, { release }) => ({
      says: `The only credential is ${one.name} ${placeOf(one)}, where OpenClaw ${factValue(release)?.version} reads no keys.`,
      why: 'A workspace holds what agents write, so it is not trusted with credentials. A profile or ~/.openclaw/.env is.',
    }),
    fix: ({ name, where: from, editable }, { state }) => {
      const { stateDir } = factValue(state) ?? {};
      if (!editable || stateDir === undefined || !CREDENTIAL_VARIABLES.includes(name)) return [];
      const to = join(stateDir, '.env');
      return [{ kind: 'move-variable', from, to, name, says: `Move ${name} to ${to}` }];
    },
    next: () => SETUP,
  }),
  warning('env.api-key', 'An API key in the environment', {
    code: 'shadow',
    needs: ['shadows'],
    detect: (_, facts) => all(facts, 'ANTHROPIC_API_KEY').filter((one) => !isNamed(one, facts)),
    explain: (one, facts) => {
      const sole = byOpenClaw(one) && stored(facts) === 'none';
      const effects = [
        one.readers.includes('Claude Code') || one.kind === 'shell-profile'
          ? 'Claude Code bills this key instead of your plan.'
          : '',
        sole
          ? 'It is OpenClaw’s only credential: every request is paid per use.'
          : byOpenClaw(one)
            ? 'OpenClaw falls back to it when no stored credential works, and then you pay per use.'
            : '',
      ].filter((effect) => effect !== '');
      const helper = one.at?.[0] === 'apiKeyHelper';
      return {
        says: helper
          ? `apiKeyHelper is set ${placeOf(one)}: a program that gives Claude Code an API key.`
          : isSet(one, facts),
        why: `${effects.join(' ')}${reachOf(one, facts)}`,
        level: unlessLater(one, sole ? 'info' : 'warning'),
      };
    },
    next: takeOut,
    fix: takenOut,
  }),
  warning('env.oauth-token', 'A token in the environment comes first', {
    code: 'shadow',
    needs: ['shadows'],
    detect: (_, facts) => [
      ...all(facts, 'ANTHROPIC_OAUTH_TOKEN'),
      ...all(facts, 'CLAUDE_CODE_OAUTH_TOKEN').filter(({ over }) => over !== undefined),
    ],
    explain: (one, facts) => {
      if (one.over !== undefined) {
        return {
          says: isSet(one, facts),
          why: `Claude Code uses it instead of its own login (${one.over}), even after a new login.${reachOf(one, facts)}`,
          level: unlessLater(one, 'warning'),
        };
      }
      const is = stored(facts);
      const effect =
        is === 'broken'
          ? 'OpenClaw uses it because the stored profile does not work, so nobody notices.'
          : is === 'none'
            ? 'It is OpenClaw’s only credential.'
            : 'OpenClaw uses it only when no stored credential works.';
      return {
        says: isSet(one, facts),
        why: `${effect}${reachOf(one, facts)}`,
        level: unlessLater(one, is === 'broken' ? 'warning' : 'info'),
      };
    },
    next: (one, facts) => (one.over === undefined && stored(facts) !== 'works' ? SETUP : takeOut(one, facts)),
    fix: takenOut,
  }),
  ofClaudeCode(
    'env.auth-token',
    'Another tool’s token in the environment',
    'ANTHROPIC_AUTH_TOKEN',
    'Claude Code sends it instead of its own login.',
  ),
  ofClaudeCode(
    'env.base-url',
    'Claude Code sends requests to another address',
    'ANTHROPIC_BASE_URL',
    'Claude Code sends its requests to this address instead of Anthropic.',
  ),
  info('env.nested-claude', 'Run from inside a Claude Code session', {
    needs: ['shadows'],
    detect: (_, facts) => only(all(facts, 'CLAUDECODE')[0]),
    explain: () => ({
      says: 'This runs inside a Claude Code session (CLAUDECODE is set).',
      // Claude Code 2.1.39 and later.
      why: 'Claude Code refuses to start inside another session, also when a proxy or gateway started from here runs it.',
    }),
    next: () => `env -u CLAUDECODE ${SETUP}`,
  }),
];
