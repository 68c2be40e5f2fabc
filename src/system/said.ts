import type { Ran } from './world.ts';

/** Decoration: frames, JSON, prompts that were answered. */
const DECORATION = /^[│├╰╭─┌└◆◇[\]{}",]/;
/**
 * What a program says beside its answer: warnings of Node and of OpenClaw's configuration (2026.2.17, 2026.9.6: `Config
 * warnings:` and below it `- plugins.entries.x: plugin not found: x`), `[plugins]` lines, stack frames.
 */
const ASIDE =
  /^(?:\(node:\d+\)|\(Use `node --trace|\[[\w/.-]*plugins?[\w/.:-]*\]|- plugins\.|(?:config )?warn(?:ings?)?\b|at .+:\d+:\d+\)?$)/i;

/** The lines in which a program that failed may tell why, trimmed, standard error first; asides only where it says no more. */
export function linesSaid({ stderr, stdout }: Pick<Ran, 'stderr' | 'stdout'>): readonly string[] {
  const lines = `${stderr}\n${stdout}`.split('\n').map((line) => line.trim());
  const said = lines.filter((line) => line !== '' && !DECORATION.test(line));
  const plain = said.filter((line) => !ASIDE.test(line));
  return plain.length > 0 ? plain : said;
}

/** The line that names an error as such. */
export function errorLine(said: readonly string[]): string | undefined {
  return said.find((line) => /^(?:\w*Error\b|error:|fatal:|✖|✘)/i.test(line));
}
