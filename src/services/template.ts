import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type TemplateName = 'normalizer.service' | 'claude-max-api.service' | 'agent.plist';

/**
 * A file of `assets/services` with its `@{name}` filled in. A line that holds nothing but a placeholder becomes as many
 * lines as it is given, none included. Values have to be escaped for their format already.
 */
export function fillTemplate(name: TemplateName, values: Readonly<Record<string, string | readonly string[]>>): string {
  const used = new Set<string>();
  const value = (key: string) => {
    const found = values[key];
    if (found === undefined) throw new Error(`${name} asks for ${key}`);
    used.add(key);
    return found;
  };
  const lines = readTemplate(name)
    .split('\n')
    .flatMap((line) => {
      const alone = /^@\{(\w+)\}$/.exec(line)?.[1];
      if (alone !== undefined) {
        const found = value(alone);
        return typeof found === 'string' ? [found] : found;
      }
      return [line.replace(/@\{(\w+)\}/g, (_all, key: string) => String(value(key)))];
    });
  const unused = Object.keys(values).filter((key) => !used.has(key));
  if (unused.length > 0) throw new Error(`${name} has no place for ${unused.join(', ')}`);
  return lines.join('\n');
}

/** The templates lie in the package, beside `src` or `dist`. */
function readTemplate(name: TemplateName): string {
  for (const up of ['..', '../..', '../../..']) {
    const candidate = join(fileURLToPath(new URL(up, import.meta.url)), 'assets', 'services', name);
    if (existsSync(candidate)) return readFileSync(candidate, 'utf8');
  }
  throw new Error(`assets/services/${name} is missing from this installation`);
}
