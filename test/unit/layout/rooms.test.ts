import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asking } from '../../../src/methods/asking.ts';

const root = resolve(import.meta.dirname, '../../..');

const layers = [
  ['cli'],
  ['commands'],
  ['components', 'sandbox'],
  ['history'],
  ['doctor'],
  ['methods'],
  ['facts'],
  ['plan', 'openclaw', 'claude', 'services', 'normalizer', 'claude-sync'],
  ['actions'],
  ['engine'],
  ['system'],
];
/** What each room may import, itself always included. Type-only imports count too. */
const allowed: Record<string, readonly string[]> = {
  ...Object.fromEntries(
    layers.flatMap((layer, depth) =>
      // Rooms of one layer may know each other.
      layer.map((room) => [room, [...layer, ...layers.slice(depth + 1).flat(), 'json5']]),
    ),
  ),
  json5: ['system/problem.ts'],
};
// Services of their own: nothing of the wizard gets into their bundles.
allowed.normalizer = ['system/problem.ts', 'system/secret.ts', 'system/json.ts', 'claude/login.ts'];
allowed['claude-sync'] = [
  ...['system/problem.ts', 'system/secret.ts', 'system/json.ts', 'system/owner.ts', 'json5'],
  ...['normalizer/claude-cli.ts', 'normalizer/log.ts', 'openclaw/version.ts', 'openclaw/runtime-variables.ts'],
];
// Preloaded by the entry, never used there.
for (const room of Object.keys(allowed)) allowed[room] = [...(allowed[room] ?? []), 'text.ts'];
allowed.cli = [...(allowed.cli ?? []), 'components/mount.tsx'];

interface Import {
  readonly from: string;
  readonly to: string;
}

function sources(directory: string): string[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    if (statSync(path).isDirectory()) return sources(path);
    return /\.tsx?$/.test(name) ? [path] : [];
  });
}

function place(path: string): string {
  const local = relative(root, path).split(sep).join('/');
  return local.replace(/^src\//, '');
}

function room(place: string): string {
  return place === 'cli.ts' ? 'cli' : (place.split('/')[0] ?? '');
}

const files = [...sources(join(root, 'src')), ...sources(join(root, 'components'))];

const imports: Import[] = files.flatMap((file) => {
  const text = readFileSync(file, 'utf8');
  const found = text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g);
  return [...found].map((match) => ({ from: place(file), to: place(resolve(dirname(file), match[1] ?? '')) }));
});

/** Files that a file loads at once: neither its types nor what it imports later. */
function loads(path: string): string[] {
  const found = readFileSync(path, 'utf8').matchAll(/^(?:import|export)\s([^;]*?)\sfrom '(\.{1,2}\/[^']+)'/gm);
  return [...found].flatMap(([, what = '', to = '']) => {
    const named = /^\{([^}]*)\}$/.exec(what.trim())?.[1]?.split(',') ?? [];
    const onlyTypes = named.length > 0 && named.every((name) => name.trim() === '' || /^type\s/.test(name.trim()));
    return /^type\s/.test(what) || onlyTypes ? [] : [place(resolve(dirname(path), to))];
  });
}

/** Everything that these files load at once. */
function closureOf(...starts: readonly string[]): ReadonlySet<string> {
  const loaded = new Set<string>();
  const load = (file: string) => {
    if (loaded.has(file)) return;
    loaded.add(file);
    const path = file.startsWith('components/') ? join(root, file) : join(root, 'src', file);
    for (const to of loads(path)) load(to);
  };
  for (const start of starts) load(start);
  return loaded;
}

describe('the rooms', () => {
  it('import only downwards', () => {
    const wrong = imports.filter(({ from, to }) => {
      if (room(from) === room(to)) return false;
      const may = allowed[room(from)] ?? [];
      return !may.includes(room(to)) && !may.includes(to);
    });
    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it('know in the engine neither the methods, nor the reminder, nor OpenClaw', () => {
    const knowing = files
      .filter((file) => room(place(file)) === 'engine' && /method|reminder|openclaw/i.test(readFileSync(file, 'utf8')))
      .map(place);
    expect(knowing).toEqual([]);
  });

  it('hold no circle of files, of types neither', () => {
    const below = new Map<string, string[]>();
    for (const { from, to } of imports) below.set(from, [...(below.get(from) ?? []), to]);
    const done = new Set<string>();
    const circles: string[] = [];
    const walk = (file: string, above: readonly string[]) => {
      if (above.includes(file)) circles.push([...above.slice(above.indexOf(file)), file].join(' → '));
      else if (!done.has(file)) for (const next of below.get(file) ?? []) walk(next, [...above, file]);
      done.add(file);
    };
    for (const { from } of imports) walk(from, []);
    expect(circles).toEqual([]);
  });

  it('load for the frame before Ink only what paints it', () => {
    const loaded = closureOf('components/first-frame.ts', 'commands/can-draw.ts');
    expect([...loaded].filter((file) => !/^components\/kit\//.test(file)).sort()).toEqual([
      ...[
        'commands/can-draw.ts',
        'components/first-frame.ts',
        'components/screens/first.ts',
        'components/words/shared.ts',
        'text.ts',
      ],
    ]);
  });

  it('load no schema for it, nor for --help', () => {
    const loaded = closureOf('commands/quick.ts', 'commands/setup.ts', 'components/mount.tsx');
    const path = (file: string) => join(root, file.startsWith('components/') ? '' : 'src', file);
    expect([...loaded].filter((file) => readFileSync(path(file), 'utf8').includes("from 'zod"))).toEqual([]);
  });

  it('load neither the engine nor an action, a method or an editor for the first frame', () => {
    const loaded = closureOf('commands/setup.ts', 'components/mount.tsx');
    const rooms = new Set([...loaded].map(room));
    expect([...rooms].sort()).toEqual([
      ...['claude', 'commands', 'components', 'doctor', 'facts', 'methods', 'normalizer', 'openclaw', 'system'],
      'text.ts',
    ]);
    expect(
      [...loaded].filter((file) => /^methods\/(index\.ts|[\w-]+\/(?!questions\.ts|answers\.ts))/.test(file)),
    ).toEqual([]);
    // About what it takes now: whoever loads much more for it sees that here.
    expect(loaded.size).toBeLessThan(147);
  });

  it('load neither the engine nor an editor to look around', () => {
    const loaded = closureOf('facts/gather.ts');
    const heavy = /^(engine|actions\/(?!line-hash)|json5\/(index|edit|difference))/;
    expect([...loaded].filter((file) => heavy.test(file))).toEqual([]);
  });

  it('load the wizard for its own command only', () => {
    const users = files
      .filter((file) => room(place(file)) !== 'components')
      .filter((file) => loads(file).some((to) => room(to) === 'components'));
    expect(users.map(place)).toEqual(['commands/setup.ts']);
  });

  it('keep React in components', () => {
    const users = files.filter((file) => /from '(react|ink)(\/[^']*)?'/.test(readFileSync(file, 'utf8'))).map(place);
    expect(users.filter((user) => room(user) !== 'components' && user !== 'commands/setup.ts')).toEqual([]);
  });

  it('name no method, nor its provider, its flags or its answers, outside of its folder', () => {
    const own = asking.flatMap(({ id, secret, questions }) => [
      `'${id}'`,
      `--method ${id}`,
      ...(secret === undefined ? [] : [`--${secret.name}-stdin`, `--${secret.name}-file`]),
      ...questions.flatMap(({ key, name }) => [`--${name}`, `answers.${key}`]),
    ]);
    const words = [...own, 'claude-max-proxy', ...asking.map(({ id }) => `methods/${id}`)];
    // OpenClaw itself calls its way of running Claude Code so.
    words.splice(words.indexOf("'claude-cli'"), 1);
    const named = new RegExp(`(${words.map((word) => word.replace('.', '\\.')).join('|')})(?![\\w-])`);
    // Lists of them, and a program with flags of its own.
    const outside = files.filter(
      (file) => !/^(methods\/[\w-]+\/|methods\/(index|asking)\.ts|normalizer\/)/.test(place(file)),
    );
    const found = outside.flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => named.test(line))
        .map((line) => `${place(file)}: ${line.trim()}`),
    );
    expect(found).toEqual([]);
  });

  it('are imported with their file extension and exist', () => {
    const missing = imports.filter(({ to }) => {
      const path = to.startsWith('components/') ? join(root, to) : join(root, 'src', to);
      return !/\.tsx?$/.test(to) || statSync(path, { throwIfNoEntry: false }) === undefined;
    });
    expect(missing.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it('hold no file that is two rooms (about 300 lines is right, 400 is too long)', () => {
    const long = files.map((file) => [place(file), readFileSync(file, 'utf8').split('\n').length] as const);
    expect(long.filter(([, lines]) => lines > 400)).toEqual([]);
  });
});

describe('the package', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

  it('brings no dependency but the optional pseudo-terminal', () => {
    expect(manifest.dependencies ?? {}).toEqual({});
    expect(manifest.peerDependencies ?? {}).toEqual({});
    expect(Object.keys(manifest.optionalDependencies)).toEqual(['@lydell/node-pty']);
  });

  it('pins every version', () => {
    const ranges = { ...manifest.devDependencies, ...manifest.optionalDependencies };
    expect(Object.entries(ranges).filter(([, range]) => !/^\d+\.\d+\.\d+$/.test(String(range)))).toEqual([]);
  });

  it('runs nothing at its installation', () => {
    for (const hook of ['preinstall', 'install', 'postinstall']) expect(manifest.scripts[hook]).toBeUndefined();
  });
});
