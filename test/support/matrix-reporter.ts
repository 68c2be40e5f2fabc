import { writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Reporter, TestModule, Vitest } from 'vitest/node';

const FILE = resolve(import.meta.dirname, '../../docs/releases.md');
const RELEASE = /\b20\d\d\.\d+\.\d+(-\d+)?\b/;

/** Writes which releases of OpenClaw passed which real-program tests into `docs/releases.md`, after a run of all of them. */
export default class MatrixReporter implements Reporter {
  #vitest: Vitest | null = null;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    // A run of some files or names would say that nothing else was tried.
    const all = (await this.#vitest?.globTestSpecifications()) ?? [];
    if (this.#vitest?.config.testNamePattern !== undefined || modules.length < all.length) return;
    const passed = new Map<string, Map<string, number>>();
    const failed: string[] = [];
    for (const module of modules) {
      const file = basename(module.moduleId, '.test.ts');
      for (const test of module.children.allTests()) {
        const release = RELEASE.exec(test.fullName)?.[0];
        const { state } = test.result();
        if (release === undefined || state === 'skipped') continue;
        const row = passed.get(release) ?? new Map<string, number>();
        if (state === 'passed') row.set(file, (row.get(file) ?? 0) + 1);
        else failed.push(`- ${release}, ${file}: ${test.fullName}`);
        passed.set(release, row);
      }
    }
    const releases = [...passed.keys()].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
    const files = [...new Set([...passed.values()].flatMap((row) => [...row.keys()]))].sort();
    const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
    const rows = releases.map((release) =>
      line([release, ...files.map((file) => passed.get(release)?.get(file) ?? '')]),
    );
    const told = [
      '# Releases that were tried',
      '',
      `Tests that passed with the real program on ${new Date().toISOString().slice(0, 10)}, per release of OpenClaw and test file. \`npm run`,
      'test:matrix` writes this page.',
      '',
      line(['OpenClaw', ...files]),
      line(['---', ...files.map(() => '--:')]),
      ...rows,
      ...(failed.length > 0 ? ['', '## Failed', '', ...failed] : []),
    ];
    writeFileSync(FILE, `${told.join('\n')}\n`);
  }
}
