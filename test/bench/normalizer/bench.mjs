// Throughput, memory and time to the first event of the normalizer, beside a bare pass-through and beside what guides
// show. Prints ratios; nothing here passes or fails by the clock. Run by `npm run bench`, or alone:
//   node test/bench/normalizer/bench.mjs
import { fork, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const KEY = 'bench-key-bench-key-bench-key';
const SENTENCE = 'The lobster said "hello\\there" — and nothing else happened for a while.\n';

/** A request of about `bytes`, as OpenClaw makes it: a system text and one content array. */
function body(bytes, stream) {
  const text = SENTENCE.repeat(Math.ceil(bytes / 2 / SENTENCE.length));
  const user = SENTENCE.repeat(Math.max(1, Math.floor((bytes / 2 - 200) / SENTENCE.length)));
  return Buffer.from(
    JSON.stringify({
      model: 'claude-opus-4',
      stream,
      messages: [
        { role: 'system', content: text },
        { role: 'user', content: [{ type: 'text', text: user }] },
      ],
    }),
  );
}

function start(file, ...args) {
  const child = fork(file, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] });
  return new Promise((resolve, reject) => {
    child.once('message', ({ port }) => resolve({ port, pid: child.pid, stop: () => child.kill() }));
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code}`)));
  });
}

/** Ids of the processors that this process may use; Linux only. */
function processors() {
  const list = /Cpus_allowed_list:\s+(\S+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  return list.split(',').flatMap((range) => {
    const [from, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, at) => from + at);
  });
}

/** Keeps a process, with all of its threads, on these processors; false where that cannot be. */
function keepOn(pid, ids) {
  return spawnSync('taskset', ['-acp', ids.join(','), String(pid)], { stdio: 'ignore' }).status === 0;
}

/** One kept connection that sends a prepared request and waits for the end of its answer. */
class Client {
  constructor(port, payload) {
    const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${KEY}\r\ncontent-type: application/json\r\ncontent-length: ${payload.length}\r\n\r\n`;
    this.bytes = Buffer.concat([Buffer.from(head), payload]);
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('data', (chunk) => this.data(chunk));
    this.socket.on('error', (error) => this.reject?.(error));
    this.socket.on('close', () => this.reject?.(new Error('closed')));
  }

  /** ms to the first event of the body and to its end. */
  ask() {
    this.text = '';
    this.first = 0;
    this.started = performance.now();
    this.socket.write(this.bytes);
    return new Promise((resolve, reject) => Object.assign(this, { resolve, reject }));
  }

  data(chunk) {
    this.text += chunk.toString('latin1');
    const end = this.text.indexOf('\r\n\r\n');
    if (end === -1) return;
    if (!this.text.startsWith('HTTP/1.1 200')) return this.reject(new Error(this.text.slice(0, 300)));
    if (this.first === 0 && this.text.includes('data: ', end)) this.first = performance.now() - this.started;
    const length = /content-length: *(\d+)/i.exec(this.text.slice(0, end))?.[1];
    const done =
      length === undefined ? this.text.endsWith('\r\n0\r\n\r\n') : this.text.length >= end + 4 + Number(length);
    if (done) this.resolve({ first: this.first, total: performance.now() - this.started });
  }
}

async function throughput(port, payload, connections, ms) {
  const clients = Array.from({ length: connections }, () => new Client(port, payload));
  let count = 0;
  const started = performance.now();
  const until = started + ms;
  await Promise.all(
    clients.map(async (client) => {
      while (performance.now() < until) {
        await client.ask();
        count++;
      }
    }),
  );
  const rate = (count * 1000) / (performance.now() - started);
  for (const { socket } of clients) socket.destroy();
  return { rate, count };
}

async function sequential(port, payload, times) {
  const client = new Client(port, payload);
  const totals = [];
  const firsts = [];
  for (let at = 0; at < times; at++) {
    const { first, total } = await client.ask();
    totals.push(total);
    firsts.push(first);
  }
  client.socket.destroy();
  return { total: median(totals), first: median(firsts) };
}

function median(values) {
  return values.sort((one, other) => one - other)[values.length >> 1];
}

/** CPU time of a process and all of its threads so far, in ms; Linux only. */
function cpu(pid) {
  const threads = readdirSync(`/proc/${pid}/task`);
  const used = threads.map((id) => Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')[0]));
  return used.reduce((sum, ns) => sum + ns, 0) / 1e6;
}

/** Peak resident memory in MB; Linux only. */
function peak(pid) {
  const found = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return found === null ? Number.NaN : Number(found[1]) / 1024;
}

const folder = mkdtempSync(join(tmpdir(), 'clawauth-bench-'));
const ours = join(folder, 'ours.mjs');
await bundle('ours.ts', ours);
// What is measured has a processor to itself. Else whoever asks and answers shares it, and the ratio is mostly theirs.
const [its, ...others] = processors();
const apart = others.length > 0 && keepOn(process.pid, others);
if (!apart) console.log('Without a processor of its own for what is measured: no second one, or no taskset.');
const upstream = await start(join(here, 'upstream.mjs'));
const contestants = {
  'pass-through': join(here, 'pass-through.mjs'),
  guide: join(here, 'guide.mjs'),
  normalizer: ours,
};
const results = {};
const ROUNDS = 25;
/** ms of a round: long enough for a thousand small requests, short enough that a burst of something else hits few. */
const ROUND_MS = 200;
/** ms of the first one, which does not count: until the code that is run most is compiled. */
const WARM_MS = 3_000;

const samples = {};
const note = (name, key, value) => {
  samples[name] ??= {};
  samples[name][key] ??= [];
  samples[name][key].push(value);
};

/** Starts all contestants, each on the processor that is kept for them. */
async function startAll() {
  const servers = {};
  for (const [name, file] of Object.entries(contestants)) {
    servers[name] = await start(file, upstream.port);
    if (apart) keepOn(servers[name].pid, [its]);
  }
  return servers;
}

// Each size has processes of its own: what a round leaves to the garbage collector is paid in the next one, and of the
// large requests the faster ones leave the most. Rounds are interleaved, so that whatever else the machine does hits all.
for (const [label, bytes] of [
  ['4 KB', 4_000],
  ['100 KB', 100_000],
  ['1 MB', 1_000_000],
]) {
  const servers = await startAll();
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, { port, pid }] of Object.entries(servers)) {
      const before = cpu(pid);
      const { rate, count } = await throughput(port, body(bytes, false), 10, round === 0 ? WARM_MS : ROUND_MS);
      const used = cpu(pid) - before;
      const { total } = await sequential(port, body(bytes, false), 50);
      const { first } = await sequential(port, body(bytes, true), 50);
      if (round === 0) continue;
      note(name, `${label} req/s`, rate);
      note(name, `${label} CPU us`, (used * 1000) / count);
      note(name, `${label} ms`, total);
      note(name, `${label} first event ms`, first);
    }
  }
  for (const { stop } of Object.values(servers)) stop();
}

// Memory: fresh processes, so that the peak is that of the 8 large bodies alone.
for (const [name, file] of Object.entries(contestants)) {
  const server = await start(file, upstream.port);
  const large = body(20_000_000, false);
  const clients = Array.from({ length: 8 }, () => new Client(server.port, large));
  const before = performance.now();
  await Promise.all(clients.map((client) => client.ask()));
  note(name, '8 x 20 MB ms', performance.now() - before);
  note(name, '8 x 20 MB peak MB', peak(server.pid));
  for (const { socket } of clients) socket.destroy();
  server.stop();
}
upstream.stop();
rmSync(folder, { recursive: true, force: true });

for (const [name, keys] of Object.entries(samples)) {
  results[name] = Object.fromEntries(Object.entries(keys).map(([key, values]) => [key, median(values)]));
}
if (process.env.BENCH_RESULTS) writeFileSync(process.env.BENCH_RESULTS, JSON.stringify(results));
const row = (label, ...cells) =>
  console.log(label.padEnd(26) + cells.map((cell) => String(cell).padStart(14)).join(''));
row('', ...Object.keys(results), 'vs guide', 'vs bare');
for (const key of Object.keys(results.normalizer)) {
  const of = (name) => results[name][key];
  const round = (value) => (value >= 100 ? Math.round(value) : value.toFixed(2));
  row(
    key,
    ...Object.keys(results).map((name) => round(of(name))),
    `${(of('normalizer') / of('guide')).toFixed(2)}x`,
    `${(of('normalizer') / of('pass-through')).toFixed(2)}x`,
  );
}
