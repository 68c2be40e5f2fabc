/** `NAME=value` lines of a `.env` or a systemd `EnvironmentFile`, `export` and quotes allowed; lines count from 1. */
export function readDotEnv(source: string): { name: string; value: string; line: number }[] {
  return source.split(/\r?\n/).flatMap((row, index) => {
    const match = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^#]*?))\s*(?:#.*)?$/.exec(row);
    if (!match) return [];
    return [{ name: match[1] as string, value: match[2] ?? match[3] ?? match[4] ?? '', line: index + 1 }];
  });
}
