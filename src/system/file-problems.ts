import { dirname } from 'node:path';
import { shellQuote } from '../text.ts';
import { Problem } from './problem.ts';

/** `ENOENT`, `EACCES` … of a Node error; undefined for anything else. */
export function errnoOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The command that opens a file at a line, in the editor of whoever types it. */
export function editorAt(path: string, line: number): string {
  return `\${EDITOR:-nano} +${line} ${shellQuote(path)}`;
}

/**
 * The `Problem` for a failed file operation, naming the path and one command that shows or removes the cause. Anything
 * that is not a file system error comes back unchanged, so that `throw fileProblem(…)` never hides a bug.
 */
export function fileProblem(error: unknown, doing: 'read' | 'write', path: string): unknown {
  if (error instanceof Problem) return error;
  const errno = errnoOf(error);
  if (errno === undefined || !/^E[A-Z0-9]+$/.test(errno)) return error;
  const where = shellQuote(doing === 'read' ? path : dirname(path));
  const verb = doing === 'read' ? 'read' : 'written';
  switch (errno) {
    case 'EACCES':
    case 'EPERM':
      return new Problem('file-not-permitted', `${path} cannot be ${verb}: permission denied (${errno}).`, {
        why: 'The file or its folder belongs to another user, or is locked against changes.',
        next: `ls -ld ${where} ${shellQuote(path)}`,
        cause: error,
      });
    case 'EROFS':
      return new Problem('read-only-file-system', `${path} cannot be written: its file system is read-only.`, {
        next: `findmnt -T ${where}`,
        cause: error,
      });
    case 'ENOSPC':
    case 'EDQUOT':
      return new Problem(
        'disk-full',
        `${path} cannot be written: ${errno === 'ENOSPC' ? 'the disk is full' : 'the disk quota is used up'}.`,
        { next: `df -h ${where}`, cause: error },
      );
    case 'EFBIG':
      return new Problem('file-too-large', `${path} cannot be written: it would be larger than this shell allows.`, {
        next: 'ulimit -f unlimited',
        cause: error,
      });
    case 'EBUSY':
      return new Problem('file-mounted', `${path} cannot be replaced: it is mounted by itself, or in use (EBUSY).`, {
        why: 'A file that is mounted into a container alone cannot be written safely. Mount its folder instead.',
        next: `findmnt -T ${shellQuote(path)}`,
        cause: error,
      });
    case 'EISDIR':
      return new Problem('not-a-file', `${path} is a folder, a file was expected.`, {
        next: `ls -ld ${shellQuote(path)}`,
        cause: error,
      });
    case 'ELOOP':
      return new Problem('link-loop', `${path} is a symbolic link that leads back to itself.`, {
        next: `ls -l ${shellQuote(path)}`,
        cause: error,
      });
    default:
      return new Problem('file-failed', `${path} could not be ${verb} (${errno}).`, {
        next: `ls -ld ${where} ${shellQuote(path)}`,
        cause: error,
      });
  }
}
