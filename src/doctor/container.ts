import { type Container, onHost, settingsTyped, writableTyped } from '../openclaw/container.ts';
import { factValue } from '../system/fact.ts';
import { shellQuote } from '../text.ts';
import { runsClaudeCode } from './claude-use.ts';
import { error, type Known, warning } from './types.ts';
import { several } from './words.ts';

interface Leak {
  readonly container: Container;
  readonly name: string;
  readonly value: string;
}

const inside = ({ state }: Known<'state'>) => (state.container === undefined ? [] : [state.container]);

/** A path of this machine: below what a mount shows under another name, or nowhere in the container. */
function leaks({ state }: Known<'state'>): Leak[] {
  return inside({ state }).flatMap((container) =>
    Object.entries(container.places).flatMap(([name, value]) => {
      // Compose reads OPENCLAW_CONFIG_DIR for the mount; OpenClaw itself does not (2026.2.17 and 2026.9.6).
      if (/_(GATEWAY_PORT|CONFIG_DIR)$/.test(name) || !value.startsWith('/')) return [];
      const known = onHost(container, value) !== null || value === container.home;
      const ofHost = container.mounts.some(({ host }) => value === host || value.startsWith(`${host}/`));
      return ofHost && !known ? [{ container, name, value }] : [];
    }),
  );
}

/** Of an OpenClaw that runs in a container. */
export const container = [
  error('container.restarting', 'The container keeps restarting', {
    needs: ['state'],
    explains: ['openclaw.fails', 'openclaw.silent', 'gateway.down'],
    detect: (known) => inside(known).filter(({ status }) => status === 'restarting'),
    explain: ({ name }) => ({
      says: `The container ${name} exits right after it starts, and is started again.`,
      why: 'Its log says why.',
    }),
    next: ({ runtime, name }) => `${runtime} logs --tail 50 ${name}`,
  }),
  error('container.host-path', 'A path of this machine reaches into the container', {
    needs: ['state'],
    detect: leaks,
    explain: ({ container: { name: where }, name, value }) => ({
      says: `${name} is ${value} in the container ${where}, where that folder does not exist.`,
      why: 'The project’s .env file is handed to the container whole. OpenClaw then works in an empty folder, or refuses to answer because its workspace is gone. Set the variable to the container’s own path under “environment”.',
    }),
    next: ({ container: of }) => settingsTyped(of),
  }),
  warning('container.port', 'Commands in the container ask the wrong port', {
    needs: ['state'],
    detect: (known) =>
      inside(known).flatMap((container) => {
        const told = Number(container.places.OPENCLAW_GATEWAY_PORT ?? container.places.CLAWDBOT_GATEWAY_PORT);
        const { gatewayPort: port } = container;
        return told > 0 && port !== null && told !== port ? [{ container, told, port }] : [];
      }),
    explain: ({ container: { name }, told, port }) => ({
      says: `OPENCLAW_GATEWAY_PORT is ${told} in the container ${name}, where the gateway listens on ${port}.`,
      why: 'That is the port of this machine. OpenClaw’s own commands in the container do not find the gateway: cron jobs cannot be read or changed.',
    }),
    next: ({ container: of }) => settingsTyped(of),
  }),
  error('container.foreign-files', 'Files of OpenClaw belong to another user', {
    needs: ['state'],
    detect: ({ state: { foreignFiles = [] } }) => (foreignFiles.length > 0 ? [foreignFiles] : null),
    explain: (paths, facts) => {
      const { uid, name } = factValue(facts.state)?.container ?? {};
      return {
        says: `${several(paths)} ${paths.length === 1 ? 'does' : 'do'} not belong to uid ${uid}, as which the container ${name} runs.`,
        why: 'OpenClaw cannot write there. A command run as root, or a folder that Docker made, leaves that behind.',
      };
    },
    next: (_, { state }) => {
      const { container: of, stateDir = '' } = factValue(state) ?? {};
      return `sudo chown -R ${of?.uid}:${of?.uid} ${shellQuote(stateDir)}`;
    },
  }),
  error('container.claude-login', 'The container does not keep the login of Claude Code', {
    needs: ['config', 'claudeInside'],
    detect: ({ claudeInside }, facts) => {
      const { container: of } = factValue(facts.state) ?? {};
      if (of === undefined || claudeInside === null || !claudeInside.claude.known) return null;
      const { login, uid } = claudeInside;
      return login.fate === 'kept' || !runsClaudeCode(facts) ? null : [{ of, ...login, uid }];
    },
    explain: ({ of: { name }, fate, path, uid }) =>
      fate === 'lost'
        ? {
            says: `The login of Claude Code ends with the container ${name}: ${path} is not mounted.`,
            why: 'A new one is made whenever its settings change, or its image. Mount the home of its user, or a folder for the login.',
            level: 'warning' as const,
          }
        : {
            says: `Claude Code cannot renew its login in the container ${name}: ${fate === 'read-only' ? `${path} is mounted read-only` : `uid ${uid} may not write ${path}`}.`,
            why: 'It renews its login every few hours, and has to write it down.',
          },
    next: ({ of, fate, path, uid }) => (fate === 'not writable' ? writableTyped(of, path, uid) : settingsTyped(of)),
  }),
];
