/**
 * OpenClaw's calendar-looking versions. The third number is not a day in later lines (2026.7.35 exists), and a bare
 * numeric suffix is a re-release (`2026.1.24-3` comes after `2026.1.24`), so nothing here goes by semver's rules.
 */
export interface Version {
  readonly parts: readonly [number, number, number];
  /** `-3`: a re-release of the same version; 0 without. */
  readonly rerelease: number;
  /** `beta.7`: before the release of that number; null for a stable one. */
  readonly prerelease: string | null;
}

/** Reads the first version in `text` (`OpenClaw 2026.9.6 (eb377ac)`, `2026.1.24-3`, `v22.22.3`); null without one. */
export function parseVersion(text: string): Version | null {
  const match = /(\d+)\.(\d+)(?:\.(\d+))?(?:-([0-9A-Za-z][0-9A-Za-z.-]*))?/.exec(text);
  if (!match) return null;
  const suffix = match[4] ?? '';
  const rerelease = /^\d+$/.test(suffix) ? Number(suffix) : 0;
  return {
    parts: [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)],
    rerelease,
    prerelease: suffix !== '' && rerelease === 0 ? suffix : null,
  };
}

/** Negative when `a` is older. Text that holds no version counts as older than everything. */
export function compareVersions(a: string, b: string): number {
  const left = parseVersion(a);
  const right = parseVersion(b);
  if (!left || !right) return Number(left !== null) - Number(right !== null);
  for (const index of [0, 1, 2] as const) {
    const difference = left.parts[index] - right.parts[index];
    if (difference !== 0) return difference;
  }
  if (left.prerelease !== right.prerelease) {
    if (left.prerelease === null) return 1;
    if (right.prerelease === null) return -1;
    return left.prerelease.localeCompare(right.prerelease, 'en', { numeric: true });
  }
  return left.rerelease - right.rerelease;
}

/** `atLeast('2026.7.35', '2026.7.2')`. A prerelease of the floor itself is below it. */
export function atLeast(version: string, floor: string): boolean {
  return compareVersions(version, floor) >= 0;
}

/**
 * Whether `version` lies in an `engines.node` range: comparators joined by spaces, alternatives by `||`, `^`, `~`,
 * wildcards and hyphen ranges. null when the range holds something else.
 */
export function inRange(version: string, range: string): boolean | null {
  if (!parseVersion(version)) return null;
  const answers = range.split('||').map((alternative) => inAll(version, alternative.trim()));
  if (answers.includes(true)) return true;
  return answers.includes(null) ? null : false;
}

function inAll(version: string, alternative: string): boolean | null {
  if (alternative === '' || alternative === '*') return true;
  const hyphen = /^(\S+)\s+-\s+(\S+)$/.exec(alternative);
  const comparators = hyphen
    ? [`>=${hyphen[1]}`, `<=${hyphen[2]}`]
    : alternative.replace(/([<>=^~]+)\s+/g, '$1').split(/\s+/);
  let all = true;
  for (const comparator of comparators) {
    const answer = inOne(version, comparator);
    if (answer === null) return null;
    all = all && answer;
  }
  return all;
}

function inOne(version: string, comparator: string): boolean | null {
  const match = /^(>=|<=|>|<|=|\^|~)?v?(\d+)(?:\.(\d+|x|\*))?(?:\.(\d+|x|\*))?(?:-[\w.-]+)?$/.exec(comparator);
  if (!match) return /^[x*]$/.test(comparator) ? true : null;
  const [, operator = '', major, minor, patch] = match;
  const fixed = [major, minor, patch].filter((part) => part !== undefined && /^\d+$/.test(part)).map(Number);
  const floor = [fixed[0] ?? 0, fixed[1] ?? 0, fixed[2] ?? 0];
  const aboveFloor = atLeast(version, floor.join('.'));
  switch (operator) {
    case '>=':
      return aboveFloor;
    case '<':
      return !aboveFloor;
    // `>22` means above all of 22, `<=22` includes all of it.
    case '>':
      return atLeast(version, next(floor, fixed.length).join('.'));
    case '<=':
      return !atLeast(version, next(floor, fixed.length).join('.'));
    case '^': {
      const firstNonZero = floor.findIndex((part) => part !== 0);
      return aboveFloor && !atLeast(version, next(floor, (firstNonZero === -1 ? 2 : firstNonZero) + 1).join('.'));
    }
    case '~':
      return aboveFloor && !atLeast(version, next(floor, Math.min(2, fixed.length)).join('.'));
    default:
      return aboveFloor && !atLeast(version, next(floor, fixed.length).join('.'));
  }
}

/** The first version above everything that shares the first `count` numbers of `parts`. */
function next(parts: readonly number[], count: number): number[] {
  return parts.map((part, index) => (index < count - 1 ? part : index === count - 1 ? part + 1 : 0));
}
