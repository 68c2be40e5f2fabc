// Checks what npm would publish: only what the list of files names, small enough, with the licences of what is bundled.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const LIMIT = 760 * 1024;
const [packed] = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' }),
);
const wrong = packed.files
  .map((file) => file.path)
  .filter(
    (path) =>
      !/^(dist\/|assets\/(?:ansible|sandbox|services|claude-max-api)\/|assets\/doctor\.schema\.json$|THIRD_PARTY_LICENSES\.txt$|CHANGELOG\.md$|README\.md$|LICENSE$|package\.json$)/.test(
        path,
      ),
  );
const problems = [];
if (wrong.length > 0) problems.push(`unexpected files: ${wrong.join(', ')}`);
for (const path of [
  'assets/services/normalizer.service',
  'assets/services/claude-sync.service',
  'assets/services/claude-max-api.service',
  'assets/services/agent.plist',
  'assets/claude-max-api/package.json',
  'assets/claude-max-api/package-lock.json',
]) {
  if (!packed.files.some((file) => file.path === path)) problems.push(`${path} is missing`);
}
if (packed.size > LIMIT) problems.push(`${packed.size} bytes packed, more than ${LIMIT}`);
if (packed.files.some(({ path }) => path.startsWith('dist/') && /connectToDevTools/.test(readFileSync(path, 'latin1'))))
  problems.push("React's developer tools are in the package");
if (!readFileSync('dist/cli.js', 'utf8').startsWith('#!/usr/bin/env node\n')) problems.push('the entry has no shebang');
const licences = readFileSync('THIRD_PARTY_LICENSES.txt', 'utf8');
for (const name of ['ink', 'react', 'zod', 'execa', 'conf', 'json5', 'diff']) {
  if (!new RegExp(`^${name} \\d`, 'm').test(licences)) problems.push(`no licence of ${name}`);
}
for (const block of licences.split(`\n${'-'.repeat(80)}\n`).slice(1)) {
  if (!/copyright/i.test(block)) problems.push(`no copyright notice in the licence of ${block.trim().split('\n')[0]}`);
}
console.log(`${packed.filename}: ${(packed.size / 1024).toFixed(0)} KB packed, ${packed.files.length} files`);
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
