// The page that says how fast it was, where and when.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';

const HEAD = `# How fast it is

Written by \`npm run bench\`; \`npm run bench -- --only NAME\` renews the rows of one bench. Each row says on what and when it was
measured. A ratio was measured side by side in one run, in turns, as medians: walls depend on what else the machine does,
processor time much less.

| What | Measured | Goal: at most | Met | Beside it | On |
|---|---|---|---|---|---|
`;

/** Puts these rows into the page; rows of benches that did not run stay. */
export function writePage(path, measured) {
  const kept = existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => /^\| (?!What)/.test(line))
    : [];
  const rows = new Map(kept.map((line) => [line.split(' | ')[0].slice(2), line]));
  const day = new Date().toISOString().slice(0, 10);
  const load = Math.round(loadavg()[0] ?? 0);
  const on = `${availableParallelism()} cores at a load of ${load}, Node ${process.versions.node}, ${process.platform}, ${day}`;
  for (const { name, shown, goal, met, note } of measured) {
    rows.set(
      name,
      `| ${name} | ${shown} | ${goal ?? ''} | ${met === null ? '' : met ? 'yes' : 'no'} | ${note.replaceAll('|', '/')} | ${on} |`,
    );
  }
  writeFileSync(path, `${HEAD}${[...rows.values()].join('\n')}\n`);
}
