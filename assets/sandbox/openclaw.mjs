#!/usr/bin/env node
// Stands in for OpenClaw 2026.9.6 in the sandbox: the commands that set-up, checks and undo use, with its exit codes,
// its outputs and its habits. Touches only $HOME/.openclaw and asks nobody.
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { auth } from './lib/auth.mjs';
import { fail, flag, has, print, words } from './lib/cli.mjs';
import { cron } from './lib/cron.mjs';
import { gateway } from './lib/gateway.mjs';
import { status } from './lib/models-status.mjs';
import { secretOf, secrets } from './lib/secrets.mjs';
import { agentIds, configPath, profilesOf, readConfig, runtimeOf, writeConfig } from './lib/state.mjs';

const VERSION = '2026.9.6';

async function main() {
  const [group, command, sub] = words();
  if (has('--version') || has('-V')) return print(`OpenClaw ${VERSION} (sandbox)\n`);
  // The real one needs seconds for each command; long enough here to be seen.
  await sleep(250);
  if (group === 'config') return config(command);
  if (group === 'gateway' || group === 'daemon') return gateway(command);
  const { config: current, issues } = readConfig();
  if (current === null || issues.length > 0) {
    const list = issues.map((issue) => `  ${issue.path || '(root)'}: ${issue.message}`).join('\n');
    return fail(`Invalid config at ${configPath}:\n${list}\nRun: openclaw doctor --fix`);
  }
  if (group === 'cron' || group === 'automations') return cron(command);
  if (group === 'models' && command === 'status') return status(current);
  if (group === 'models' && command === 'auth') return auth(current, sub);
  if (group === 'secrets') return secrets(current, command);
  if (group === 'models' && command === 'list') return list();
  if (group === 'models' && command === 'aliases') return print(`${JSON.stringify({ aliases: aliases(current) })}\n`);
  if (group === 'models' && command === 'fallbacks') {
    return print(`${JSON.stringify({ fallbacks: current.agents?.defaults?.model?.fallbacks ?? [] })}\n`);
  }
  if (group === 'infer' || group === 'agent') return answer(current, group);
  if (group === 'agents' && command === 'add') return addAgent(current, sub);
  if (group === 'agents') return print(`${JSON.stringify(agentIds(current).map((id) => ({ id })))}\n`);
  if (group === 'doctor') {
    return print(`${JSON.stringify({ ok: true, schemaVersion: 1, checksRun: 12, checksSkipped: 0, findings: [] })}\n`);
  }
  if (group === 'health') return print(`${JSON.stringify({ ok: true, agents: agentIds(current) })}\n`);
  return fail(`error: unknown command '${[group, command].filter(Boolean).join(' ')}'`);
}

function config(command) {
  if (command === 'file') return print(`${configPath}\n`);
  const { config: current, issues } = readConfig();
  if (command === 'validate') {
    const valid = current !== null && issues.length === 0;
    if (has('--json')) {
      print(
        `${JSON.stringify(valid ? { valid, path: configPath, warnings: [] } : { valid, path: configPath, issues })}\n`,
      );
    } else print(valid ? `Config valid: ${configPath}\n` : `${issues.map((one) => one.message).join('\n')}\n`);
    process.exitCode = valid ? 0 : 1;
    return;
  }
  if (command === 'get' && current !== null) {
    let value = current;
    for (const key of (words()[2] ?? '').split('.')) value = value?.[key];
    if (value === undefined) return fail(`Config path not found: ${words()[2]}`);
    return print(`${has('--json') ? JSON.stringify(value, null, 2) : String(value)}\n`);
  }
  return fail(`error: the sandbox has no 'config ${command}'`);
}

function aliases(current) {
  const models = Object.entries(current.agents?.defaults?.models ?? {});
  return Object.fromEntries(
    models.filter(([, model]) => model.alias).map(([ref, model]) => [model.alias.toLowerCase(), ref]),
  );
}

function list() {
  const ids = ['opus-5-5', 'fable-5-1', 'opus-5', 'sonnet-5', 'haiku-4-5'].map((id) => `anthropic/claude-${id}`);
  return print(`${ids.join('\n')}\n`);
}

async function answer(current, group) {
  const model = flag('--model') ?? modelOf(current);
  // Providers of one's own are really asked: in the sandbox that is the proxy, or nobody.
  const provider = current.models?.providers?.[model.split('/')[0]];
  // `infer` asks by itself, whatever runs the model in a turn.
  const byClaude = group === 'agent' && runtimeOf(current, model, flag('--agent')) === 'claude-cli';
  let text = 'ok';
  if (byClaude) text = await claude(model.slice(model.indexOf('/') + 1));
  else if (provider === undefined) {
    await sleep(600);
    const stored = Object.values(profilesOf(flag('--agent') ?? 'main')).filter(
      (one) => secretOf(current, one) !== null,
    );
    const good = stored.some(({ expires }) => expires === undefined || expires > Date.now());
    if (stored.length === 0) return fail('No API key found for provider "anthropic".');
    if (!good) return fail('HTTP 401 authentication_error: OAuth token has expired');
  } else {
    const asked = await ask(provider, model.slice(model.indexOf('/') + 1));
    if (asked.error !== undefined) return fail(asked.error);
    text = asked.text;
  }
  const executionTrace = { winnerProvider: byClaude ? 'claude-cli' : model.split('/')[0], fallbackUsed: false };
  const meta = { durationMs: 600, executionTrace };
  if (group === 'agent') return print(`${JSON.stringify({ payloads: [{ text, mediaUrl: null }], meta })}\n`);
  const outputs = [{ text }];
  return print(
    `${JSON.stringify({ ok: true, capability: 'model.run', transport: 'local', provider: model.split('/')[0], model: model.split('/')[1], attempts: [], outputs })}\n`,
  );
}

function modelOf(current) {
  const model = current.agents?.entries?.[flag('--agent')]?.model ?? current.agents?.defaults?.model;
  return (typeof model === 'string' ? model : model?.primary) ?? 'anthropic/claude-opus-5';
}

/** What Claude Code answers in print mode. */
async function claude(model) {
  const child = spawn('claude', ['--print', '--model', model], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.end(flag('-m') ?? 'OK?');
  let out = '';
  for await (const chunk of child.stdout) out += chunk;
  return JSON.parse(out.trim().split('\n').at(-1)).result;
}

async function ask({ baseUrl, apiKey }, model) {
  try {
    const response = await fetch(`${baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: flag('-m') ?? flag('--prompt') ?? 'OK?' }] }),
    });
    const answer = await response.json();
    const said = answer.error?.message ?? `HTTP ${response.status}`;
    return response.ok ? { text: answer.choices[0].message.content } : { error: said };
  } catch (error) {
    return { error: `${baseUrl} does not answer: ${error.cause?.code ?? error.message}` };
  }
}

function addAgent(current, id) {
  if (id === undefined || agentIds(current).includes(id)) return fail(`Agent "${id}" already exists.`);
  current.agents ??= {};
  current.agents.entries ??= { main: {} };
  current.agents.ownership = 'explicit';
  const model = flag('--model');
  current.agents.entries[id] = { name: id, workspace: flag('--workspace'), ...(model ? { model } : {}) };
  writeConfig(current);
  return print(`${JSON.stringify({ agentId: id, workspace: flag('--workspace'), model })}\n`);
}

await main();
