/** Characters that a search looks at, at most: what a program prints may be 16 MiB of brackets. */
const MOST_LOOKED_AT = 32 << 20;
/** What an attempt to parse counts at least: a refusal costs as much as looking at so many characters. */
const ATTEMPT = 4 << 10;

/**
 * The JSON object or array that a program printed, past any notices before it and after it (OpenClaw 2026.1.24 and
 * 2026.2.17 log to stdout). undefined when there is none. Takes less than a second whatever the text: a search that
 * finds nothing is given up.
 */
export function parseJsonOutput(stdout: string): unknown {
  const whole = parse(stdout);
  if (whole !== undefined) return whole;
  let left = MOST_LOOKED_AT;
  const valueAt = (start: number): unknown => {
    const end = endOfValue(stdout, start);
    left -= Math.max(ATTEMPT, (end ?? stdout.length) - start);
    return end === null ? undefined : parse(stdout.slice(start, end));
  };
  for (const match of stdout.matchAll(/^[ \t]*[[{]/gm)) {
    const value = valueAt(match.index + match[0].length - 1);
    if (value !== undefined) return value;
    if (left <= 0) return undefined;
  }
  const inline = stdout.indexOf('{');
  return inline === -1 ? undefined : valueAt(inline);
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

const QUOTE = '"'.charCodeAt(0);
const BACKSLASH = '\\'.charCodeAt(0);
const OPENS = new Set([...'{['].map((char) => char.charCodeAt(0)));
const CLOSES = new Set([...'}]'].map((char) => char.charCodeAt(0)));

/** Where the balanced value that starts at `start` ends, minding strings; null when it does not. */
function endOfValue(text: string, start: number): number | null {
  let depth = 0;
  let inString = false;
  for (let index = start; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === BACKSLASH) index++;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (OPENS.has(code)) depth++;
    else if (CLOSES.has(code) && --depth === 0) return index + 1;
  }
  return null;
}
