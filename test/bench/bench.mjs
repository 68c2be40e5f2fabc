// Start-up, growth and size, as ratios against something that runs beside them on the same machine. Prints; fails never:
// how busy a machine is must not decide whether a change is good.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import pty from '@lydell/node-pty';
import { build } from 'esbuild';
import { makeOldHome, sandboxWithCounter, TOKEN } from './homes.mjs';

const root = resolve(import.meta.dirname, '../..');
const cli = join(root, 'dist', 'cli.js');
const folder = mkdtempSync(join(tmpdir(), 'clawauth-bench-'));
const RUNS = Number(process.env.BENCH_RUNS ?? 11);
const base = { PATH: '/usr/bin:/bin', HOME: folder, LANG: 'C.UTF-8', TERM: 'xterm-256color' };

try {
  execFileSync(process.execPath, ['build.mjs'], { cwd: root });
  await firstFrame();
  await helpText();
  await undoTime();
  await diskFacts();
  await childCalls();
  await growth();
  tarball();
} finally {
  rmSync(folder, { recursive: true, force: true });
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
  const [ours, theirs] = await beside(
    () => seen([cli], base, [/Looking around/]),
    () => seen([hello], base, [/hello from ink/]),
  );
  row('first frame / Ink hello world', ours / theirs, 1.35, `${ms(ours)} / ${ms(theirs)}`);
}

async function helpText() {
  const once = (args) => async () => {
    const start = performance.now();
    await finished(process.execPath, args, { env: base });
    return performance.now() - start;
  };
  const [ours, theirs] = await beside(once([cli, '--help']), once(['-e', '0']));
  row('--help / node -e 0', ours / theirs, 1.6, `${ms(ours)} / ${ms(theirs)}`);
}

/** Our own processor time, without that of programs which OpenClaw's part of an undo starts: they have their own pace. */
async function undoTime() {
  const home = makeOldHome(join(folder, 'undo'), { agents: 2, jobs: 10 });
  const [preload, told] = [join(folder, 'cpu.mjs'), join(folder, 'cpu')];
  writeFileSync(
    preload,
    `import { writeFileSync } from 'node:fs'; process.on('exit', () => { const { user, system } = process.cpuUsage(); if (process.env.BENCH_CPU) writeFileSync(process.env.BENCH_CPU, String((user + system) / 1000)); });`,
  );
  const env = { ...base, ...home.env };
  const spent = async (args) => {
    await finished(process.execPath, ['--import', preload, ...args], { env: { ...env, BENCH_CPU: told } });
    return Number(readFileSync(told, 'utf8'));
  };
  const apply = ['apply', '--method', 'setup-token', '--token-stdin', '--yes', '--no-live-check', '--json'];
  const undo = async () => {
    // It keeps the backups of the runs before no more than a person's machine would after some weeks.
    rmSync(join(home.env.HOME, '.local', 'state', 'clawauth-setup'), { recursive: true, force: true });
    await finished(process.execPath, [cli, ...apply], { env, input: TOKEN });
    return spent([cli, 'undo', '--yes', '--json']);
  };
  const [ours, theirs] = await beside(undo, () => spent(['-e', '0']));
  const own = ours - theirs;
  row('undo / node -e 0, processor time', ours / theirs, 4, `${ms(ours)} / ${ms(theirs)}: ${ms(own)} of our own`);
}

async function diskFacts() {
  const home = makeOldHome(join(folder, 'ten'), { agents: 10, jobs: 20 });
  const waits = [];
  for (let run = 0; run < RUNS; run++) {
    // From the first frame to the last row that the disk alone can fill.
    const [frame, facts] = await seenAll([cli], { ...base, ...home.env }, [/Looking around/, /Agents +\S*main[\s\S]*/]);
    waits.push(facts - frame);
  }
  row('disk facts after the first frame, 10 agents', median(waits), 150, 'ms');
}

async function childCalls() {
  for (const agents of [2, 10]) {
    const { at, calls } = await sandboxWithCounter(join(folder, `calls-${agents}`), { cli, agents });
    let before = 0;
    const { code, err } = await finished(
      process.execPath,
      [cli, 'apply', '--method', 'setup-token', '--token-stdin', '--yes', '--no-live-check', '--sandbox-at', at],
      {
        env: base,
        input: TOKEN,
        onError: (text) => {
          if (before === 0 && /^ {2}1\/\d/m.test(text)) before = calls().length;
        },
      },
    );
    if (code !== 0) throw new Error(err);
    row(
      `openclaw calls, apply + verify, ${agents} agents`,
      calls().length - before,
      4,
      calls().slice(before).join('; '),
    );
  }
}

async function growth() {
  let last = null;
  for (const agents of [10, 100, 1000]) {
    const home = makeOldHome(join(folder, `grow-${agents}`), { agents, jobs: agents * 10 });
    const rss = join(folder, `rss-${agents}`);
    const preload = join(folder, 'rss.mjs');
    writeFileSync(
      preload,
      `import { writeFileSync } from 'node:fs'; process.on('exit', () => { if (process.argv[1] === ${JSON.stringify(cli)}) writeFileSync(process.env.BENCH_RSS, String(process.resourceUsage().maxRSS)); });`,
    );
    const env = { ...base, ...home.env, NODE_OPTIONS: `--import ${preload}`, BENCH_RSS: rss };
    const start = performance.now();
    const planned = await finished(process.execPath, [cli, 'plan', '--method', 'setup-token', '--json'], { env });
    const plan = performance.now() - start;
    if (planned.code !== 0) throw new Error(planned.err);
    const args = ['apply', '--method', 'setup-token', '--token-stdin', '--yes', '--no-live-check', '--json'];
    const again = performance.now();
    const applied = await finished(process.execPath, [cli, ...args], { env, input: TOKEN });
    const apply = performance.now() - again;
    if (JSON.parse(applied.out).receipt?.outcome !== 'applied') throw new Error(applied.err);
    const megabytes = Number(readFileSync(rss, 'utf8')) / 1024;
    const factor =
      last === null ? '' : `, ×${(plan / last.plan).toFixed(1)} plan, ×${(apply / last.apply).toFixed(1)} apply`;
    row(
      `${agents} agents, ${agents * 10} cron jobs`,
      megabytes,
      300,
      `MB; plan ${ms(plan)}, apply ${ms(apply)}${factor}`,
    );
    last = { plan, apply };
  }
}

function tarball() {
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root, encoding: 'utf8' }),
  );
  row('packed tarball', packed.size / 1024, 700, 'KB');
}

/** Medians of two measurements taken in turns, so that both meet the same load. */
async function beside(ours, theirs) {
  const times = [[], []];
  for (let run = 0; run < RUNS; run++) {
    times[0].push(await ours());
    times[1].push(await theirs());
  }
  return times.map(median);
}

async function seen(args, env, patterns) {
  return (await seenAll(args, env, patterns))[0];
}

/** Milliseconds from the start until each pattern was painted into a terminal; then the program is ended. */
function seenAll(args, env, patterns) {
  return new Promise((done, failed) => {
    const start = performance.now();
    const child = pty.spawn(process.execPath, args, { name: 'xterm-256color', cols: 120, rows: 40, cwd: folder, env });
    const found = [];
    let text = '';
    child.onData((bytes) => {
      text += bytes.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '');
      while (found.length < patterns.length && patterns[found.length].test(text)) found.push(performance.now() - start);
      if (found.length === patterns.length) child.kill('SIGKILL');
    });
    child.onExit(() => (found.length === patterns.length ? done(found) : failed(new Error(`Not painted:\n${text}`))));
  });
}

function finished(file, args, { env, input = '', onError = () => {} }) {
  return new Promise((done, failed) => {
    const child = spawn(file, args, { env, cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      err += text;
      onError(err);
    });
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.once('error', failed);
    child.once('close', (code) => done({ code, out, err }));
  });
}

function row(name, value, limit, note) {
  const shown = value >= 10 ? value.toFixed(0) : value.toFixed(2);
  console.log(`${value <= limit ? '✔' : '✘'} ${name.padEnd(46)} ${shown.padStart(6)}  (at most ${limit})  ${note}`);
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function ms(value) {
  return `${value.toFixed(0)} ms`;
}
