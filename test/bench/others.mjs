// Programs that other projects start with, side by side with ours: taken from npm once, outside the repository.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const CACHE = join(homedir(), '.cache', 'clawauth-setup-bench');
const PROGRAMS = [
  { name: 'create-vite', version: '9.3.0', asks: /Project name/ },
  { name: 'create-cloudflare', version: '2.74.0', asks: /In which directory|directory do you want/ },
];

/** Those that can be had: their name, the file that Node runs, and their first question. */
export function others() {
  return PROGRAMS.flatMap(({ name, version, asks }) => {
    const folder = join(CACHE, `${name}-${version}`);
    const root = join(folder, 'node_modules', name);
    try {
      if (!existsSync(root)) {
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, 'package.json'), '{ "private": true }');
        const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${version}`];
        execFileSync('npm', args, { cwd: folder, stdio: 'ignore' });
      }
      const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
      return [{ name, file: join(root, typeof bin === 'string' ? bin : Object.values(bin)[0]), asks }];
    } catch {
      console.log(`${name} ${version} could not be had from npm: not compared.`);
      return [];
    }
  });
}
