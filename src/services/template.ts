import { readAsset } from './assets.ts';

export type TemplateName = 'normalizer.service' | 'claude-max-api.service' | 'claude-sync.service' | 'agent.plist';

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
  const lines = readAsset('services', name)
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
