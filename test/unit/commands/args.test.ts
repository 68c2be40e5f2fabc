import { describe, expect, it } from 'vitest';
import { equivalentCommand, parse } from '../../../src/commands/args.ts';
import { allFlags, type CommandName, commands } from '../../../src/commands/flags.ts';
import { commandHelp, exitCodes, help } from '../../../src/commands/help.ts';
import { quickAnswer } from '../../../src/commands/quick.ts';
import { questions } from '../../../src/methods/questions.ts';
import type { Answers } from '../../../src/methods/types.ts';
import { Problem } from '../../../src/system/problem.ts';
import { version } from '../../../src/system/version.ts';

const answers: Answers = {
  schema: 1,
  method: 'setup-token',
  role: 'everything',
  agents: ['main', 'lite'],
  newAgent: 'claude',
  primary: 'anthropic/claude-opus-5',
  fallbacks: ['anthropic/claude-sonnet-5', 'anthropic/claude-haiku-4-5'],
  aliases: { Opus: 'anthropic/claude-opus-5', 'my model': 'anthropic/claude-haiku-4-5' },
  cron: 'claude',
  cronModel: 'anthropic/claude-sonnet-5',
  keepModel: ['lite', 'agents.defaults.imageModel'],
  profileId: 'anthropic:default',
  tokenExpires: Date.parse('2027-11-20T23:59:59Z'),
  restartGateway: true,
  doctorFix: false,
  liveCheck: false,
  upstream: 'claude-max-api',
  service: 'none',
  warm: false,
  gatewayNoRespawn: true,
  keepOld: true,
} as Answers;

/** What a POSIX shell makes of a line with words and single quotes. */
function shellWords(line: string): string[] {
  const words = line.match(/(?:'[^']*'|\\'|[^\s'\\])+/g) ?? [];
  return words.map((word) => word.replace(/'([^']*)'|\\'/g, (whole, inner) => (whole === "\\'" ? "'" : inner)));
}

function problem(argv: readonly string[]): Problem {
  try {
    parse(argv);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('It was accepted.');
}

describe('the command line', () => {
  it('is the wizard without words', () => {
    expect(parse([])).toMatchObject({ command: 'setup', answers: {} });
  });

  it('reads every answer', () => {
    const line = equivalentCommand(answers);
    const [program, ...argv] = shellWords(line);
    const parsed = parse(argv);
    const { schema: _, ...given } = answers;
    expect(program).toBe('clawauth-setup');
    expect(parsed.command).toBe('apply');
    expect(parsed.answers).toEqual(given);
    expect(parsed.switches).toEqual(new Set(['yes']));
    expect(parsed.handed).toEqual({ name: 'token', from: 'stdin', value: '' });
  });

  it('leaves out what most people have, unless it was something else before', () => {
    const usual: Answers = {
      ...answers,
      upstream: 'direct',
      service: 'install',
      warm: true,
      gatewayNoRespawn: false,
      keepOld: false,
    };
    const flags = /--(upstream|service|warm|no-warm|gateway|no-gateway|keep-old|no-keep)/;
    expect(equivalentCommand(usual)).not.toMatch(flags);
    const keyless = equivalentCommand({ ...answers, profileId: '', tokenExpires: null }, { secret: false });
    expect(keyless).not.toMatch(/--(profile-id|token-expires|token-stdin)/);
    const { upstream, service } = parse(shellWords(equivalentCommand(usual, { defaults: answers })).slice(1)).answers;
    expect({ upstream, service }).toEqual({ upstream: 'direct', service: 'install' });
  });

  it('round-trips empty lists and unknown expiry', () => {
    const bare = { ...answers, agents: [], fallbacks: [], aliases: {}, tokenExpires: null, restartGateway: false };
    const [, ...argv] = shellWords(equivalentCommand(bare));
    const parsed = parse(argv);
    expect(parsed.answers).toMatchObject({ fallbacks: [], aliases: {}, tokenExpires: null, restartGateway: false });
    expect(parsed.answers.agents).toBeUndefined();
  });

  it('leaves out what equals the defaults, but always names the method', () => {
    expect(equivalentCommand(answers, { defaults: { ...answers, role: 'fallback' }, secret: false })).toBe(
      'clawauth-setup apply --method setup-token --role everything --yes',
    );
  });

  it('keeps quotes of a shell closed', () => {
    const odd = { ...answers, aliases: { "it's": 'anthropic/claude-opus-5' } };
    expect(shellWords(equivalentCommand(odd))).toContain("it's=anthropic/claude-opus-5");
  });

  it.each([
    [['aply'], 'usage', '"apply"', 'clawauth-setup apply'],
    [['--jsn'], 'usage', '"--json"', 'clawauth-setup --help'],
    [['apply', '--role', 'all'], 'bad-flag', 'everything', 'clawauth-setup apply --help'],
    [['apply', '--primary', 'opus'], 'bad-flag', 'provider/model', 'clawauth-setup apply --help'],
    [['apply', '--alias', 'opus'], 'bad-flag', 'NAME=provider/model', 'clawauth-setup apply --help'],
    [['apply', '--token-expires', 'soon'], 'bad-flag', '2027-11-20', 'clawauth-setup apply --help'],
    [['apply', '--primary'], 'usage', 'needs a value', 'clawauth-setup apply --help'],
    [['apply', '--primary', '--yes'], 'usage', 'needs a value', 'clawauth-setup apply --help'],
    [['apply', '--yes=1'], 'usage', 'takes no value', 'clawauth-setup apply --help'],
    [['apply', '--fallback', 'a/b', '--no-fallback'], 'usage', 'contradict', 'clawauth-setup --help'],
    [['apply', '--token-stdin', '--token-file', 'x'], 'usage', 'not both', 'clawauth-setup apply --help'],
    [['undo', '--primary', 'a/b'], 'usage', 'does not belong', 'clawauth-setup undo --help'],
    [['status', 'now'], 'usage', 'does not take', 'clawauth-setup status --help'],
  ])('refuses %j', (argv, code, words, next) => {
    const refused = problem(argv);
    expect(refused.code).toBe(code);
    expect(refused.what).toContain(words);
    expect(refused.more.next).toBe(next);
    expect(refused.more.exitCode).toBe(2);
  });

  it('takes no token, wherever it is put, and does not repeat it', () => {
    const token = `sk-ant-oat01-FAKE${'x'.repeat(91)}`;
    const lines = [
      [token],
      ['apply', '--token', token],
      [`--primary=${token}`],
      ['apply', '--method', token],
      ['--token', 'x'],
    ];
    for (const argv of lines) {
      const refused = problem(argv);
      expect(refused).toMatchObject({ code: 'token-in-command-line', more: { exitCode: 2 } });
      expect(refused.more.next).toContain('--token-stdin');
      expect(JSON.stringify([refused.what, refused.more])).not.toContain('FAKExx');
    }
  });
});

describe('the help', () => {
  it('names every command with an example that parses', () => {
    const text = help('1.0.0');
    for (const [name, words] of Object.entries(commands)) {
      expect(text).toContain(words.example);
      const argv = words.example.split(' ').slice(1);
      expect(parse(argv).command).toBe(name);
    }
    for (const [code] of exitCodes) expect(text).toContain(`  ${code}`);
  });

  it.each(Object.keys(commands) as CommandName[])('of %s fits a terminal and shows how to use it', (name) => {
    const text = commandHelp(name);
    const { about, example } = commands[name];
    expect(text.replaceAll('\n', ' ')).toContain(`${about}.`);
    expect(text).toContain(`Example:\n  ${example}\n`);
    expect(parse([name, '--help'])).toMatchObject({ command: name, switches: new Set(['help']) });
    for (const row of text.split('\n')) expect(row.length, row).toBeLessThanOrEqual(80);
  });

  it('of everything fits a terminal, and is printed whatever way it is asked for', () => {
    const text = quickAnswer(['--help']);
    for (const row of text?.split('\n') ?? []) expect(row.length, row).toBeLessThanOrEqual(80);
    for (const argv of [['-h'], ['help'], ['help', '--help']]) expect(quickAnswer(argv)).toBe(text);
    for (const argv of [
      ['help', 'undo'],
      ['undo', '-h'],
    ])
      expect(quickAnswer(argv)).toBe(commandHelp('undo'));
    for (const argv of [['-v'], ['-V'], ['--version']]) expect(quickAnswer(argv)).toBe(`${version}\n`);
    expect(quickAnswer(['help', 'nonsense'])).toBeNull();
  });

  it('names every flag of a command', () => {
    const apply = commandHelp('apply');
    for (const [name, flag] of allFlags()) {
      expect(new RegExp(`^ {2}(-\\w, )?--${name}( |$)`, 'm').test(apply), name).toBe(flag.on.includes('apply'));
    }
  });

  it('gives every answer a flag of its own', () => {
    const names = Object.values(questions).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
