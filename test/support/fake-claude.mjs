#!/usr/bin/env node
// A stand-in for `claude -p` that misbehaves on demand: the text of the conversation says how ("DO:hang"). It answers
// with the text after "SAY:" up to a semicolon. Everything that the real program can show is tested with the real one.
import { spawn } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';

const args = process.argv.slice(2);
if (args.includes('--version')) {
  console.log(`${process.env.FAKE_VERSION ?? '2.1.329'} (Claude Code)`);
  process.exit(0);
}
if (args[0] === 'auth') {
  const loggedIn = process.env.FAKE_SIGNED_OUT === undefined;
  console.log(JSON.stringify({ loggedIn, authMethod: loggedIn ? 'oauth_token' : 'none' }));
  process.exit(loggedIn ? 0 : 1);
}

const note = (value) => {
  if (process.env.FAKE_LOG !== undefined) appendFileSync(process.env.FAKE_LOG, `${JSON.stringify(value)}\n`);
};
if (process.env.FAKE_STARTS !== undefined) {
  const say = (what) => appendFileSync(process.env.FAKE_STARTS, `${what} ${process.pid}\n`);
  say('start');
  process.on('SIGTERM', () => {
    say('signal');
    process.exit(1);
  });
  process.on('exit', () => say('end'));
}
let input = '';
process.stdin.setEncoding('utf8');
for await (const chunk of process.stdin) input += chunk;
// Started ahead, and not needed.
if (input === '') process.exit(0);
const [line, ...more] = input.trim().split('\n');
const blocks = JSON.parse(line).message.content;
const text = blocks[0].text;
const does = (what) => text.includes(`DO:${what};`);
const say = /SAY:(.*?);/s.exec(text)?.[1] ?? 'ok';
const put = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const delta = (piece) =>
  put({ type: 'stream_event', event: { type: 'content_block_delta', delta: { type: 'text_delta', text: piece } } });
const result = (fields) => put({ type: 'result', subtype: 'success', is_error: false, result: say, ...fields });

note({ pid: process.pid, args, env: process.env, cwd: readdirSync('.'), blocks, extraLines: more.length });
// Has its prompt, and says nothing of it.
if (does('mute')) await new Promise(() => setInterval(() => {}, 1000));
put({ type: 'system', subtype: 'init' });
if (does('crash')) {
  process.stderr.write('\nTypeError: the sky fell\n    at somewhere\n');
  process.exit(3);
}
if (does('renew')) {
  // Says what the login was when it was told to end.
  process.on('SIGTERM', () => {
    const login = readFileSync(`${process.env.HOME}/.claude/.credentials.json`, 'utf8');
    note({ pid: process.pid, endedWith: login });
    process.exit(1);
  });
}
for (const [, line] of text.matchAll(/RAW:(.*?):WAR/gs)) process.stdout.write(`${line}\n`);
if (does('deaf')) process.on('SIGTERM', () => {});
if (does('helper')) spawn('sleep', ['600'], { stdio: 'ignore' }).unref();
if (does('hang') || does('renew') || does('deaf') || does('helper')) {
  if (does('start')) delta('begun');
  setInterval(() => {}, 1000);
} else if (does('signed-out')) {
  put({ type: 'assistant', error: 'authentication_failed', message: { model: '<synthetic>', content: [] } });
  result({ is_error: true, result: 'Not logged in · Please run /login' });
  process.exitCode = 1;
} else if (does('limit')) {
  put({
    type: 'rate_limit_event',
    rate_limit_info: { status: 'rejected', resetsAt: Math.floor(Date.now() / 1000) + 120 },
  });
  result({ is_error: true, result: "You've hit your session limit · resets 3pm", api_error_status: 429 });
  process.exitCode = 1;
} else if (text.includes('RAW:')) {
  // All of it has been said.
} else if (does('flood')) {
  const piece = 'x'.repeat(64 * 1024);
  for (let at = 0; at < 800; at++)
    if (!delta(piece)) await new Promise((resolve) => process.stdout.once('drain', resolve));
  result({});
} else {
  if (does('junk')) process.stdout.write('Warning: something else on standard output\n');
  const half = say.length >> 1;
  delta(say.slice(0, half));
  if (does('slower')) await new Promise((resolve) => setTimeout(resolve, 3000));
  if (does('slow')) await new Promise((resolve) => setTimeout(resolve, 300));
  if (does('late-crash')) process.exit(4);
  delta(say.slice(half));
  put({
    type: 'stream_event',
    event: { type: 'message_delta', delta: { stop_reason: does('cut') ? 'max_tokens' : 'end_turn' } },
  });
  result({
    usage: { input_tokens: 10, output_tokens: 7, cache_read_input_tokens: 5, cache_creation_input_tokens: 3 },
  });
}
