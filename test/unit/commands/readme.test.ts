import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from '../../../src/commands/args.ts';
import { allFlags, isCommon } from '../../../src/commands/flags.ts';
import { exitCodes } from '../../../src/commands/help.ts';
import { checks } from '../../../src/doctor/index.ts';
import { questions } from '../../../src/methods/questions.ts';

const root = resolve(import.meta.dirname, '../../..');
const path = join(root, 'docs/commands.md');
const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
];

/** `UPDATE_README=1 npx vitest run test/unit/commands/readme.test.ts` writes the generated parts. */
function holds(name: string, wanted: string): void {
  const readme = readFileSync(path, 'utf8');
  const part = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`);
  expect(readme).toMatch(part);
  const next = readme.replace(part, (_whole, open: string, close: string) => `${open}${wanted}${close}`);
  if (process.env.UPDATE_README === '1') writeFileSync(path, next);
  else expect(readme).toBe(next);
}

describe('docs/doctor.md', () => {
  it('lists every check, made from the checks themselves', () => {
    const families = [...new Set(checks.map(({ id }) => id.slice(0, id.indexOf('.'))))].sort();
    const rows = families.flatMap((family) => [
      `## ${family}`,
      '',
      '| Id | Severity | What is wrong | Fixed by `doctor --fix` | Hides |',
      '|---|---|---|---|---|',
      ...checks
        .filter(({ id }) => id.startsWith(`${family}.`))
        .map(({ id, severity, title, fix, explains = [] }) => {
          const fixed = fix === undefined ? 'no; it names the next command' : 'yes, where it can be';
          return `| \`${id}\` | ${severity} | ${title} | ${fixed} | ${explains.map((one) => `\`${one}\``).join(', ')} |`;
        }),
      '',
    ]);
    const text = ['<!-- checks -->', ...rows, '<!-- /checks -->'].join('\n');
    const file = join(root, 'docs/doctor.md');
    const now = readFileSync(file, 'utf8');
    const wanted = now.replace(/<!-- checks -->[\s\S]*<!-- \/checks -->/, text);
    if (process.env.UPDATE_README === '1') writeFileSync(file, wanted);
    else expect(now).toBe(wanted);
  });
});

describe('docs/commands.md', () => {
  it('lists every flag with its commands', () => {
    const opposites = new Set(Object.values(questions).flatMap(({ off }) => off ?? []));
    const rows = [...allFlags()]
      .filter(([name]) => !opposites.has(name))
      .map(([name, flag]) => {
        const own = Object.values(questions).find((one) => one.name === name);
        const words = [
          flag.short === undefined ? '' : `-${flag.short}, `,
          `--${name}`,
          flag.value ? ` ${flag.value}` : '',
        ];
        const off = own?.off === undefined ? '' : ` / \`--${own.off}\``;
        const where = isCommon(flag) ? 'all' : flag.on.join(', ');
        return `| \`${words.join('')}\`${off} | ${flag.about} | ${where} |`;
      });
    holds('flags', `\n| Flag | What it says | Commands |\n|---|---|---|\n${rows.join('\n')}\n\n`);
  });

  it('lists every exit code', () => {
    const rows = exitCodes.map(([code, words]) => `| ${code} | ${words} |`);
    holds('exit codes', `\n| Code | Meaning |\n|---|---|\n${rows.join('\n')}\n\n`);
  });
});

describe('the README and the docs', () => {
  it('show commands that parse', () => {
    const texts = pages.map((page) => readFileSync(join(root, page), 'utf8')).join('\n');
    const shown = texts.matchAll(/^(?:npx )?clawauth-setup(.*)$/gm);
    const lines = [...shown].map((match) => (match[1] ?? '').replace(/[#<].*$/, '').trim());
    expect(lines.length).toBeGreaterThan(15);
    for (const line of lines) expect(() => parse(line.split(/\s+/).filter(Boolean)), line).not.toThrow();
  });

  it.each(pages)('lead somewhere: %s', (page) => {
    const text = readFileSync(join(root, page), 'utf8');
    const targets = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, to = '']) => to);
    for (const to of targets) expect(existsSync(join(root, dirname(page), to)), to).toBe(true);
  });

  it('say in the first lines what this is, how to start it, and where the rules are', () => {
    const top = readFileSync(join(root, 'README.md'), 'utf8').split('\n').slice(0, 30).join('\n');
    for (const one of [
      'Use your own Claude plan',
      'npx clawauth-setup\n',
      'tour.svg',
      '**Undo**',
      'docs/plan-rules.md',
    ])
      expect(top).toContain(one);
  });
});
