import { EventEmitter } from 'node:events';
import { type IBufferLine, Terminal } from '@xterm/headless';
import { render } from 'ink';
import type { ReactNode } from 'react';

/** A terminal without a window: what is written into it can be read back as a person would see it. */
export interface Screen {
  /** Rows in sight, right-trimmed; empty rows at the end are left out. */
  screen(): string;
  /** Rows that scrolled out of sight, oldest first. */
  scrollback(): string;
  /** Both, as one text. */
  everything(): string;
  /** Resolves once `text` is in sight; rejects with the screen when it does not come. */
  waitForText(text: string | RegExp, options?: { readonly timeoutMs?: number }): Promise<void>;
  /** Bytes from the program (or from a PTY). Resolves when the terminal has taken them in. */
  feed(bytes: string | Uint8Array): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  /** 16-colour number, or null for the terminal's own, of the cell at column and row (from 0) of the screen. */
  colourAt(column: number, row: number): number | null;
  /** The rows of {@link screen} with how they are painted. */
  painted(): readonly (readonly PaintedSpan[])[];
  readonly columns: number;
  readonly rows: number;
}

/** Cells side by side that look alike. */
export interface PaintedSpan {
  readonly text: string;
  /** From 0. */
  readonly column: number;
  readonly width: number;
  /** Number of the palette; null for the terminal's own. */
  readonly colour: number | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly inverse: boolean;
}

export function openScreen(columns: number, rows: number): Screen {
  const terminal = new Terminal({
    cols: columns,
    rows,
    scrollback: 5000,
    allowProposedApi: true,
    // As the line discipline of a real terminal does.
    convertEol: true,
  });
  let written: Promise<void> = Promise.resolve();
  const listeners = new Set<() => void>();
  const row = (index: number) => terminal.buffer.active.getLine(index)?.translateToString(true) ?? '';
  const range = (from: number, to: number) => {
    const lines: string[] = [];
    for (let index = from; index < to; index += 1) lines.push(row(index));
    while (lines.at(-1) === '') lines.pop();
    return lines.join('\n');
  };
  const screen = () => range(terminal.buffer.active.baseY, terminal.buffer.active.baseY + terminal.rows);
  const feed = (bytes: string | Uint8Array) => {
    written = new Promise((resolve) => {
      terminal.write(bytes, () => {
        for (const listener of [...listeners]) listener();
        resolve();
      });
    });
    return written;
  };
  return {
    get columns() {
      return terminal.cols;
    },
    get rows() {
      return terminal.rows;
    },
    screen,
    scrollback: () => range(0, terminal.buffer.active.baseY),
    everything: () => range(0, terminal.buffer.active.baseY + terminal.rows),
    feed,
    async resize(nextColumns, nextRows) {
      await written;
      terminal.resize(nextColumns, nextRows);
    },
    colourAt(column, line) {
      const cell = terminal.buffer.active.getLine(terminal.buffer.active.baseY + line)?.getCell(column);
      return cell === undefined || cell.isFgDefault() ? null : cell.getFgColor();
    },
    painted: () =>
      Array.from({ length: screen().split('\n').length }, (_, index) =>
        spansOf(terminal.buffer.active.getLine(terminal.buffer.active.baseY + index)),
      ),
    waitForText(text, options = {}) {
      const seen = () => (typeof text === 'string' ? screen().includes(text) : text.test(screen()));
      return new Promise((resolve, reject) => {
        const done = () => {
          listeners.delete(look);
          clearTimeout(timer);
        };
        const look = () => {
          if (!seen()) return;
          done();
          resolve();
        };
        // Only ends a test that would hang: nothing is measured by it.
        const timer = setTimeout(() => {
          done();
          reject(new Error(`Not seen: ${String(text)}\n${screen()}`));
        }, options.timeoutMs ?? 20_000);
        listeners.add(look);
        look();
      });
    },
  };
}

function spansOf(row: IBufferLine | undefined): PaintedSpan[] {
  const spans: PaintedSpan[] = [];
  for (let column = 0; row !== undefined && column < row.length; column += 1) {
    const cell = row.getCell(column);
    const width = cell?.getWidth() ?? 0;
    if (cell === undefined || width === 0) continue;
    const look = {
      colour: cell.isFgDefault() ? null : cell.getFgColor(),
      bold: cell.isBold() !== 0,
      dim: cell.isDim() !== 0,
      inverse: cell.isInverse() !== 0,
    };
    const text = cell.getChars() || ' ';
    const last = spans.at(-1);
    if (
      last &&
      last.colour === look.colour &&
      last.bold === look.bold &&
      last.dim === look.dim &&
      last.inverse === look.inverse
    ) {
      spans[spans.length - 1] = { ...last, text: last.text + text, width: last.width + width };
    } else spans.push({ ...look, text, column, width });
  }
  return spans;
}

/** A mounted tree: the terminal, and a keyboard. */
export interface Mounted extends Screen {
  /** Sends keys or text as a terminal would. */
  type(text: string): Promise<void>;
  /** Sends text as a bracketed paste. */
  paste(text: string): Promise<void>;
  unmount(): void;
  /** Height of the tallest frame that was replaced so far, and whether one filled its window. */
  readonly tallest: () => { readonly rows: number; readonly overflowed: boolean };
  readonly exited: Promise<unknown>;
}

const ESC = '\u001b';
/** Keys by name, as bytes. */
export const KEYS = {
  enter: '\r',
  escape: ESC,
  up: `${ESC}[A`,
  down: `${ESC}[B`,
  pageUp: `${ESC}[5~`,
  pageDown: `${ESC}[6~`,
  tab: '\t',
  space: ' ',
  backspace: '\u007f',
  interrupt: '\u0003',
} as const;

class Keyboard extends EventEmitter {
  isTTY = true;
  #chunks: string[] = [];
  setRawMode() {}
  setEncoding() {}
  resume() {}
  pause() {}
  ref() {}
  unref() {}
  read() {
    return this.#chunks.shift() ?? null;
  }
  press(text: string) {
    this.#chunks.push(text);
    this.emit('readable');
  }
}

class Output extends EventEmitter {
  isTTY = true;
  writable = true;
  constructor(
    readonly target: Screen,
    readonly seen: (bytes: string) => void,
  ) {
    super();
  }
  get columns() {
    return this.target.columns;
  }
  get rows() {
    return this.target.rows;
  }
  write = (bytes: string, ...rest: unknown[]) => {
    this.seen(bytes);
    const callback = rest.find((one): one is () => void => typeof one === 'function');
    void this.target.feed(bytes).then(() => callback?.());
    return true;
  };
}

export interface MountOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly reader?: boolean;
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Mounts an Ink tree into a headless terminal. */
export function mount(tree: ReactNode, options: MountOptions = {}): Mounted {
  const screen = openScreen(options.columns ?? 80, options.rows ?? 24);
  const keyboard = new Keyboard();
  let tallest = 0;
  let overflowed = false;
  /** Rows of the window when the frame before was drawn. */
  let rowsThen = screen.rows;
  const output = new Output(screen, (bytes) => {
    // Before each frame Ink goes up by the height of the one before it.
    const height = bytes.split(`${ESC}[1A`).length - 1;
    tallest = Math.max(tallest, height);
    if (height >= rowsThen) overflowed = true;
    rowsThen = screen.rows;
  });
  const instance = render(tree, {
    stdout: output as unknown as NodeJS.WriteStream,
    stderr: output as unknown as NodeJS.WriteStream,
    stdin: keyboard as unknown as NodeJS.ReadStream,
    exitOnCtrlC: false,
    patchConsole: false,
    interactive: true,
    ...(options.reader === undefined ? {} : { isScreenReaderEnabled: options.reader }),
  });
  const flush = async () => {
    await settle();
    await instance.waitUntilRenderFlush();
    await settle();
  };
  return Object.create(screen, {
    ...Object.getOwnPropertyDescriptors({
      async type(text: string) {
        await flush();
        keyboard.press(text);
        // A lone escape byte is taken for the key only after a moment without a rest of a sequence.
        if (text === ESC) await new Promise((resolve) => setTimeout(resolve, 60));
        await flush();
      },
      async paste(text: string) {
        await flush();
        keyboard.press(`${ESC}[200~${text}${ESC}[201~`);
        await flush();
      },
      async resize(columns: number, rows: number) {
        await flush();
        await screen.resize(columns, rows);
        output.emit('resize');
        await flush();
      },
      unmount: () => instance.unmount(),
      tallest: () => ({ rows: tallest, overflowed }),
      exited: instance.waitUntilExit(),
    }),
  }) as Mounted;
}
