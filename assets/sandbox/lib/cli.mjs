// Reading the command line and answering, for the sandbox's OpenClaw.
const argv = process.argv.slice(2);
const TAKES_VALUE =
  '--agent --provider --profile-id --expires-in --model --workspace --prompt --timeout --port --probe-provider --probe-profile --probe-timeout --url --token --name -m --message --session-id --profile --thinking --limit --probe-max-tokens --probe-concurrency --from'.split(
    ' ',
  );

/** The words that are not flags and not values of flags. */
export function words() {
  const found = [];
  for (let index = 0; index < argv.length; index++) {
    if (TAKES_VALUE.includes(argv[index])) index++;
    else if (!argv[index].startsWith('-')) found.push(argv[index]);
  }
  return found;
}

export function has(name) {
  return argv.includes(name);
}

export function flag(name) {
  const inline = argv.find((word) => word.startsWith(`${name}=`));
  if (inline !== undefined) return inline.slice(name.length + 1);
  const at = argv.indexOf(name);
  return at < 0 ? undefined : argv[at + 1];
}

export function print(text) {
  process.stdout.write(text);
}

/** Errors go to stderr, and with --json also to stdout, as 2026.9.6 does. */
export function fail(message) {
  if (has('--json')) print(`${JSON.stringify({ ok: false, error: { type: 'cli_error', message } })}\n`);
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}

/** Everything on standard input, as text. */
export async function readInput() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
