// Start-up, calls, growth and size, as ratios against something that runs beside them on the same machine. Prints each goal
// as met or not, and writes docs/performance.md; fails never: how busy a machine is must not decide whether a change is good.
//   npm run bench [-- --only NAME]      the names are those of BENCHES
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import pty from '@lydell/node-pty';
import { build } from 'esbuild';
import { makeOldHome, sandboxWithCounter, TOKEN } from './homes.mjs';
import { others } from './others.mjs';
import { writePage } from './page.mjs';

const root = resolve(import.meta.dirname, '../..');
const cli = join(root, 'dist', 'cli.js');
const folder = mkdtempSync(join(tmpdir(), 'clawauth-bench-'));
const RUNS = Number(process.env.BENCH_RUNS ?? 11);
const base = { PATH: '/usr/bin:/bin', HOME: folder, LANG: 'C.UTF-8', TERM: 'xterm-256color' };
const APPLY = ['apply', '--method', 'setup-token', '--token-stdin', '--yes', '--no-live-check'];

/** Writes down what a process used, and does not let its children do so. `--import` would start the loader of ES modules. */
const preload = join(folder, 'used.cjs');
writeFileSync(
  preload,
  `const { writeFileSync } = require('node:fs');
const told = process.env.BENCH_TOLD;
delete process.env.BENCH_TOLD;
if (told) process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  writeFileSync(told, JSON.stringify({ cpu: (user + system) / 1000, rss: process.resourceUsage().maxRSS / 1024 }));
});
`,
);

const BENCHES = {
  'first-frame': firstFrame,
  short: shortCommands,
  undo: undoTime,
  disk: diskFacts,
  calls: childCalls,
  runs: manyRuns,
  growth,
  size: tarball,
  normalizer,
  'first-token': firstToken,
};

/** What was measured, in the order in which it was. */
const measured = [];

const { values } = parseArgs({ options: { only: { type: 'string' } } });
if (values.only !== undefined && !(values.only in BENCHES)) {
  console.error(`There is no bench "${values.only}". There are: ${Object.keys(BENCHES).join(', ')}`);
  process.exit(2);
}
try {
  execFileSync(process.execPath, ['build.mjs'], { cwd: root });
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (values.only === undefined || values.only === name) await bench();
  }
  writePage(join(root, 'docs', 'performance.md'), measured);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** What one of the benches of the proxy measured; null where it could not. */
function resultsOf(name) {
  const told = join(folder, 'results.json');
  const env = { ...process.env, BENCH_RESULTS: told };
  spawnSync(process.execPath, [join(import.meta.dirname, 'normalizer', name)], { stdio: 'inherit', env });
  return existsSync(told) ? JSON.parse(readFileSync(told, 'utf8')) : null;
}

/** Processor time and memory of the proxy beside what guides show, and beside a program that only passes bytes on. */
function normalizer() {
  const results = resultsOf('bench.mjs');
  if (results === null) return;
  const { normalizer: ours, guide, 'pass-through': bare } = results;
  for (const key of Object.keys(ours).filter((one) => / CPU us$| peak MB$/.test(one))) {
    const [what, unit] = key.endsWith('MB')
      ? [key.replace(' peak MB', ', memory'), 'MB']
      : [`${key.split(' CPU')[0]}, processor time`, 'us'];
    const of = (it) => `${it[key].toFixed(0)} ${unit}`;
    row(
      `proxy / guide, ${what}`,
      ours[key] / guide[key],
      null,
      `${of(ours)} / ${of(guide)}; passing on alone ${of(bare)}`,
    );
  }
}

/** How long a person waits for the first word, as multiples of what a `claude -p` by hand takes. */
function firstToken() {
  const times = resultsOf('first-token.mjs');
  if (times === null) return;
  const hand = times['claude -p by hand'];
  for (const [name, time] of Object.entries(times)) {
    if (time !== hand)
      row(`first word: ${name} / claude -p by hand, wall`, time / hand, null, `${ms(time)} / ${ms(hand)}`);
  }
}

async function firstFrame() {
  const hello = join(folder, 'hello.mjs');
  await build({
    stdin: {
      contents: `import { render, Text } from 'ink'; import { createElement } from 'react';
        render(createElement(Text, null, 'hello from ink'));`,
      resolveDir: root,
    },
    outfile: hello,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.12',
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [
      {
        name: 'without-devtools',
        setup(bundler) {
          bundler.onResolve({ filter: /^react-devtools-core$/ }, (found) => ({ path: found.path, namespace: 'stub' }));
          bundler.onLoad({ filter: /.*/, namespace: 'stub' }, () => ({ contents: 'export default {};' }));
        },
      },
    ],
    banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url);" },
  });
  const contestants = {
    clawauth: () => seen([cli], base, [/Looking around/]),
    // Ink takes the place of what was painted before it was there.
    drawn: () => seen([cli], base, [/Looking around[\s\S]*Looking around[\s\S]*leave/]),
    hello: () => seen([hello], base, [/hello from ink/]),
    ...(await startable()),
  };
  const { clawauth, drawn, hello: theirs, ...rest } = await beside(contestants);
  const note = `${ms(drawn.cpu)} / ${ms(theirs.cpu)}; wall ${ms(drawn.wall)} / ${ms(theirs.wall)}`;
  row('frame of Ink / Ink hello, processor time', drawn.cpu / theirs.cpu, 1.3, note);
  for (const [name, it] of Object.entries(rest)) {
    const beside = `${ms(clawauth.wall)} / ${ms(it.wall)}; processor time ${ms(clawauth.cpu)} / ${ms(it.cpu)}`;
    row(`first frame / first question of ${name}, wall`, clawauth.wall / it.wall, 1.2, beside);
  }
}

/** What other projects start with, where it starts here. */
async function startable() {
  const found = {};
  for (const { name, file, asks } of others()) {
    const start = () => seen([file], base, [asks]);
    try {
      await start();
      found[name] = start;
    } catch (error) {
      console.log(`${name} is not compared: ${error.message.trim().split('\n').slice(0, 2).join(' ')}`);
    }
  }
  return found;
}

/** Commands that need no OpenClaw, beside a Node that does nothing. */
async function shortCommands() {
  const home = join(folder, 'nobody');
  mkdirSync(home);
  const env = { ...base, HOME: home };
  const { bare, ...ours } = await beside({
    '--help': () => spent([cli, '--help'], env),
    'undo --list': () => spent([cli, 'undo', '--list', '--json'], env),
    'status --json': () => spent([cli, 'status', '--json'], env),
    bare: () => spent(['-e', '0'], env),
  });
  for (const [name, { cpu, wall }] of Object.entries(ours)) {
    const note = `${ms(cpu)} / ${ms(bare.cpu)}; wall ${ms(wall)} / ${ms(bare.wall)}`;
    row(`${name} / node -e 0, processor time`, cpu / bare.cpu, name === '--help' ? 1.6 : 2, note);
  }
}

/** Our own processor time, without that of programs which OpenClaw's part of an undo starts: they have their own pace. */
async function undoTime() {
  const home = makeOldHome(join(folder, 'undo'), { agents: 2, jobs: 10 });
  const env = { ...base, ...home.env };
  const undo = async () => {
    // It keeps the backups of the runs before no more than a person's machine would after some weeks.
    rmSync(stateOf(home), { recursive: true, force: true });
    await finished(process.execPath, [cli, ...APPLY, '--json'], { env, input: TOKEN });
    return spent([cli, 'undo', '--yes', '--json'], env);
  };
  const { ours, bare } = await beside({ ours: undo, bare: () => spent(['-e', '0'], env) });
  const note = `${ms(ours.cpu)} / ${ms(bare.cpu)}; wall ${ms(ours.wall)}, at most ${ours.rss.toFixed(0)} MB`;
  row('undo / node -e 0, processor time', ours.cpu / bare.cpu, 4, note);
}

/** Where a home keeps its runs and copies. */
function stateOf({ env }) {
  return join(env.HOME, '.local', 'state', 'clawauth-setup');
}

/** A machine on which a thousand runs were made. */
async function manyRuns() {
  const home = makeOldHome(join(folder, 'runs'), { agents: 2, jobs: 10 });
  const env = { ...base, ...home.env };
  await finished(process.execPath, [cli, ...APPLY, '--json'], { env, input: TOKEN });
  const runs = join(stateOf(home), 'runs');
  const [id] = readdirSync(runs);
  const receipt = JSON.parse(readFileSync(join(runs, id, 'receipt.json'), 'utf8'));
  for (let run = 0; run < 999; run++) {
    const older = `20250101-${String(run).padStart(6, '0')}-beef`;
    mkdirSync(join(runs, older), { mode: 0o700 });
    writeFileSync(join(runs, older, 'receipt.json'), JSON.stringify({ ...receipt, id: older }), { mode: 0o600 });
  }
  const overview = join(folder, 'overview.mjs');
  await build({
    stdin: {
      contents: `import { actionKinds } from './src/actions/index.ts';
        import { openEngine } from './src/engine/index.ts';
        import { homeFacts } from './src/history/overview.ts';
        import { realWorld } from './src/system/real-world.ts';
        const world = realWorld({ home: process.env.HOME, env: process.env, cwd: process.env.HOME });
        const { backups } = await homeFacts({ world, engine: openEngine({ world, kinds: actionKinds, version: 'bench' }) });
        if (backups.length !== 1000) throw new Error(backups.length);`,
      resolveDir: root,
      loader: 'ts',
    },
    outfile: overview,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.12',
    define: { CLAWAUTH_VERSION: '"bench"' },
    banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url);" },
  });
  const { list, home: seen } = await beside({
    list: () => spent([cli, 'undo', '--list', '--json'], env),
    home: () => spent([overview], env),
  });
  row('the overview, 1,000 runs kept, processor time', seen.cpu, 300, `ms; wall ${ms(seen.wall)}`);
  row('the overview, 1,000 runs kept, memory', seen.rss, 150, 'MB');
  row('undo --list, 1,000 runs kept, processor time', list.cpu, 300, `ms; wall ${ms(list.wall)}`);
  row('undo --list, 1,000 runs kept, memory', list.rss, 150, 'MB');
}

async function diskFacts() {
  const home = makeOldHome(join(folder, 'ten'), { agents: 10, jobs: 20 });
  const waits = [];
  for (let run = 0; run < RUNS; run++) {
    // From the first frame to the last row that the disk alone can fill.
    const { found } = await seen([cli], { ...base, ...home.env }, [/Looking around/, /Agents +\S*main[\s\S]*/]);
    waits.push(found[1] - found[0]);
  }
  row('disk facts after the first frame, 10 agents', median(waits), 150, 'ms');
}

/** Every call to OpenClaw from the plan on. */
async function childCalls() {
  for (const agents of [2, 10]) {
    const { at, calls } = await sandboxWithCounter(join(folder, `calls-${agents}`), { cli, agents });
    const before = calls().length;
    const { code, err } = await finished(process.execPath, [cli, ...APPLY, '--sandbox-at', at], {
      env: base,
      input: TOKEN,
    });
    if (code !== 0) throw new Error(err);
    const made = calls().slice(before);
    row(`OpenClaw calls: plan, apply and verify, ${agents} agents`, made.length, 2, made.join('; '));
  }
}

async function growth() {
  let last = null;
  for (const agents of [10, 100, 1000, 10_000]) {
    const home = makeOldHome(join(folder, `grow-${agents}`), { agents, jobs: agents * 10 });
    const env = { ...base, ...home.env };
    const plan = await spent([cli, 'plan', '--method', 'setup-token', '--json'], env);
    const apply = await spent([cli, ...APPLY, '--json'], env, TOKEN);
    const { receipt, report } = JSON.parse(apply.out);
    if (receipt?.outcome !== 'applied' || report.worst === 'error') throw new Error(apply.out + apply.err);
    const factor =
      last === null
        ? ''
        : `, ×${(plan.cpu / last.plan.cpu).toFixed(1)} plan, ×${(apply.cpu / last.apply.cpu).toFixed(1)} apply`;
    const note = `MB; processor time of plan ${ms(plan.cpu)}, of apply ${ms(apply.cpu)}${factor}`;
    const memory = Math.max(plan.rss, apply.rss);
    row(`${agents} agents, ${agents * 10} cron jobs, memory`, memory, agents > 1000 ? 1000 : 300, note);
    if (last !== null) {
      const growth = Math.max(plan.cpu / last.plan.cpu, apply.cpu / last.apply.cpu);
      row(`${agents} agents / ${agents / 10}, processor time`, growth, 10, 'the larger growth of plan and apply');
    }
    last = { plan, apply };
  }
}

function tarball() {
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root, encoding: 'utf8' }),
  );
  row('packed tarball', packed.size / 1024, 700, 'KB');
}

/** By name the medians of what each measurement gives, taken in turns, so that all meet the same load. */
async function beside(measurements) {
  const taken = Object.fromEntries(Object.keys(measurements).map((name) => [name, []]));
  for (let run = 0; run < RUNS; run++) {
    for (const [name, measure] of Object.entries(measurements)) taken[name].push(await measure());
  }
  const medians = (all) => {
    const of = (key) => median(all.map((one) => one[key] ?? 0));
    return { wall: of('wall'), cpu: of('cpu'), rss: of('rss') };
  };
  return Object.fromEntries(Object.entries(taken).map(([name, all]) => [name, medians(all)]));
}

/** One run of a program: ms of wall and processor time, MB at most, and what it said. */
async function spent(args, env, input = '') {
  const told = join(folder, 'used');
  const start = performance.now();
  const options = { env: { ...env, BENCH_TOLD: told }, input };
  const ran = await finished(process.execPath, ['--require', preload, ...args], options);
  return { wall: performance.now() - start, ...JSON.parse(readFileSync(told, 'utf8')), ...ran };
}

/**
 * Milliseconds from the start until each pattern was painted into a terminal; then the program is ended. `cpu`: what it had
 * used by then, of Linux alone.
 */
function seen(args, env, patterns) {
  return new Promise((done, failed) => {
    const start = performance.now();
    const child = pty.spawn(process.execPath, args, { name: 'xterm-256color', cols: 120, rows: 40, cwd: folder, env });
    const found = [];
    let text = '';
    let cpu = 0;
    const late = setTimeout(() => child.kill('SIGKILL'), 30_000);
    child.onData((bytes) => {
      text += bytes.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '');
      while (found.length < patterns.length && patterns[found.length].test(text)) found.push(performance.now() - start);
      if (found.length < patterns.length || cpu > 0) return;
      cpu = cpuOf(child.pid);
      child.kill('SIGKILL');
    });
    child.onExit(() => clearTimeout(late));
    child.onExit(() =>
      found.length === patterns.length
        ? done({ wall: found[0], cpu, found })
        : failed(new Error(`Not painted:\n${text}`)),
    );
  });
}

/** ms that all threads of a process have used so far. */
function cpuOf(pid) {
  const threads = readdirSync(`/proc/${pid}/task`);
  const ns = threads.map((id) => Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')[0]));
  return ns.reduce((sum, one) => sum + one, 0) / 1e6;
}

function finished(file, args, { env, input = '' }) {
  return new Promise((done, failed) => {
    const child = spawn(file, args, { env, cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      err += text;
    });
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.once('error', failed);
    child.once('close', (code) => done({ code, out, err }));
  });
}

/** `goal`: null where there is none. */
function row(name, value, goal, note) {
  const shown = value >= 10 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(2);
  const met = goal === null ? null : value <= goal;
  measured.push({ name, shown, goal, met, note });
  const sign = met === null ? ' ' : met ? '✔' : '✘';
  console.log(`${sign} ${name.padEnd(52)} ${shown.padStart(6)}  ${goal === null ? '' : `(at most ${goal})`}  ${note}`);
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function ms(value) {
  return `${value.toFixed(0)} ms`;
}
