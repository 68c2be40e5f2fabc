import { fingerprint, redact } from './secret.ts';

/** `words` in whatever case: the rest of a pattern tells upper from lower. */
const anyCase = (words: string) => words.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);

const { raw } = String;

/** A name that ends in a word for a secret: `API_TOKEN`, `botToken`, `PGPASSWORD`, `x-api-key`, and not `monkey`. */
const NAME = [
  raw`(?<![\w.-])(?:[\w.-]*${anyCase('(?:token|secret|password|passwd|passphrase|credentials?|api_?key)')}`,
  raw`(?:[\w.-]*[_.-])?${anyCase('(?:key|pass|access|refresh)')}`,
  raw`[\w.-]*[a-z0-9](?:Key|Pass))`,
].join('|');

const MASK = raw`(?:…\0|sk-ant-[a-z0-9-]*…)`;
/** What stands in the place of a secret: a mask, or a reference to a variable or a command. */
const NO_SECRET = raw`(?!["']?(?:${MASK}|\$(?:\w+|\{\w+\}|\([^()\n]*\))["']?(?:[\s;]|$)))`;
/** One word of a command: quotes inside it belong to it, one that is never closed takes the rest of the line along. */
const WORD = raw`(?:"(?:[^"\\\n]|\\[^])*"|'[^'\n]*'|\\[^]|[^\s"'\\])+(?:["'][^\n]*)?`;
/** In quotes over several lines, or with a backslash before the end of one. */
const REST_OF_LINE = raw`(?=\S)(?:"(?:[^"\\]|\\[^])*"|'[^']*')?(?:\\\r?\n|[^\n])*(?<=\S)`;

/** Where files keep secrets. The first group of each pattern stays, `value` is masked. */
const PLACES: readonly RegExp[] = [
  // JSON, also where the closing quote is missing. `(the …` is our own text for a secret that is not at hand.
  raw`(${NAME}["']?\s*:\s*(["']))(?!${MASK}|\$\{\w+\}|\(the )(?<value>(?:(?!\2)[^\\\n]|\\[^]){6,})`,
  // The same without quotes.
  raw`(${NAME}["']?[ \t]*:[ \t]*)(?!${MASK}|[$[{(])(?<value>[^\s"',}]{6,})`,
  // A property list; also an option and its value.
  raw`(<(?:key|string)>${NAME}</(?:key|string)>\s*<string>)(?!${MASK})(?<value>[^]+?)(?=</string>)`,
  // "NAME=value with blanks" as one word of a unit or a command.
  raw`((["'])${NAME}=)${NO_SECRET}(?<value>(?:(?!\2)[^\\\n]|\\[^])+)`,
  // A line of a `.env` file, a shell's profile or a crontab: a value without quotes may have blanks.
  raw`(^[ \t]*(?:(?:export|declare|typeset)(?:[ \t]+-\w+)*[ \t]+)?${NAME}[ \t]*=[ \t]*)${NO_SECRET}(?<value>${REST_OF_LINE})`,
  raw`(^[ \t]*(?:set|setenv)(?:[ \t]+-\S+)*[ \t]+${NAME}[ \t]+)${NO_SECRET}(?<value>${REST_OF_LINE})`,
  // Elsewhere in a line: `Environment=NAME=value`, `* * * * * NAME=value command`, `--name value`.
  raw`((?:${NAME}=|(?=--)${NAME}[ \t]+))${NO_SECRET}(?<value>${WORD})`,
  // The header of a request, and the user in an address.
  raw`((?:${anyCase('authorization')}|(?=[xX]-)${NAME})["']?\s*[:=]\s*["']?(?:(?:Bearer|Basic) )?)(?!Bearer |Basic )${NO_SECRET}(?<value>[^\s"'\\][^"'\\\n]*)`,
  raw`(://)(?!\$)(?<value>[^\s/?#"'<>]+)(?=@)`,
].map((pattern) => new RegExp(pattern, 'gm'));

/** Puts `mask` in the place of every value that stands under the name of a secret. */
export function maskNamed(text: string, mask: (value: string) => string): string {
  return PLACES.reduce(
    (masked, place) =>
      masked.replace(place, (...match) => {
        const { value } = match.at(-1) as { value: string };
        return (match[1] as string) + mask(value);
      }),
    text,
  );
}

const apart = (value: string) => `…\0${fingerprint(value)}\0`;

/** As {@link masked}, but where two secrets differ their masks do: for a comparison, shown through {@link plainMasks}. */
export const maskedApart = (text: string): string => maskNamed(redact(text), apart);

export const plainMasks = (text: string): string => text.replace(/…\0[\w-]{43}\0/g, '…');

/**
 * The text of a file with every secret masked: Anthropic-shaped ones anywhere, others by the name that they stand under,
 * in JSON, units, `.env` files, shell profiles, crontabs and property lists.
 */
export const masked = (text: string): string => plainMasks(maskedApart(text));
