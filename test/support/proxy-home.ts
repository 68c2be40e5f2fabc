import { spawn } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { WAIT_MS } from './processes.ts';

/** Writes files into the home of a user, as that user's. Folders on the way are made with mode 0700. */
export function writerInto(home: string, uid: number): (name: string, text: string, mode?: number) => void {
  return (name, text, mode = 0o600) => {
    const path = join(home, name);
    const made: string[] = [];
    for (let folder = dirname(path); !existsSync(folder); folder = dirname(folder)) made.unshift(folder);
    for (const folder of made) {
      mkdirSync(folder, { mode: 0o700 });
      chownSync(folder, uid, uid);
    }
    writeFileSync(path, text, { mode });
    chownSync(path, uid, uid);
  };
}

/** A sign-in of Claude Code that is good for hours, as 2.1.329 keeps it in `~/.claude/.credentials.json`. */
export function signInText(token: string): string {
  return JSON.stringify({
    claudeAiOauth: {
      accessToken: token,
      refreshToken: token.replace('-oat01-', '-ort01-'),
      expiresAt: Date.now() + 8 * 3_600_000,
      scopes: ['user:inference'],
      subscriptionType: 'max',
    },
  });
}

/** A configuration that somebody edited by hand. `provider`: a bridge of theirs, or `anthropic` itself. */
export function handMadeConfig(
  version: string,
  { gatewayPort, bridge }: { readonly gatewayPort: number; readonly bridge: { readonly port: number } | null },
): string {
  const [opus, sonnet] =
    bridge === null
      ? ['anthropic/claude-opus-4-5', 'anthropic/claude-sonnet-4-5']
      : ['claude-max/claude-opus-4', 'claude-max/claude-sonnet-4'];
  // The roster's key changed in 2026.8.1.
  const agents = /^2026\.[89]\./.test(version)
    ? `ownership: 'explicit',
    entries: {
      main: { workspace: '~/ws' },
    },`
    : `list: [
      { id: 'main', default: true, workspace: '~/ws' },
    ],`;
  const models =
    bridge === null
      ? ''
      : `
  models: {
    providers: {
      'claude-max': { // as the guide says
        baseUrl: 'http://127.0.0.1:${bridge.port}/v1',
        api: 'openai-completions',
        apiKey: 'not-needed',
        models: [
          { id: 'claude-opus-4', name: 'Opus' },
          { id: 'claude-sonnet-4', name: 'Sonnet' },
        ],
      },
    },
  },`;
  return `// my OpenClaw, edited by hand
{
  gateway: { mode: 'local', port: ${gatewayPort}, bind: 'loopback', auth: { mode: 'token', token: 'a-gateway-secret' } },
  agents: {
    defaults: {
      workspace: '~/ws',
      model: {
        primary: '${opus}', // the good one
        fallbacks: ['${sonnet}'],
      },
      models: {
        '${opus}': { alias: 'Opus' },
        '${sonnet}': { alias: 'Sonnet' },
      },
    },
    ${agents}
  },${models}
}
`;
}

/** The script that guides have people write, and the units that start it; the second one was never enabled. */
export function guideFiles(node: string, port: number): Readonly<Record<string, string>> {
  const unit = (what: string, command: string) =>
    `[Unit]\nDescription=${what}\n\n[Service]\nExecStart=${command}\nRestart=always\n\n[Install]\nWantedBy=default.target\n`;
  return {
    'content-normalizer-proxy.js': `require('node:http').createServer((_, answer) => answer.end('by hand')).listen(${port}, '127.0.0.1');\n`,
    '.config/systemd/user/openclaw-content-normalizer.service': unit(
      'Content normalizer',
      `${node} %h/content-normalizer-proxy.js`,
    ),
    '.config/systemd/user/claude-max-api.service': unit('Claude Max API', `${node} -e 'setInterval(() => {}, 1000)'`),
  };
}

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a program to its end; both streams apart. Killed after three minutes. */
export function runToEnd(
  argv: readonly string[],
  {
    onText,
    ...options
  }: {
    readonly cwd?: string;
    readonly env?: NodeJS.ProcessEnv;
    /** Told all of standard error each time more of it comes. */
    readonly onText?: (all: string) => void;
  } = {},
): Promise<Ended> {
  const [file = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], timeout: WAIT_MS });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
      onText?.(err);
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
  });
}
