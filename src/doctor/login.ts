import { cliAgents, readConfig } from '../facts/claude-agents.ts';
import { hasEnded, isLoginCopy, isSignedIn, isSignedOut, ofOpenClaw } from '../facts/claude-login.ts';
import type { Facts } from '../facts/types.ts';
import { settingsTyped } from '../openclaw/container.ts';
import { credentialsInJson, featuresOf } from '../openclaw/generation.ts';
import type { ProfileFacts } from '../openclaw/records.ts';
import { atLeast } from '../openclaw/version.ts';
import { factValue } from '../system/fact.ts';
import { editorAt } from '../system/file-problems.ts';
import { loginTyped, signingIn } from './claude-login.ts';
import { needsNoCredential, orderKey } from './claude-use.ts';
import type { Repair } from './repairs.ts';
import { newToken } from './token.ts';
import { error, info, warning } from './types.ts';
import { nameOf, winners } from './without.ts';
import { RENEW, several, storeName, typed, whereOpenClawRuns } from './words.ts';

/** Agents that Claude Code answers for. */
const idsOf = (facts: Facts) => cliAgents(facts).map(({ id }) => id);
const versionOf = ({ release }: Facts) => factValue(release)?.version ?? '';

/**
 * What is stored beside the login of Claude Code and sent in its place: 2026.8.2 and 2026.9.6 do (a token in the store won
 * over the login in a turn of 9.6). An API key is only used where it was chosen.
 */
export function forwarded(facts: Facts): readonly ProfileFacts[] {
  if (!atLeast(versionOf(facts), '2026.8.1-beta.0')) return [];
  const ids = idsOf(facts);
  const order = readConfig(facts)?.order?.[orderKey(facts)];
  // An empty order keeps every stored credential from it (run on 2026.9.6).
  if (order?.length === 0) return [];
  return (factValue(facts.profiles) ?? []).filter(
    ({ agent, provider, type, rejected }) =>
      ids.includes(agent) && provider === 'anthropic' && type !== 'api_key' && rejected === null,
  );
}

/**
 * An empty order: with it a turn of 2026.9.6 handed nothing over that it had handed over before, and 2026.8.2 reads it the
 * same. Only where nothing else needs what is stored, and the login is there to take its place.
 */
function keptFromCli(agents: readonly string[], facts: Facts): readonly Repair[] {
  const orders = factValue(facts.storedOrders);
  // The order of the store comes before that of the configuration.
  const ordered = orders === undefined || agents.some((agent) => orders[agent] !== undefined);
  if (!isSignedIn(ofOpenClaw(facts)) || ordered || !needsNoCredential(facts)) return [];
  const edits = [{ op: 'set' as const, path: ['auth', 'order', orderKey(facts)], value: [] }];
  const because = 'It stays stored. A conversation that is open may keep it until a new one is started.';
  return [{ kind: 'config', says: 'Keep stored credentials from Claude Code', because, edits }];
}

/** Agents that need Claude Code's own login: none is stored for them, and no variable stands in. */
function needLogin(facts: Facts): readonly string[] {
  const stored = new Set(forwarded(facts).map(({ agent }) => agent));
  // 2026.9.6 takes the variable out of what it starts Claude Code with; 2026.2.17 leaves it there.
  const byVariable =
    !atLeast(versionOf(facts), '2026.8.1-beta.0') &&
    (factValue(facts.shadows) ?? []).some(({ name }) => name === 'CLAUDE_CODE_OAUTH_TOKEN');
  return byVariable || factValue(ofOpenClaw(facts).claudeLogin)?.apiKeyHelper
    ? []
    : idsOf(facts).filter((id) => !stored.has(id));
}

/** Copies go from the files that hold them. What a database holds is OpenClaw's own. */
function withoutCopies(copies: readonly ProfileFacts[], { release }: Facts): readonly Repair[] {
  if (!credentialsInJson(factValue(release)?.generation ?? 'G3')) return [];
  const places = new Map(
    copies.flatMap(({ id, store }) => (store === undefined ? [] : [[`${store} ${id}`, { id, store }]])),
  );
  return [...places.values()].map(({ id, store }): Repair => {
    const edits = [{ op: 'delete' as const, path: ['profiles', id] }];
    const because = 'Its refresh token is that of Claude Code.';
    return {
      kind: 'json',
      file: store,
      name: storeName(store),
      edits,
      says: `Remove ${id} from ${storeName(store)}`,
      because,
    };
  });
}

/** The login that Claude Code keeps for itself, and OpenClaw's way through it. */
export const login = [
  error('login.two-owners', 'OpenClaw has a copy of the Claude Code login', {
    needs: ['config', 'profiles', 'claudeLogin'],
    detect: (_, facts) => winners(facts, (row) => isLoginCopy(row, facts)),
    explain: (stored) => ({
      says: `${nameOf(stored)} is a copy of the Claude Code login: both hold the same refresh token.`,
      why: 'A refresh token works once: whichever of the two uses it first ends the other’s login. A setup token has no such twin.',
    }),
    fix: (stored) => newToken(stored),
    next: () => RENEW,
  }),
  warning('login.copy-beside', 'A copy of the Claude Code login is stored beside the credential in use', {
    needs: ['config', 'profiles', 'claudeLogin', 'release'],
    detect: ({ profiles }, facts) => {
      const used = winners(facts, (row) => isLoginCopy(row, facts)).length > 0;
      const works = profiles.some(({ provider, wins }) => provider === 'anthropic' && wins);
      const copies = profiles.filter((row) => !row.wins && isLoginCopy(row, facts));
      return used || !works || copies.length === 0 ? null : [copies];
    },
    explain: ([first]) => ({
      says: `${first?.id} is a copy of the Claude Code login, stored beside the credential in use.`,
      // A turn of 2026.2.17 renewed such a copy by itself.
      why: 'OpenClaw falls back to it when the other fails, renews it, and ends the login of Claude Code.',
    }),
    fix: (copies, facts) => withoutCopies(copies, facts),
    next: ([first], facts) => editorAt(first?.store ?? factValue(facts.state)?.stateDir ?? '', 1),
  }),
  error('cli.missing', 'OpenClaw runs Claude Code, which is not installed', {
    needs: ['config'],
    explains: ['cli.signed-out', 'cli.login-ended'],
    detect: (_, facts) => {
      const { claude } = ofOpenClaw(facts);
      const agents = claude.known || claude.reason !== 'absent' ? [] : idsOf(facts);
      return agents.length > 0 ? [agents] : null;
    },
    explain: (agents, facts) => ({
      says: `${several(agents)} ${agents.length === 1 ? 'asks' : 'ask'} Claude through Claude Code, and there is no claude ${whereOpenClawRuns(facts)}.`,
      why: 'OpenClaw starts it from PATH; the model has no other route.',
    }),
    next: (_, { state }) => {
      const { container } = factValue(state) ?? {};
      return container === undefined ? 'npm install -g @anthropic-ai/claude-code' : settingsTyped(container);
    },
  }),
  error('cli.login-ended', 'The Claude Code login has expired', {
    needs: ['config'],
    explains: ['cli.signed-out'],
    detect: (_, facts, now) => {
      const agents = needLogin(facts);
      const its = factValue(ofOpenClaw(facts).claudeLogin);
      return its !== undefined && hasEnded(its, now) && agents.length > 0 ? [{ agents, file: its.file }] : null;
    },
    explain: ({ agents, file }) => ({
      says: `The Claude Code login has expired and cannot be renewed: ${several(agents)} ${agents.length === 1 ? 'asks' : 'ask'} Claude through it.`,
      why: `${file} has expired and holds no valid refresh token. Claude Code itself may still report that it is signed in.`,
    }),
    fix: (_, facts) => signingIn(facts),
    next: (_, facts) => loginTyped(ofOpenClaw(facts)),
  }),
  error('cli.signed-out', 'OpenClaw runs Claude Code, which is not signed in', {
    needs: ['config'],
    detect: (_, facts) => {
      const agents = needLogin(facts);
      return isSignedOut(ofOpenClaw(facts)) && agents.length > 0 ? [agents] : null;
    },
    explain: (agents) => ({
      says: `Claude Code is not signed in: ${several(agents)} ${agents.length === 1 ? 'asks' : 'ask'} Claude through it.`,
      why: 'This way OpenClaw uses the Claude Code login, and nothing else is stored for it.',
    }),
    fix: (_, facts) => signingIn(facts),
    next: (_, facts) => loginTyped(ofOpenClaw(facts)),
  }),
  warning('cli.stored-profile-forwarded', 'A stored credential overrides the Claude Code login', {
    needs: ['config', 'profiles'],
    detect: (_, facts) => {
      const rows = forwarded(facts);
      return [...new Set(rows.map(({ id }) => id))].map((id) => ({
        id,
        agents: rows.filter((row) => row.id === id).map(({ agent }) => agent),
        breaks: !atLeast(versionOf(facts), '2026.9.0'),
      }));
    },
    explain: ({ id, agents, breaks }) => ({
      says: `${several(agents)} ${agents.length === 1 ? 'asks' : 'ask'} Claude through Claude Code, but OpenClaw gives it the stored ${id} instead of its own login.`,
      why: breaks
        ? 'With 2026.8 every turn may then fail with a 401, while its status calls the profile usable.'
        : 'A stored credential wins over the Claude Code login (2026.9.6), and your turns are billed to it.',
      ...(breaks ? {} : { level: 'info' as const }),
    }),
    fix: ({ agents }, facts) => keptFromCli(agents, facts),
    next: ({ id, agents: [agent = ''] }, facts) => {
      const { modelsAuthLogout } = featuresOf(versionOf(facts));
      const many = (readConfig(facts)?.agents.length ?? 1) > 1 ? ['--agent', agent] : [];
      return modelsAuthLogout
        ? typed(facts, 'models', 'auth', 'logout', id, ...many)
        : typed(facts, 'models', 'auth', 'order', 'get', '--provider', 'anthropic', ...many);
    },
  }),
  info('claude.first-run', 'Claude Code was never set up here', {
    needs: ['claude', 'claudeLogin', 'shadows'],
    detect: ({ claudeLogin: { onboarded }, shadows }) =>
      onboarded
        ? null
        : shadows.filter(({ name, readers }) => name === TOKEN && readers.includes('Claude Code')).slice(0, 1),
    explain: () => ({
      says: `Claude Code was never set up here: at its first start it asks for a theme and a login, whatever ${TOKEN} says.`,
      why: 'The variable is enough for `claude -p`, which is what programs run.',
    }),
    next: () => 'claude',
  }),
];

const TOKEN = 'CLAUDE_CODE_OAUTH_TOKEN';
