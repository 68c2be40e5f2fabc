// What `npm version` runs: what stood under "Unreleased" is of the version that was just set, and of today.
import { readFileSync, writeFileSync } from 'node:fs';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const text = readFileSync('CHANGELOG.md', 'utf8');
const dated = text.replace(/^## Unreleased$/m, `## ${version} (${new Date().toISOString().slice(0, 10)})`);
if (dated === text) {
  console.error('CHANGELOG.md has nothing under "## Unreleased".');
  process.exit(1);
}
writeFileSync('CHANGELOG.md', dated);
