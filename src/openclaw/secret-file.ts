import { editorAt } from '../system/file-problems.ts';
import type { FileStat, ReadFiles } from '../system/world.ts';
import { shellQuote } from '../text.ts';
import type { StateFacts } from './records.ts';
import type { SecretFileFault } from './secret-file-record.ts';

/** What `secrets.providers` calls the file that a profile points to: `file api-key-file value` → `api-key-file`. */
export function providerNamed(reference: string | undefined): string | null {
  return /^file (\S+) value$/.exec(reference ?? '')?.[1] ?? null;
}

/** uid of the user as whom OpenClaw runs; null where that is not known. */
export function readerOf({ owner, container }: Pick<StateFacts, 'owner' | 'container'>): number | null {
  return container === undefined ? owner : container.uid;
}

/**
 * What keeps OpenClaw, as the user `reader`, from reading a secret from a file. Its own rules: a link, an owner other than
 * itself (code of 2026.4.29 to 2026.9.6), a second name (2026.9.6), and permissions for others ("too open": 0644 on 2026.8.2
 * and 2026.9.6; 2026.6.1 to 2026.7.1 say that there are no credentials).
 */
export async function secretFileFault(
  files: Pick<ReadFiles, 'lstat' | 'realpath'>,
  path: string,
  reader: number | null = null,
): Promise<SecretFileFault | null> {
  const stat = await files.lstat(path);
  if (stat === null) return { says: 'it is not there', next: editorAt(path, 1) };
  if (stat.kind !== 'symlink') return faultOf(stat, path, reader);
  const real = (await files.realpath(path)) ?? 'a file that is not there';
  return { says: `it is a link, to ${real}`, next: `ls -l ${shellQuote(path)}` };
}

function faultOf({ kind, mode, uid, links = 1, size }: FileStat, path: string, reader: number | null) {
  const file = shellQuote(path);
  if (kind !== 'file') return { says: 'it is not a file', next: `ls -ld ${file}` };
  if (reader !== null && uid !== reader) {
    return {
      says: `it belongs to the user ${uid}, and OpenClaw runs as ${reader}`,
      next: `sudo chown ${reader} ${file}`,
    };
  }
  if (links > 1)
    return { says: 'it has a second hard link', next: `cp -p ${file} ${file}.new && mv ${file}.new ${file}` };
  if ((mode & 0o077) !== 0) {
    return { says: `its permissions are too open (${mode.toString(8).padStart(4, '0')})`, next: `chmod 600 ${file}` };
  }
  return size === 0 ? { says: 'it is empty', next: editorAt(path, 1) } : null;
}
