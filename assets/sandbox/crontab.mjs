#!/usr/bin/env node
// Stands in for crontab in the sandbox: one text file in the throw-away home instead of the machine's spool.
import { readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const file = join(dirname(dirname(realpathSync(fileURLToPath(import.meta.url)))), 'home', '.crontab');
const [what] = process.argv.slice(2).filter((word) => word !== '-u');

if (what === '-l') {
  try {
    process.stdout.write(readFileSync(file, 'utf8'));
  } catch {
    process.stderr.write('no crontab for sandbox\n');
    process.exitCode = 1;
  }
} else if (what === '-r') {
  rmSync(file, { force: true });
} else {
  writeFileSync(file, readFileSync(what === '-' || what === undefined ? 0 : what), { mode: 0o600 });
}
