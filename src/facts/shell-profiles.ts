/** Files below HOME that shells read when they start. */
export const SHELL_PROFILES: readonly string[] = [
  '.profile',
  '.bash_profile',
  '.bashrc',
  '.zshenv',
  '.zprofile',
  '.zshrc',
  '.config/fish/config.fish',
];

const VALUE = /"(?:[^"\\]|\\.)*"|'[^']*'|\$\([^)]*\)|`[^`]*`|[^\s;&#|]*/.source;

/**
 * Variables of these names that a shell's profile hands on to programs: `export NAME=…`, fish's `set -gx NAME …`, and
 * `NAME=…` with an `export NAME` elsewhere. The last one of each counts. What is set for one command alone is none.
 */
export function readShellProfile(
  source: string,
  names: readonly string[],
): { name: string; value: string; line: number; alone: boolean }[] {
  const found = new Map<string, { name: string; value: string; line: number; alone: boolean }>();
  const rows = source.split(/\r?\n/);
  for (const name of names.filter((one) => source.includes(one))) {
    const exported = new RegExp(`^\\s*(?:export|declare -x|typeset -x)\\s[^#]*\\b${name}\\b`, 'm').test(source);
    const forms = [
      new RegExp(
        `(?:^|[;&]|\\bthen\\b)\\s*(?:export|declare -\\w*x|typeset -\\w*x)\\s(?:[^;#]*\\s)?${name}=(${VALUE})`,
      ),
      new RegExp(
        `^\\s*set\\s+(?:-\\w*x\\w*|(?:-\\w+\\s+)+-\\w*x\\w*|(?:-{1,2}\\w+\\s+)*--export)\\s+(?:-\\w+\\s+)*${name}\\s+(${VALUE})`,
      ),
      ...(exported ? [new RegExp(`^\\s*${name}=(${VALUE})\\s*(?:[;#].*)?$`)] : []),
    ];
    const simple = new RegExp(
      `^\\s*(?:(?:export|declare -x|typeset -x)\\s+)?${name}\\s*=(?:${VALUE})\\s*$|^\\s*set\\s+(?:-\\w+\\s+)+${name}\\s+(?:${VALUE})\\s*$`,
    );
    for (const [index, row] of rows.entries()) {
      if (/^\s*#/.test(row)) continue;
      const value = forms.map((form) => form.exec(row)?.[1]).find((one) => one !== undefined);
      const plain = value?.replace(/^(["'])(.*)\1$/, '$2').trim() ?? '';
      // `NAME="${NAME:-}"` hands on what is set anyway.
      if (plain === '' || new RegExp(`^\\$\\{?${name}\\b`).test(plain)) continue;
      found.set(name, { name, value: plain, line: index + 1, alone: simple.test(row) });
    }
  }
  return [...found.values()];
}
