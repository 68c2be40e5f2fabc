import { isUtf8 } from 'node:buffer';
import { basename, dirname, join } from 'node:path';
import { authFile, NO_PROFILES, readStore } from '../openclaw/profiles.ts';
import type { ConfigFacts, StateFacts } from '../openclaw/records.ts';
import { tellSecret } from '../openclaw/secret-shape.ts';
import { type Fact, known } from '../system/fact.ts';
import { object } from '../system/json.ts';
import type { World } from '../system/world.ts';
import { limit, type Reader } from './reader.ts';
import type { FlatStore, LooseFile, SpelledSecret } from './types.ts';

/** Files of OpenClaw that hold secrets and that others may read, or that their owner may not write. */
export async function findLooseFiles(world: World, state: StateFacts, config: ConfigFacts): Promise<Fact<LooseFile[]>> {
  const { files } = world;
  const gate = limit(48);
  const list = (folder: string) => gate(async () => (await files.list(folder).catch(() => null)) ?? []);
  /** A file and the copies of it that OpenClaw and editors leave beside it. */
  const withCopies = async (path: string, what: LooseFile['what']): Promise<Place[]> => {
    const names = await list(dirname(path));
    const copies = names.filter((name) => name.startsWith(`${basename(path)}.`) && !/\.(lock|tmp)$/.test(name));
    return [{ path, what }, ...copies.map((name) => ({ path: join(dirname(path), name), what: 'copy' as const }))];
  };
  const databases = [join(state.realStateDir, 'state', 'openclaw.sqlite')];
  for (const { agentDir } of config.agents) databases.push(join(agentDir, 'openclaw-agent.sqlite'));
  const places = (
    await Promise.all([
      withCopies(state.realConfigPath, 'config'),
      ...config.agents.map(({ agentDir }) => withCopies(authFile(agentDir), 'store')),
      ...config.agents.map(({ agentDir }) => [{ path: join(agentDir, 'auth.json'), what: 'store' as const }]),
      [{ path: join(state.realStateDir, '.env'), what: 'store' as const }],
      [{ path: join(state.realStateDir, 'credentials', 'oauth.json'), what: 'store' as const }],
      databases.flatMap((path) => ['', '-wal'].map((end) => ({ path: path + end, what: 'database' as const }))),
    ])
  ).flat();
  const found = await Promise.all(
    places.map(({ path, what }) =>
      gate(async (): Promise<LooseFile[]> => {
        const stat = await files.stat(path).catch(() => null);
        if (stat?.kind !== 'file') return [];
        return (stat.mode & 0o077) !== 0 || (stat.mode & 0o200) === 0 ? [{ path, what, mode: stat.mode }] : [];
      }),
    ),
  );
  return known(found.flat(), state.realStateDir);
}

interface Place {
  readonly path: string;
  readonly what: LooseFile['what'];
}

/** Beyond this a history is no history any more. */
const WHOLE_BYTES = 32 * 1024 * 1024;
/** What was typed long ago has been replaced since. */
const LAST_BYTES = 1024 * 1024;
const MOST = 20;
const CREDENTIAL = /sk-ant-(?:oat|ort|api|admin)\d*-[A-Za-z0-9_-]{20,}/g;

/** Credentials of Anthropic in the last part of the shells' histories: where, and never what. */
export async function findInHistories(world: World): Promise<Fact<SpelledSecret[]>> {
  const { home, env } = world;
  const places = [
    ...[env.HISTFILE, join(home, '.bash_history'), join(env.ZDOTDIR || home, '.zsh_history'), join(home, '.histfile')],
    join(env.XDG_DATA_HOME || join(home, '.local', 'share'), 'fish', 'fish_history'),
  ];
  const paths = [...new Set(places.filter((path) => path?.startsWith('/')))] as string[];
  const found = await Promise.all(paths.map((path) => secretsIn(world, path)));
  return known(found.flat().slice(0, MOST), 'the histories of bash, zsh and fish');
}

async function secretsIn({ files }: World, file: string): Promise<SpelledSecret[]> {
  const stat = await files.stat(file).catch(() => null);
  if (stat?.kind !== 'file' || stat.size > WHOLE_BYTES) return [];
  // Shells write bytes of any encoding.
  const bytes = Buffer.from((await files.read(file).catch(() => null)) ?? []);
  const [utf8, whole] = [isUtf8(bytes), bytes.toString('latin1')];
  const last = whole.slice(-LAST_BYTES);
  const before = whole.slice(0, whole.length - last.length).split('\n').length;
  const found = new Map<string, SpelledSecret>();
  for (const [index, text] of last.split('\n').entries()) {
    for (const [secret] of text.matchAll(CREDENTIAL)) {
      const { shape, fingerprint } = tellSecret(secret) ?? {};
      if (shape === undefined || fingerprint === undefined) continue;
      if (!found.has(fingerprint)) found.set(fingerprint, { file, line: before + index, shape, fingerprint, utf8 });
    }
  }
  return [...found.values()];
}

/** Agents whose `auth-profiles.json` is JSON and holds no profiles: what an old guide wrote, by provider. */
export async function findFlatStores(reader: Reader, config: ConfigFacts): Promise<Fact<FlatStore[]>> {
  const found = await Promise.all(
    config.agents.map(async ({ id, agentDir }): Promise<FlatStore[]> => {
      const file = authFile(agentDir);
      const text = (await reader.read(file).catch(() => null))?.text ?? null;
      if (text === null || readStore(agentDir, text, null).fault !== NO_PROFILES) return [];
      const entries = Object.entries(object(JSON.parse(text.replace(/^\uFEFF/, ''))));
      const names = entries.filter(([, entry]) => Object.values(object(entry)).some((one) => tellSecret(one) !== null));
      return [{ agent: id, file, names: names.map(([name]) => name) }];
    }),
  );
  return known(found.flat(), `${config.agents.length} agent folders`);
}
