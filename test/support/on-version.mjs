// What `npm version` runs: what stood under "Unreleased" is of the version that was just set, and of today, and the role for
// Ansible installs that version.
import { readFileSync, writeFileSync } from 'node:fs';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

function change(file, pattern, by) {
  const text = readFileSync(file, 'utf8');
  if (!pattern.test(text)) {
    console.error(`${file} has nothing that matches ${pattern}.`);
    process.exit(1);
  }
  writeFileSync(file, text.replace(pattern, by));
}

change('CHANGELOG.md', /^## Unreleased$/m, `## ${version} (${new Date().toISOString().slice(0, 10)})`);
change(
  'assets/ansible/roles/clawauth_setup/defaults/main.yml',
  /^clawauth_setup_version: ".*"$/m,
  `clawauth_setup_version: "${version}"`,
);
