import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import json5 from 'json5';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { cronInFiles } from '../support/bridge-home.ts';
import { installClaude, type OAuthStandIn, startOAuthStandIn } from '../support/claude-stand-in.ts';
import { textOf } from '../support/fake-anthropic.ts';
import { freePort } from '../support/free-port.ts';
import { lostSince } from '../support/holdings.ts';
import { expectInvariants, type Had, hadIn } from '../support/invariants.ts';
import { runs } from '../support/normalizer.ts';
import { MANY_PROGRAMS, until } from '../support/processes.ts';
import { type Ended, guideFiles, handMadeConfig, runToEnd, signInText, writerInto } from '../support/proxy-home.ts';
import { installNode, installRelease, releases, wholeMatrix } from '../support/releases.ts';
import { filesWith, snapshot } from '../support/run-packed.ts';
import { bootUserSystemd, canBoot, type UserSystemd } from '../support/systemd.ts';
import { removeTree } from '../support/tree.ts';

// The whole proxy way with real programs: the packed program sets it up under a real `systemd --user`, and then an agent
// turn of OpenClaw → normalizer → (claude-max-api-proxy 1.0.0 →) Claude Code → a stand-in for Anthropic on loopback.

const TOKEN = `sk-ant-oat01-FAKE${'q7Rt'.repeat(22)}abc`;
/** As {@link signInText} makes it. */
const REFRESH = TOKEN.replace('-oat01-', '-ort01-');
const CLAUDE = '2.1.329';
const NODE = '/run/programs/node/node';
const KEY_FILE = '.local/share/clawauth-setup/normalizer.key';
const UNITS = '.config/systemd/user';
const NORMALIZER = 'clawauth-normalizer.service';
const MAX_API = 'clawauth-claude-max-api.service';
const BY_HAND = 'openclaw-content-normalizer.service';

const QUIET = { OPENCLAW_NO_RESPAWN: '1', NO_COLOR: '1', LANG: 'C.UTF-8', CI: 'true' };

/** What OpenClaw leaves by itself, whoever runs it: see the test of the setup token. */
const STAMPS = [
  /^\.\/\.openclaw\/logs(\/|$)/,
  /^\.\/\.openclaw\/state(\/openclaw\.sqlite(-wal|-shm)?)?$/,
  /^\.\/\.openclaw\/identity(\/|$)/,
  // Caches of its own (`agents list` of 2026.9.6 makes them).
  /^\.\/\.cache(\/openclaw(-\d+)?(\/|$)|$)/,
];
/** The program's own record. */
const RECORDS = [/^\.\/\.local\/state(\/|$)/, /^\.\/\.local$/, /^\.$/];
/** What Claude Code notes whenever it is started. */
const NOTES = /^\.\/\.claude(\.json.*)?(\/|$)/;
/** What a turn of OpenClaw leaves: sessions, a workspace, its generated copies, locks and caches of its own. */
const TURNS = [/^\.\/\.openclaw(\/(agents|plugin-skills|state|tmp)(\/|$)|$)/, /^\.\/(ws|\.cache)(\/|$)/];

const packed = inject('packed');
let standIn: OAuthStandIn;

beforeAll(async () => {
  standIn = await startOAuthStandIn();
});
afterAll(async () => {
  await standIn?.close();
});

/** What a service manager does is the same for each release; an older OpenClaw talks to the proxy in the test without one. */
const CASES = releases(['2026.9.6'], ['2026.2.17']).map(
  (version) => [version, version === '2026.9.6' ? 'a proxy set up by hand' : 'an API key'] as const,
);

describe.skipIf(!canBoot).each(CASES)(
  'with OpenClaw %s, in the place of %s, under a real systemd --user (skipped without root and unshare)',
  MANY_PROGRAMS,
  (version, before) => {
    let systemd: UserSystemd;
    let env: Record<string, string>;
    let put: ReturnType<typeof writerInto>;
    let bare: Record<string, string>;
    let had: Had;
    let port: number;
    const printed: string[] = [];

    const at = (...names: string[]) => join(systemd.homeOutside, ...names);
    const inside: Runs = (argv, more = {}, onText) => {
      const words = Object.entries({ ...env, ...more }).map(([name, value]) => `${name}=${value}`);
      return runToEnd([...systemd.enter, 'env', '-C', '/run/home', ...words, ...argv], onText ? { onText } : {});
    };
    /** Our program, as the person runs it: with the proxy and the certificates that this test's Claude Code needs. */
    const run = async (args: readonly string[]) => {
      const ended = await inside([NODE, '/run/programs/app/dist/cli.js', ...args], network());
      printed.push(ended.out, ended.err);
      return { ...ended, all: `${ended.out}\n${ended.err}` };
    };
    const ours = async (...args: string[]) => {
      const ended = await run([...args, '--json']);
      expect(ended.code, ended.all).toBe(0);
      return JSON.parse(ended.out);
    };
    const network = () => ({
      HTTPS_PROXY: standIn.env.HTTPS_PROXY ?? '',
      NO_PROXY: new URL(process.env.npm_config_registry ?? 'https://registry.npmjs.org').hostname,
      NODE_EXTRA_CA_CERTS: '/run/home/authorities.pem',
    });
    const openclaw = (...args: string[]) => inside(['openclaw', ...args]);
    const turn = (...args: string[]) => openclaw('agent', '--local', '--agent', 'main', '--json', ...args);
    const ctl = async (...args: string[]) => (await inside(['systemctl', '--user', ...args])).out.trim();
    const show = (unit: string, property: string) => ctl('show', '-P', property, unit);
    const config = () => json5.parse(readFileSync(at('.openclaw/openclaw.json'), 'utf8'));
    const place = () => ({
      stateDir: at('.openclaw'),
      config: at('.openclaw/openclaw.json'),
      openclaw: async (...args: string[]) => (await openclaw(...args)).out,
    });
    const key = () => readFileSync(at(KEY_FILE), 'utf8').trim();

    /** Paths below the home that are not as they were. */
    const changed = (...but: readonly RegExp[][]) => {
      const now = snapshot(systemd.homeOutside, NOTES);
      const names = [...new Set([...Object.keys(bare), ...Object.keys(now)])].filter(
        (name) => bare[name] !== now[name],
      );
      return names.filter((name) => ![...STAMPS, ...RECORDS, ...but.flat()].some((one) => one.test(name)));
    };

    /** Waits until the normalizer answers, and gives its word on the sign-in. */
    const health = async () => {
      const headers = { authorization: `Bearer ${key()}` };
      const answer = await until(
        () => fetch(`http://127.0.0.1:${port}/health`, { headers }).catch(() => null),
        () => ctl('status', NORMALIZER),
      );
      return (await answer.json()) as { status: string; says: string };
    };

    beforeAll(async () => {
      const release = await installRelease(version);
      const claude = dirname(realpathSync(await installClaude(CLAUDE)));
      const node = dirname(realpathSync(join(await installNode(), 'node')));
      const app = dirname(dirname(packed.cli));
      for (const folder of [app, dirname(app), dirname(dirname(app)), dirname(packed.folder)]) chmodSync(folder, 0o755);
      systemd = await bootUserSystemd({ app, node, claude, openclaw: dirname(dirname(dirname(release.bin))) });
      const folders = ['node', 'claude', 'openclaw/node_modules/.bin'].map((name) => `/run/programs/${name}`);
      env = { PATH: [...folders, '/usr/local/bin', '/usr/bin', '/bin'].join(':'), ...QUIET };
      put = writerInto(systemd.homeOutside, systemd.uid);
      const others = process.env.NODE_EXTRA_CA_CERTS;
      const authorities = [standIn.env.NODE_EXTRA_CA_CERTS, others].flatMap((file) =>
        file ? readFileSync(file, 'utf8') : [],
      );
      put('authorities.pem', authorities.join('\n'));
      put('.claude/.credentials.json', signInText(TOKEN));
      const byHand = before === 'a proxy set up by hand' ? { port: await freePort() } : null;
      put('.openclaw/openclaw.json', handMadeConfig(version, { gatewayPort: await freePort(), bridge: byHand }));
      if (byHand) {
        for (const [name, text] of Object.entries(guideFiles(NODE, byHand.port))) put(name, text);
        await ctl('daemon-reload');
        await ctl('enable', '--now', BY_HAND);
      }
      // Let both write their own files first, so that later differences are ours.
      await inside(['claude', 'auth', 'status']);
      await openclaw('models', 'status', '--json');
      const schedule = { kind: 'every', everyMs: 21600000 };
      const job = {
        id: 'job-1',
        name: 'ping',
        enabled: false,
        schedule,
        payload: { kind: 'agentTurn', message: 'Ping' },
      };
      if (cronInFiles(version)) put('.openclaw/cron/jobs.json', JSON.stringify({ version: 1, jobs: [job] }));
      bare = snapshot(systemd.homeOutside, NOTES);
      had = await hadIn(place());
    });
    afterAll(() => systemd?.close());

    it('sets up the service, the provider and the models, and every check is content', async () => {
      const done = await ours('apply', '--method', 'proxy', '--yes');
      expect(complaints(done.report)).toEqual([]);
      expect(done.report.findings.map(({ check }: { check: string }) => check)).toEqual(
        expect.arrayContaining(['services', 'health', 'provider', 'models', 'bridge', 'leftovers', 'reboot']),
      );
      expect(await show(NORMALIZER, 'ActiveState')).toBe('active');
      expect(await ctl('is-enabled', NORMALIZER)).toBe('enabled');
      const provider = config().models.providers['claude-max-proxy'];
      expect(provider).toMatchObject({ api: 'openai-completions', apiKey: key() });
      port = Number(new URL(provider.baseUrl).port);
      expect(config().agents.defaults.model).toMatchObject({ primary: 'claude-max-proxy/opus' });
      expect(readFileSync(at('.openclaw/openclaw.json'), 'utf8')).toContain('// my OpenClaw, edited by hand');
    });

    it.runIf(before === 'a proxy set up by hand')(
      'has stopped what was set up by hand, and taken it away',
      async () => {
        expect(await show(BY_HAND, 'LoadState')).toBe('not-found');
        expect(existsSync(at('content-normalizer-proxy.js'))).toBe(false);
        expect(existsSync(at(UNITS, 'claude-max-api.service'))).toBe(false);
      },
    );

    it('has units that systemd-analyze has nothing to say about', async () => {
      expect(await inside(['systemd-analyze', '--user', 'verify', `/run/home/${UNITS}/${NORMALIZER}`])).toEqual({
        code: 0,
        out: '',
        err: '',
      });
    });

    it('leaves agents, a second run and what the person had as every set-up does', async () => {
      const then = snapshot(systemd.homeOutside, NOTES);
      const again = () => run(['apply', '--method', 'proxy', '--yes', '--json']);
      await expectInvariants(place(), had, { printed, answers: { main: 'claude-max-proxy/opus' }, again });
      const now = snapshot(systemd.homeOutside, NOTES);
      const different = Object.keys({ ...then, ...now }).filter((name) => then[name] !== now[name]);
      expect(different.filter((name) => ![...STAMPS, ...RECORDS].some((one) => one.test(name)))).toEqual([]);
    });

    it('is gone after an undo: every file, mode and service is as it was before', async () => {
      await ours('undo', '--yes');
      expect(changed()).toEqual([]);
      expect(await lostSince(had.holdings, at('.openclaw'))).toEqual([]);
      expect(await show(NORMALIZER, 'LoadState')).toBe('not-found');
      if (before === 'a proxy set up by hand') {
        expect(await ctl('is-active', BY_HAND)).toBe('active');
        expect(await ctl('is-enabled', BY_HAND)).toBe('enabled');
        expect(await ctl('is-active', 'claude-max-api.service')).toBe('inactive');
      }
      expect((await inside(['ls', '/run/user/4321'])).out).not.toContain('clawauth');
    });

    it('is set up again, and Claude answers through the proxy and through an agent', async () => {
      const done = await ours('apply', '--method', 'proxy', '--yes', '--live-check');
      expect(complaints(done.report)).toEqual([]);
      const live = done.report.findings.filter(({ check }: { check: string }) => /^(answer|turn)$/.test(check));
      expect(live).toEqual([
        expect.objectContaining({ check: 'answer', verdict: 'ok' }),
        expect.objectContaining({ check: 'turn', verdict: 'ok' }),
      ]);
      port = Number(new URL(config().models.providers['claude-max-proxy'].baseUrl).port);
    });

    it.runIf(version !== '2026.9.6')('ends an agent turn with the text of Claude', async () => {
      await answeredTurn('direct', 'Say MARKED-DIRECT hello.');
    });

    // The first release that takes a message from a file; a word of a command line ends at 128 KB.
    it.runIf(version === '2026.9.6')('ends an agent turn after 500 KB of history with the text of Claude', async () => {
      const line = 'Grüße aus dem Hafen, wo die Möwen schreien. ';
      const history = `FIRST ${line.repeat(Math.ceil(500_000 / Buffer.byteLength(line)))} LAST`;
      put('history.txt', history);
      const words = ['--session-id', 'direct', '--message-file', '/run/home/history.txt'];
      const ended = await turn(...words);
      expect(ended.code, ended.out + ended.err).toBe(0);
      rmSync(at('history.txt'));
      const body = await answeredTurn('direct', 'And MARKED-NOW?');
      expect(Buffer.byteLength(body)).toBeGreaterThan(500_000);
      expect(textOf(body)).toContain(history);
    });

    /** One turn whose text comes back; gives the one request that went out for it, with this sign-in. */
    async function answeredTurn(session: string, message: string): Promise<string> {
      const text = `CLAUDE SAYS ${message.length} ${session}`;
      standIn.say(text);
      const first = standIn.bodies.length;
      const ended = await turn('--session-id', session, '-m', message);
      expect(ended.code, ended.out + ended.err).toBe(0);
      expect(ended.out).toContain(text);
      const sent = standIn.bodies.slice(first).filter((body) => textOf(body).includes(message));
      expect(sent).toHaveLength(1);
      expect(new Set(standIn.asked.slice(first).map(({ authorization }) => authorization))).toEqual(
        new Set([`Bearer ${TOKEN}`]),
      );
      return sent[0] ?? '';
    }

    it('comes back after kill -9', async () => {
      const pid = await show(NORMALIZER, 'MainPID');
      await inside(['kill', '-9', pid]);
      await until(async () => (await show(NORMALIZER, 'NRestarts')) === '1');
      expect(await health()).toMatchObject({ status: 'ok' });
      expect(await show(NORMALIZER, 'MainPID')).not.toBe(pid);
    });

    it('comes back after a reboot, without our package', async () => {
      await systemd.reboot();
      expect(await health()).toMatchObject({ status: 'ok' });
      expect(await show(NORMALIZER, 'ActiveState')).toBe('active');
      expect(await show(NORMALIZER, 'ExecStart')).not.toContain('/run/programs/app');
    });

    it('signed out, tells the person what to run: in a turn, in the service and in a check', async () => {
      rmSync(at('.claude/.credentials.json'));
      // OpenClaw asks again for minutes (2026.9.6: eight times each model); its log has the reason at once.
      const turn = ['agent', '--local', '--agent', 'main', '--session-id', 'out', '-m', 'hello'];
      expect(await saysSoon(inside, SIGNED_OUT, ...turn)).toMatch(SIGNED_OUT);
      expect(await health()).toMatchObject({ says: expect.stringContaining('auth login') });
      const again = await run(['apply', '--method', 'proxy', '--yes', '--json']);
      expect(again.code).not.toBe(0);
      expect(again.all).toContain('/run/programs/claude/claude auth login');
      put('.claude/.credentials.json', signInText(TOKEN));
    });

    /** What is ours: units, the data folder, and the configuration. */
    const ourState = () => ({
      units: snapshot(at(UNITS)),
      data: snapshot(at('.local/share')),
      config: readFileSync(at('.openclaw/openclaw.json'), 'utf8'),
    });
    let direct: ReturnType<typeof ourState>;

    it('answers through claude-max-api-proxy, fetched from npm into a folder of its own', async () => {
      direct = ourState();
      const done = await ours('apply', '--method', 'proxy', '--upstream', 'claude-max-api', '--yes');
      expect(complaints(done.report)).toEqual([]);
      for (const unit of [MAX_API, NORMALIZER]) {
        expect(await show(unit, 'ActiveState')).toBe('active');
        expect(await ctl('is-enabled', unit)).toBe('enabled');
      }
      expect(existsSync(at('.npm'))).toBe(false);
      await answeredTurn('behind', 'Say MARKED-BEHIND hello.');
      const again = await ours('apply', '--method', 'proxy', '--yes');
      expect(again).not.toHaveProperty('receipt');
    });

    it('is asked directly again once that is undone', async () => {
      await ours('undo', '--yes');
      expect(await show(MAX_API, 'LoadState')).toBe('not-found');
      expect(ourState()).toEqual(direct);
      expect(await health()).toMatchObject({ status: 'ok' });
      expect(await show(NORMALIZER, 'ExecStart')).not.toContain('claude-max-api');
    });

    const places = (text: string) => filesWith(systemd.homeOutside, text).map((path) => relative(at(), path));

    it('shows the token and the key nowhere but where they belong', async () => {
      const secret = key();
      const log = (await inside(['journalctl', '--user', '--no-pager', '--output=cat'])).out;
      expect(log).toContain('outcome=ok');
      for (const text of [secret, TOKEN, REFRESH]) {
        expect(printed.join('\n')).not.toContain(text);
        expect(log).not.toContain(text);
      }
      expect(log).not.toContain('MARKED');
      for (const text of [TOKEN, REFRESH]) expect(places(text)).toEqual(['.claude/.credentials.json']);
      const mayHold = [
        /^\.local\/share\/clawauth-setup\/normalizer\.key$/,
        // The configuration and its copies: ours for the undo, OpenClaw's own, and its generated `models.json`.
        /^\.openclaw\/openclaw\.json(\.|$)/,
        /^\.local\/state\/clawauth-setup\/blobs\//,
        /^\.openclaw\/agents\/main\/agent\/models\.json$/,
      ];
      expect(places(secret).filter((name) => !mayHold.some((one) => one.test(name)))).toEqual([]);
    });

    it('leaves nothing after an uninstall', async () => {
      const secret = key();
      const gone = await ours('uninstall', '--yes');
      expect(changed(TURNS)).toEqual([]);
      expect(await lostSince(had.holdings, at('.openclaw'))).toEqual([]);
      expect(gone.findings).toContainEqual(
        expect.objectContaining({ verdict: 'ok', says: `OpenClaw ${version} starts.` }),
      );
      expect(await ctl('list-units', '--all', '--no-legend', 'clawauth*')).toBe('');
      expect((await inside(['ls', '/run/user/4321'])).out).not.toContain('clawauth');
      await ours('uninstall', '--purge', '--yes');
      expect(existsSync(at('.local/state/clawauth-setup'))).toBe(false);
      expect(existsSync(at('.local/share'))).toBe(false);
      // What OpenClaw keeps beside its configuration is its own.
      expect(places(secret).filter((name) => !/^\.openclaw\/openclaw\.json\./.test(name))).toEqual([]);
    });
  },
);

describe('with OpenClaw 2026.2.17 and no service', MANY_PROGRAMS, () => {
  const version = '2026.2.17';
  let home: string;
  let env: NodeJS.ProcessEnv;
  let config: string;
  let bare: Record<string, string>;
  let had: Had;
  let proxy: ChildProcess | undefined;
  let openclaw: string;
  const printed: string[] = [];

  const inside: Runs = (argv, more = {}, onText) =>
    runToEnd(argv, { cwd: home, env: { ...env, ...more }, ...(onText ? { onText } : {}) });
  const run = async (...args: string[]) => {
    const ended = await inside([process.execPath, packed.cli, ...args, '--json']);
    printed.push(ended.out, ended.err);
    return ended;
  };
  const place = () => ({
    stateDir: join(home, '.openclaw'),
    config: join(home, '.openclaw/openclaw.json'),
    openclaw: async (...args: string[]) => (await inside([openclaw, ...args])).out,
  });
  const ours = async (...args: string[]) => {
    const ended = await run(...args);
    expect(ended.code, ended.out + ended.err).toBe(0);
    return JSON.parse(ended.out);
  };

  beforeAll(async () => {
    home = realpathSync(mkdtempSync(join(tmpdir(), 'clawauth-foreground-')));
    const put = writerInto(home, process.getuid?.() ?? 0);
    const release = await installRelease(version);
    openclaw = release.bin;
    put('tmp/here', '');
    put('.claude/.credentials.json', signInText(TOKEN));
    config = handMadeConfig(version, { gatewayPort: await freePort(), bridge: null });
    put('.openclaw/openclaw.json', config);
    const claude = dirname(await installClaude(CLAUDE));
    env = { PATH: `${claude}:${release.path}`, HOME: home, TMPDIR: join(home, 'tmp'), ...standIn.env, ...QUIET };
    await inside(['claude', 'auth', 'status']);
    await inside([openclaw, 'models', 'status', '--json']);
    bare = snapshot(home, NOTES);
    had = await hadIn(place());
  });
  afterAll(() => {
    // Told to end by the last test: it may be gone.
    if (proxy?.pid && runs(-proxy.pid)) process.kill(-proxy.pid, 'SIGKILL');
    removeTree(home);
  });

  it('gives a command that can be pasted, and everything works while that runs', async () => {
    const done = await ours('apply', '--method', 'proxy', '--service', 'none', '--yes');
    const { next } = done.report.findings.find(({ check }: { check: string }) => check === 'services');
    expect(existsSync(join(home, UNITS))).toBe(false);
    // As in a terminal: nothing but what a login has, and the line.
    proxy = spawn('/bin/sh', ['-c', next], {
      cwd: home,
      env: { HOME: home, TMPDIR: env.TMPDIR },
      detached: true,
      stdio: 'ignore',
    });
    const { baseUrl } = json5.parse(readFileSync(join(home, '.openclaw/openclaw.json'), 'utf8')).models.providers[
      'claude-max-proxy'
    ];
    await until(() => {
      expect(proxy?.exitCode, next).toBe(null);
      return fetch(`${baseUrl.replace('/v1', '')}/health`).catch(() => null);
    });
    const again = await ours('apply', '--method', 'proxy', '--yes', '--live-check');
    expect(again).not.toHaveProperty('receipt');
    expect(complaints(again.report)).toEqual([]);
    standIn.say('CLAUDE IN FRONT');
    const turn = ['agent', '--local', '--agent', 'main', '--session-id', 'front', '--json', '-m', 'MARKED-FRONT'];
    expect((await inside([openclaw, ...turn])).out).toContain('CLAUDE IN FRONT');
    expect(standIn.bodies.filter((body) => body.includes('MARKED-FRONT'))).toHaveLength(1);
  });

  it('leaves agents, a second run and what the person had as every set-up does', async () => {
    const again = () => run('apply', '--method', 'proxy', '--yes');
    await expectInvariants(place(), had, { printed, answers: { main: 'claude-max-proxy/opus' }, again });
  });

  // The text is the normalizer's, and the newest release shows it in every run; this one tries the model again and again.
  it.runIf(wholeMatrix)('signed out, tells the person what to run in a turn', async () => {
    const file = join(home, '.claude/.credentials.json');
    const signIn = readFileSync(file);
    rmSync(file);
    const turn = ['agent', '--local', '--agent', 'main', '--session-id', 'out', '-m', 'hello'];
    expect(await saysSoon(inside, SIGNED_OUT, ...turn)).toMatch(SIGNED_OUT);
    writeFileSync(file, signIn, { mode: 0o600 });
  });

  it('is gone after an undo', async () => {
    if (proxy?.pid) process.kill(-proxy.pid, 'SIGTERM');
    await ours('undo', '--yes');
    const now = snapshot(home, NOTES);
    const names = Object.keys({ ...bare, ...now }).filter((name) => bare[name] !== now[name]);
    expect(
      names.filter((name) => ![...STAMPS, ...RECORDS, ...TURNS, /^\.\/tmp(\/|$)/].some((one) => one.test(name))),
    ).toEqual([]);
    expect(readFileSync(join(home, '.openclaw/openclaw.json'), 'utf8')).toBe(config);
  });
});

/** What the proxy makes OpenClaw tell where Claude Code has no sign-in. */
const SIGNED_OUT = /Claude Code is not signed in\. On the machine of this service run: \S+\/claude auth login/;

/** Runs a program with more variables; `onText` is told all of standard error each time more of it comes. */
type Runs = (argv: readonly string[], more?: Record<string, string>, onText?: (all: string) => void) => Promise<Ended>;

/** What OpenClaw prints until it ends or has printed `reason`; it is ended then. */
async function saysSoon(run: Runs, reason: RegExp, ...args: string[]): Promise<string> {
  const start = ['sh', '-c', 'echo "pid $$" >&2; exec "$@"', 'sh', 'openclaw', ...args];
  let said = '';
  const ended = await run(start, {}, (text) => {
    said = text;
    const pid = /^pid (\d+)$/m.exec(text)?.[1];
    if (pid !== undefined && reason.test(text)) void run(['kill', '-9', pid]);
  });
  return `${said}\n${ended.out}\n${ended.err}`;
}

/** What a check is not content with. Cron jobs that only a running gateway can tell (from 2026.6.1) are not looked at. */
function complaints(report: { findings: { verdict: string; says: string }[] }): unknown[] {
  const content = ({ verdict, says }: { verdict: string; says: string }) =>
    /^(ok|info)$/.test(verdict) || (verdict === 'skipped' && says.startsWith('Cron jobs were not looked at'));
  return report.findings.filter((finding) => !content(finding));
}
