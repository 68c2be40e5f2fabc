import type { Terminal as HeadlessTerminal } from '@xterm/headless';

/** A terminal without a window: what a program has painted, as rows of text. */
export interface EmulatedTerminal {
  /** Resolves when the bytes are on the screen. */
  feed(bytes: Uint8Array | string): Promise<void>;
  /** Every row from the top of the scrollback, right-trimmed; rows that the terminal itself broke are joined. */
  rows(): string[];
  /** Whether the program has asked for pasted text to be marked. */
  readonly marksPaste: boolean;
  dispose(): void;
}

/** `reply` gets the answers to what the program asks its terminal (device attributes, colours, modes). */
export async function openTerminal(
  columns: number,
  height: number,
  reply: (answer: string) => void,
): Promise<EmulatedTerminal> {
  const terminal = new (await loadTerminal())({
    cols: columns,
    rows: height,
    scrollback: 2_000,
    allowProposedApi: true,
  });
  terminal.onData(reply);
  return {
    feed: (bytes) => new Promise((resolve) => terminal.write(bytes, resolve)),
    rows: () => readRows(terminal),
    get marksPaste() {
      return terminal.modes.bracketedPasteMode;
    },
    dispose: () => terminal.dispose(),
  };
}

/** CommonJS: Node gives its exports as `default`, a bundler may give them by name. */
async function loadTerminal(): Promise<typeof HeadlessTerminal> {
  const loaded = await import('@xterm/headless');
  return loaded.Terminal ?? (loaded as unknown as { default: typeof loaded }).default.Terminal;
}

function readRows(terminal: HeadlessTerminal): string[] {
  const buffer = terminal.buffer.active;
  const rows: string[] = [];
  for (let index = 0; index < buffer.length; index++) {
    const line = buffer.getLine(index);
    if (line === undefined) continue;
    const goesOn = buffer.getLine(index + 1)?.isWrapped ?? false;
    const text = line.translateToString(!goesOn);
    if (line.isWrapped && rows.length > 0) rows[rows.length - 1] += text;
    else rows.push(text);
  }
  const trimmed = rows.map((row) => row.trimEnd());
  while (trimmed.at(-1) === '') trimmed.pop();
  return trimmed;
}
