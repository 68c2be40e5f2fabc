import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { takePictures } from './scenes.ts';

const folder = join(resolve(import.meta.dirname, '../..'), 'assets', 'screens');
const UPDATE = (process.env.UPDATE_SCREENS ?? '') !== '';

/** `npm run screens` takes them anew; look at them before you keep them. */
describe('the pictures of the README', () => {
  let fresh: Record<string, string> = {};
  const read = (name: string) => readFileSync(join(folder, `${name}.svg`), 'utf8');
  const words = (svg: string) => /<desc[^>]*>([\s\S]*?)<\/desc>/.exec(svg)?.[1] ?? '';

  beforeAll(async () => {
    fresh = await takePictures();
    if (!UPDATE) return;
    mkdirSync(folder, { recursive: true });
    for (const [name, svg] of Object.entries(fresh)) writeFileSync(join(folder, `${name}.svg`), svg);
  }, 600_000);

  it('are all there, and no other', () => {
    expect(readdirSync(folder).sort()).toEqual(
      Object.keys(fresh)
        .map((name) => `${name}.svg`)
        .sort(),
    );
  });

  it('show what the program shows', () => {
    for (const [name, svg] of Object.entries(fresh)) {
      expect(words(read(name)), `${name}.svg is of another screen: npm run screens`).toBe(words(svg));
      expect(read(name) === svg, `${name}.svg looks different: npm run screens`).toBe(true);
    }
  });

  it('are small, and hold no token', () => {
    for (const [name, svg] of Object.entries(fresh)) {
      expect(svg.length).toBeLessThan(name === 'tour' ? 1024 * 1024 : 64 * 1024);
      expect(svg).not.toMatch(/sk-ant-oat01-[\w-]{6}/);
    }
  });

  it('stand in the README or the docs', () => {
    const pages = ['README.md', 'docs/changes.md', 'docs/methods.md'];
    const readme = pages.map((page) => readFileSync(resolve(folder, '../..', page), 'utf8')).join('\n');
    for (const name of Object.keys(fresh)) expect(readme).toContain(`assets/screens/${name}.svg`);
  });
});
