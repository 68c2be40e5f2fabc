#!/usr/bin/env node
// Stands in for Claude Code 2.1.329 in the sandbox: --version, auth status, print mode with the same answer to
// everything, the lines of auth login, and the screens of setup-token, painted the way the real one paints them (column moves instead of spaces,
// hard wraps at the width). Makes a fake token; asks nobody.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [command, sub] = process.argv.slice(2);
const VERSION = '2.1.329';
const out = process.stdout;

if (command === '--version' || command === '-v') {
  out.write(`${VERSION} (Claude Code)\n`);
} else if (command === 'auth' && sub === 'status') {
  const account = {
    apiProvider: 'firstParty',
    email: 'you@sandbox.invalid',
    orgName: 'Sandbox',
    subscriptionType: 'max',
  };
  const loggedIn = isLoggedIn();
  const status = loggedIn ? { loggedIn, authMethod: 'claude.ai', ...account } : { loggedIn, authMethod: 'none' };
  const says = loggedIn ? 'Signed in (sandbox)' : 'Not logged in. Run claude auth login to authenticate.';
  out.write(process.argv.includes('--text') ? `${says}\n` : `${JSON.stringify(status, null, 2)}\n`);
  process.exitCode = loggedIn ? 0 : 1;
} else if (command === 'auth' && sub === 'logout') {
  keep({});
  out.write('Successfully logged out from your Anthropic account.\n');
} else if (command === 'auth' && sub === 'login') {
  logIn();
} else if (command === 'setup-token') {
  setupToken();
} else if (process.argv.includes('--print')) {
  await answer();
} else {
  out.write('Not logged in · Please run /login\n');
  process.exitCode = 1;
}

function folder() {
  return `${process.env.HOME}/.claude`;
}

/** A sandbox begins signed in; `auth logout` leaves no login in the file. */
function isLoggedIn() {
  try {
    return JSON.parse(readFileSync(`${folder()}/.credentials.json`, 'utf8')).claudeAiOauth !== undefined;
  } catch {
    return false;
  }
}

function keep(credentials) {
  mkdirSync(folder(), { recursive: true });
  writeFileSync(`${folder()}/.credentials.json`, JSON.stringify(credentials), { mode: 0o600 });
}

/** Plain lines, as the real one has them. Whatever has a # in it and is no code of this page is refused, and ends it. */
function logIn() {
  const { url, state } = page('user%3Aprofile+user%3Ainference');
  const ask = () => out.write('Paste code here if prompted > ');
  out.write(`Opening browser to sign in…\nIf the browser didn't open, visit: ${url}\n`);
  ask();
  createInterface({ input: process.stdin }).on('line', (line) => {
    const [code, given] = line.trim().split('#');
    if (code === '' || given === undefined || given === '') {
      out.write("That doesn't look like the full code. Copy all of it, including the # in the middle.\n");
      return ask();
    }
    out.write('Signing in…\n');
    const good = given === state || given === 'sandbox';
    if (good) keep({ claudeAiOauth: login() });
    out.write(
      good ? 'Login successful.\n' : "Couldn't log in: That code wasn't accepted. Sign in again to get a new code.\n",
    );
    process.exit(good ? 0 : 1);
  });
}

function login() {
  const fake = (kind) => `sk-ant-${kind}-FAKE${randomBytes(80).toString('base64url')}`.slice(0, 108);
  const expiresAt = Date.now() + 8 * 3_600_000;
  const scopes = ['user:inference', 'user:profile'];
  return { accessToken: fake('oat01'), refreshToken: fake('ort01'), expiresAt, scopes, subscriptionType: 'max' };
}

/** A page to sign in on, which nobody serves. */
function page(scope) {
  const state = randomBytes(32).toString('base64url');
  const challenge = randomBytes(32).toString('base64url');
  const url = `https://claude.sandbox.invalid/cai/oauth/authorize?code=true&client_id=sandbox&response_type=code&redirect_uri=https%3A%2F%2Fplatform.claude.com%2Foauth%2Fcode%2Fcallback&scope=${scope}&code_challenge=${challenge}&code_challenge_method=S256&state=${state}`;
  return { url, state };
}

/** Print mode as `--output-format stream-json --include-partial-messages` prints it, one line of JSON for each event. */
async function answer() {
  let prompt = '';
  for await (const chunk of process.stdin) prompt += chunk;
  const model = process.argv[process.argv.indexOf('--model') + 1];
  const text = 'OK. (This is the sandbox: nobody was asked.)';
  const usage = { input_tokens: Math.ceil(prompt.length / 4), output_tokens: 12 };
  const say = (line) => out.write(`${JSON.stringify({ ...line, session_id: 'sandbox' })}\n`);
  say({ type: 'system', subtype: 'init', model, tools: [], mcp_servers: [] });
  for (const word of text.split(/(?<= )/)) {
    const delta = { type: 'text_delta', text: word };
    say({ type: 'stream_event', event: { type: 'content_block_delta', index: 0, delta } });
  }
  say({ type: 'stream_event', event: { type: 'message_delta', delta: { stop_reason: 'end_turn' } } });
  say({ type: 'assistant', message: { model, content: [{ type: 'text', text }], usage } });
  say({ type: 'result', subtype: 'success', is_error: false, result: text, stop_reason: 'end_turn', usage });
}

function setupToken() {
  // Like the real one: without a terminal it says nothing and does not end.
  if (!process.stdin.isTTY || !out.isTTY) {
    setInterval(() => {}, 60_000);
    return;
  }
  let state = '';
  let typed = '';
  let screen = 'prompt';
  process.stdin.setRawMode(true);
  out.write('\x1b[?25l\x1b[?2004h');
  line(1, 'Welcome to Claude Code', `v${VERSION}`);
  out.write(`${'.'.repeat(58)}\r\r\n\r\r\n`);
  line(2, 'This will guide you through long-lived (1-year) auth token setup for your Claude account.');
  out.write('\r\r\n');
  prompt();

  process.stdin.on('data', (chunk) => {
    const text = chunk.toString('utf8').replace(/\x1b\[20[01]~/g, '');
    // Replies of the terminal to queries are not typing.
    if (text.startsWith('\x1b')) return;
    for (const char of text) key(char);
  });
  for (const [signal, code] of [
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])
    process.on(signal, () => end(code));
  // Ctrl-C, Ctrl-D and Esc are ignored at the prompt, as in the real one.

  function key(char) {
    if (char !== '\r' && char !== '\n') {
      if (char >= ' ' && char !== '\x7f' && screen === 'prompt') {
        typed += char;
        field();
      }
      return;
    }
    if (screen === 'error') {
      clearBelow(3);
      prompt();
    } else if (screen === 'prompt') submit();
  }

  function submit() {
    const [code, given] = typed.trim().split('#');
    typed = '';
    if (given === undefined || given === '' || code === '') {
      field();
      out.write('\x1b7\x1b[2B\r');
      line(2, '\x1b[38;5;211m✘', "That doesn't look like the full code.");
      line(4, 'Copy all of it, including the # in the middle.\x1b[39m');
      out.write('\x1b8');
      return;
    }
    screen = 'busy';
    clearBelow(9);
    line(2, '✶', 'Finishing sign-in…');
    setTimeout(() => {
      clearBelow(1);
      // The page of the sandbox hands out this code; whatever else has a # in it is refused.
      if (given !== state && given !== 'sandbox') {
        screen = 'error';
        line(2, '\x1b[38;5;211m✘', "OAuth error: Couldn't finish signing in. Try again.\x1b[39m");
        out.write('\r\r\n');
        line(2, 'Press Enter to retry');
        return;
      }
      success();
    }, 250);
  }

  function prompt() {
    screen = 'prompt';
    const shown = page('user%3Ainference');
    const { url } = shown;
    state = shown.state;
    line(2, "Browser didn't open? Use the URL below to sign in", '(c to copy)');
    out.write('\r\r\n');
    for (const row of wrap(url, width())) out.write(`\x1b]8;;${url}\x07${row}\x1b]8;;\x07\r\r\n`);
    out.write('\r\r\n');
    line(2, 'Paste code here if prompted');
    out.write(` ╭${'─'.repeat(width() - 3)}╮\r\r\n`);
    out.write(` │${' '.repeat(width() - 3)}│\r\r\n`);
    out.write(` ╰${'─'.repeat(width() - 3)}╯\r\r\n`);
  }

  function field() {
    const shown = typed.length <= 6 ? '*'.repeat(typed.length) : '*'.repeat(typed.length - 6) + typed.slice(-6);
    out.write(`\x1b7\x1b[2A\r │ ${shown.slice(-(width() - 6)).padEnd(width() - 5)} │\x1b8`);
    out.write('\x1b7\x1b[J\x1b8');
  }

  function success() {
    // 108 characters, as the real ones have.
    const token = `sk-ant-oat01-FAKE${randomBytes(80).toString('base64url')}`.slice(0, 108);
    line(2, '\x1b[38;5;114m✔', 'Long-lived authentication token created\x1b[39m');
    out.write('\r\r\n');
    line(2, 'Your OAuth token (valid for 1 year):');
    out.write('\r\r\n');
    for (const row of wrap(token, width() - 1)) out.write(`\x1b[2G\x1b[38;5;220m${row}\x1b[39m\r\r\n`);
    out.write('\r\r\n');
    line(2, "Store this token securely. You won't be able to see it again.");
    out.write('\r\r\n');
    line(2, 'Use this token by setting: export CLAUDE_CODE_OAUTH_TOKEN=<token>');
    setTimeout(() => end(0), 500);
  }

  function end(code) {
    out.write('\x1b[?25h\x1b[?2004l');
    process.stdin.setRawMode(false);
    process.exit(code);
  }
}

function width() {
  return Math.max(20, out.columns ?? 80);
}

/** One row: words at their columns, without the spaces between them. */
function line(column, ...parts) {
  let at = column;
  let row = '';
  for (const word of parts.join(' ').split(' ')) {
    row += `\x1b[${at}G${word}`;
    at += visible(word) + 1;
  }
  out.write(`${row}\x1b[K\r\r\n`);
}

function visible(word) {
  return word.replace(/\x1b\[[0-9;]*m/g, '').length;
}

function wrap(text, columns) {
  const rows = [];
  for (let at = 0; at < text.length; at += columns) rows.push(text.slice(at, at + columns));
  return rows;
}

/** Moves up `rows` rows and clears everything below. */
function clearBelow(rows) {
  out.write(`\x1b[${rows}A\r\x1b[J`);
}
