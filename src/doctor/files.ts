import { basename } from 'node:path';
import type { LooseFile, SpelledSecret } from '../facts/types.ts';
import { factValue } from '../system/fact.ts';
import { editorAt } from '../system/file-problems.ts';
import { shellQuote } from '../text.ts';
import { credentialsInUse } from './claude-use.ts';
import type { Repair } from './repairs.ts';
import { warning } from './types.ts';
import { RENEW, several } from './words.ts';

const PRIVATE = 0o600;
const modeOf = ({ mode }: LooseFile) => mode.toString(8).padStart(4, '0');
const isReadOnly = ({ mode }: LooseFile) => (mode & 0o200) === 0;
const makePrivate = ({ path }: LooseFile): Repair => ({
  kind: 'mode',
  file: path,
  mode: PRIVATE,
  says: `Let only you read and write ${basename(path)}`,
  because: `${path} gets the permissions 0600.`,
});

interface Spelled extends SpelledSecret {
  /** The profile that has the same, where one is in use. */
  readonly profile: string | null;
}

/** Who may read what OpenClaw keeps. */
export const files = [
  warning('files.readable', 'Others can read OpenClaw’s secrets', {
    needs: ['looseFiles', 'platform'],
    detect: ({ looseFiles, platform }) => {
      // Below /mnt of WSL every file has these bits and none can be taken away.
      const open = looseFiles.filter((file) => !(platform.wsl && file.path.startsWith('/mnt/')) && !written(file));
      return open.length > 0 ? [open] : null;
    },
    explain: (open) => ({
      says: `Other users of this machine can read ${several(open.map((file) => `${file.path} (${modeOf(file)})`))}.`,
      why: 'OpenClaw keeps secrets in such files, and makes them 0600 itself.',
      // OpenClaw makes its databases anew now and then, with the umask of whoever runs it.
      ...(open.every(({ what }) => what === 'database') ? { level: 'info' as const } : {}),
    }),
    fix: (open) => open.map(makePrivate),
    next: (open) => `chmod 600 ${open.map(({ path }) => shellQuote(path)).join(' ')}`,
  }),
  warning('files.read-only', 'The configuration or a store cannot be written', {
    needs: ['looseFiles'],
    detect: ({ looseFiles }) => looseFiles.filter(written),
    explain: (file) => ({
      says: `${file.path} is read-only (${modeOf(file)}): what OpenClaw writes there may be lost.`,
      why: 'Somebody locked it, and nothing in it can be fixed before it is unlocked.',
    }),
    fix: (file) => [makePrivate(file)],
    next: ({ path }) => `chmod 600 ${shellQuote(path)}`,
  }),
  warning('files.token-in-history', 'A credential is in a shell history', {
    needs: ['histories'],
    detect: ({ histories }, facts): Spelled[] => {
      const used = credentialsInUse(facts).flatMap(({ winner }) => winner ?? []);
      const all = [...used, ...(factValue(facts.profiles) ?? [])];
      return histories.map((one) => ({
        ...one,
        profile: all.find(({ fingerprint }) => fingerprint === one.fingerprint)?.id ?? null,
      }));
    },
    explain: ({ file, line, shape, profile }) => ({
      says: `${profile === null ? `A credential (${shape})` : `The ${shape} of ${profile}`} is in your shell history: ${file}:${line}.`,
      why:
        profile === null
          ? 'Whoever reads that file can use it until it ends.'
          : 'Whoever reads that file can use it. Make a new one, then remove the line; `renew` never puts it on a command line.',
    }),
    // zsh writes letters outside of ASCII in a code of its own.
    fix: ({ file, line, utf8 }) =>
      utf8 ? [{ kind: 'lines', file, lines: [line], says: `Remove line ${line} from ${file}` }] : [],
    next: ({ profile, shape, file, line }) => (profile !== null && shape === 'token' ? RENEW : editorAt(file, line)),
  }),
];

/** Files that OpenClaw writes again and may not; a copy may be locked. */
function written(file: LooseFile): boolean {
  return isReadOnly(file) && file.what !== 'copy';
}
