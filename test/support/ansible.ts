import { execFile, execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const role = resolve(import.meta.dirname, '../../assets/ansible');

/** Whether the real ansible-core is installed. */
export const hasAnsible = (() => {
  try {
    return execFileSync('ansible-playbook', ['--version'], { encoding: 'utf8' }).includes('core');
  } catch {
    return false;
  }
})();

/** What a play printed, and of each machine how many tasks changed something and how many failed. */
export interface Played {
  readonly said: string;
  readonly counts: Readonly<Record<string, readonly [changed: number, failed: number]>>;
}

/** Writes an inventory of machines that are all this one, told apart by their variables; gives what runs a playbook of the role on it. */
export function fleet(
  folder: string,
  hosts: Readonly<Record<string, object>>,
  vars: object,
): (book: 'site' | 'undo', ...flags: readonly string[]) => Promise<Played> {
  const inventory = join(folder, 'hosts.json');
  const local = { ansible_connection: 'local', ansible_python_interpreter: 'auto_silent' };
  writeFileSync(inventory, JSON.stringify({ openclaw: { hosts, vars: { ...local, ...vars } } }));
  return async (book, ...flags) => {
    const { stdout, stderr } = await run('ansible-playbook', ['-i', inventory, join(role, `${book}.yml`), ...flags], {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        LC_ALL: 'C.UTF-8',
        ANSIBLE_NOCOLOR: '1',
        ANSIBLE_LOCALHOST_WARNING: 'false',
      },
      maxBuffer: 16 << 20,
    }).catch((error: { stdout: string; stderr: string }) => error);
    const said = stdout + stderr;
    const rows = [...said.matchAll(/^(\w+) +: ok=\d+ +changed=(\d+) +unreachable=\d+ +failed=(\d+)/gm)];
    const counts = rows.map(([, name, changed, failed]) => [name, [Number(changed), Number(failed)]]);
    return { said, counts: Object.fromEntries(counts) };
  };
}
