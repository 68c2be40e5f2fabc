import { spawn } from '@lydell/node-pty';
import { openScreen, type Screen } from './terminal.ts';

/** Around what a program paints at once: DEC private mode 2026, synchronized output. */
const [BEGIN, END] = ['\u001b[?2026h', '\u001b[?2026l'];

/** A program in a real pseudo-terminal, with the screen a person would see. */
export interface PtyProgram extends Screen {
  readonly pid: number;
  /** Sends keys or text. */
  type(text: string): void;
  /** Sends text as a bracketed paste. */
  paste(text: string): void;
  kill(signal: NodeJS.Signals): void;
  resizeTo(columns: number, rows: number): Promise<void>;
  /** Everything the program ever wrote, as bytes in UTF-8. */
  output(): string;
  /** Exit code, or the signal's number in `signal` when it was killed. */
  readonly exited: Promise<{ readonly exitCode: number; readonly signal: number }>;
}

export interface PtyOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export function startPty(file: string, args: readonly string[], options: PtyOptions): PtyProgram {
  const columns = options.columns ?? 80;
  const rows = options.rows ?? 24;
  const screen = openScreen(columns, rows);
  const child = spawn(file, [...args], {
    name: 'xterm-256color',
    cols: columns,
    rows,
    cwd: options.cwd,
    env: { TERM: 'xterm-256color', LANG: 'C.UTF-8', ...options.env },
  });
  let output = '';
  let shown = 0;
  const show = (end: number) => {
    void screen.feed(output.slice(shown, end));
    shown = end;
  };
  child.onData((bytes) => {
    output += bytes;
    const begun = output.lastIndexOf(BEGIN);
    show(Math.max(shown, begun > output.lastIndexOf(END) ? begun : output.length));
  });
  const exited = new Promise<{ exitCode: number; signal: number }>((resolve) => {
    child.onExit(({ exitCode, signal }) => {
      show(output.length);
      resolve({ exitCode, signal: signal ?? 0 });
    });
  });
  return Object.create(
    screen,
    Object.getOwnPropertyDescriptors({
      pid: child.pid,
      type: (text: string) => child.write(text),
      paste: (text: string) => child.write(`\u001b[200~${text}\u001b[201~`),
      kill: (signal: NodeJS.Signals) => child.kill(signal),
      async resizeTo(nextColumns: number, nextRows: number) {
        await screen.resize(nextColumns, nextRows);
        child.resize(nextColumns, nextRows);
      },
      output: () => output,
      exited,
    }),
  ) as PtyProgram;
}
