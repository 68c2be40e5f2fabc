/**
 * Words that say nothing about a person: those of our own messages, of OpenClaw's and Claude Code's errors, and of
 * Node. A text in a public report keeps these and loses every other word, so that nothing has to be recognised as
 * private to be left out.
 */
const WORDS = new Set(
  `a about above absent access account active add added after again against agent agents all allow allowed allows alone
  already also an and another answer answered any api app apply are argument array as ask asked at auth authentication
  away back bad be because been before behind belongs between bind both bridge browser build but by cache call called
  can cannot change changed check choose claude clawdbot clear clears client closed code column command commands config
  configuration connect connection contains cooldown cooling copied could crashed create credential credentials cron
  crontab database default defaults define defined deleted denied did different directory disabled disk do doctor does
  down duplicate each either empty enabled end ended ends entries entry env environment error errors every exceeded
  executable exist exists exit expected expired expires export failed failing fails failure fallback fallbacks fetch
  field fields file files find first fix folder folders for force found from function gateway gave given gone group had has
  have heartbeat help here hold holds host id if import in incorrect inside install installed instead internal into
  invalid is issue issues it its itself job jobs json keep keeps key keys kill known last later leaves left legacy less
  level library limit line link linux list listen local lock locked login long longer lost main manager many match may
  memory message meta method missing mode model models module more most must name names native need needs network never
  new newer no node none nor not nothing now null number object of off old older on once one only open openclaw
  operation option or order other out outside over own package parse parsed part path paths permission permitted plan
  platform plugin port present process profile profiles program properties property protocol provider providers
  rate read reads reason refresh refused refuses release remove removed renamed replace reply request requests require
  required requires reset resolve response restart result retry root rows run running runs same schema script seconds
  see server service session set setting settings setup shell should shows sign signal signed size so socket some
  source spawn sqlite start started starts state status still stop stopped store stored stores string such support
  supported supports syntax system table take takes tell tells temporary text than that the their them then there these
  they this those time timeout to token tokens too touched trailing try twice two type unable undefined under unexpected
  unit unknown unreachable unreadable unrecognized unset unsupported until up update usage use used user users using
  valid validation validator value values version waiting was were what when where which while who why will wins with
  within without word words workspace writable write written wrong yet you your
  aborted advisory anthropic billing configured cooldowns cpu disconnected down endpoint fatal forbidden format gone
  handshake heap internal killed malformed minute minutes module notice overloaded overload quota reach segmentation
  fault slow terminated throttled tls unauthorized unavailable usage wal warning
  bool boolean bytes character characters comma digit quote quotes integer literal`.split(/\s+/),
);

const SYSTEM_CODES =
  /^(E(ACCES|PERM|NOENT|EXIST|ISDIR|NOTDIR|NOSPC|ROFS|IO|MFILE|LOOP|BUSY|INVAL|PIPE|CONNREFUSED|CONNRESET|TIMEDOUT|HOSTUNREACH|ADDRINUSE|AI_AGAIN)|ENOTFOUND|ERR_MODULE_NOT_FOUND|ERR_REQUIRE_ESM|SIG(TERM|KILL|INT|HUP|SEGV|ABRT|PIPE)|(Syntax|Type|Range|Reference)?Error|JSON5?|SQLite|PATH|HOME|OAuth|API|WSL2?|OpenClaw|Claude)$/;

/** Whether a single word may be shown: `config`, `auth-profiles`, `ENOENT`. */
export function isPlainWord(word: string): boolean {
  if (SYSTEM_CODES.test(word)) return true;
  return word !== '' && word.split(/[-_]/).every((part) => WORDS.has(part.toLowerCase()));
}

/** What the words of a text are checked against besides {@link isPlainWord}. */
export interface Allowed {
  /** A word that is part of a path, a model or a version that is shown elsewhere: what to show, or null. */
  readonly special: (word: string) => string | null;
  /** Plain words that are somebody's name here (a host called "gateway"), in lower case. */
  readonly hidden: ReadonlySet<string>;
}

/** A text with every word but the plain ones replaced by `…`. Rows and spaces become single spaces. */
export function plainWords(text: string, { special, hidden }: Allowed): string {
  const tokens = text.slice(0, 2_000).split(/\s+/).filter(Boolean);
  const out: string[] = [];
  for (const [index, token] of tokens.entries()) {
    const shown = shownToken(token, {
      special,
      hidden,
      // Groups of digits side by side are a telephone number.
      lonely: !/\d/.test(tokens[index - 1] ?? '') && !/\d/.test(tokens[index + 1] ?? ''),
    });
    if (shown !== '…' || out.at(-1) !== '…') out.push(shown);
  }
  return out.join(' ');
}

function shownToken(token: string, given: Allowed & { readonly lonely: boolean }): string {
  const [, before = '', word = '', after = ''] = /^([("'`[{]*)(.*?)([)"'`\]}.,;:!?]*)$/.exec(token) ?? [];
  if (word === '') return /^[-–—·|:=()[\]{}"'`.,;!?]{1,3}$/.test(token) ? token : '…';
  const lower = word.toLowerCase();
  if (given.hidden.has(lower) || lower.split(/[-_.=:]/).some((part) => given.hidden.has(part))) return '…';
  const special = given.special(word);
  if (special !== null) return `${before}${special}${after}`;
  if (/^\d{1,5}$/.test(word)) return given.lonely ? `${before}${word}${after}` : '…';
  // A flag of a program, and keys of a configuration.
  const parts = word.replace(/^--?/, '').split('.');
  return parts.every(isPlainWord) ? `${before}${word}${after}` : '…';
}
