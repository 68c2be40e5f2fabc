import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openSandbox } from '../../src/sandbox/index.ts';
import { type PtyProgram, startPty } from '../support/pty.ts';
import type { PaintedSpan } from '../support/terminal.ts';

export type Picture = readonly (readonly PaintedSpan[])[];

const root = resolve(import.meta.dirname, '../..');
/** Ends a take that hangs; nothing is measured by it. */
const PATIENCE = { timeoutMs: 180_000 };

/**
 * The built program in a sandbox, with everything fixed that differs from run to run: the folder, the clock, the port,
 * tokens and addresses. Its children wait where they are told to, so that a screen in the middle of something stands
 * still until its picture is taken.
 */
export class Studio {
  readonly #folder: string;
  readonly #port: string;
  readonly columns: number;
  readonly rows: number;
  #program: PtyProgram | null = null;
  #clock = 0;

  private constructor(folder: string, port: string, columns: number, rows: number) {
    this.#folder = folder;
    this.#port = port;
    this.columns = columns;
    this.rows = rows;
  }

  static async open(columns: number, rows: number): Promise<Studio> {
    // As long as the name that stands in the pictures, so that no row breaks elsewhere.
    const folder = mkdtempSync('/tmp/clawauth-');
    const sandbox = await openSandbox({ at: join(folder, 'box'), env: {} });
    await sandbox.close();
    const { port } = JSON.parse(readFileSync(join(folder, 'box', '.clawauth-sandbox.json'), 'utf8'));
    const studio = new Studio(folder, String(port), columns, rows);
    const modules = join(folder, 'box', 'lib', 'node_modules');
    studio.#direct(join(modules, 'openclaw', 'openclaw.mjs'));
    studio.#direct(join(modules, '@anthropic-ai', 'claude-code', 'cli.mjs'));
    studio.later(0);
    return studio;
  }

  /** Starts the program; one that still runs is ended. */
  async start(args: readonly string[] = []): Promise<void> {
    await this.#end();
    const clock = `--import=${join(root, 'test/screens/clock.mjs')}`;
    const program = [join(root, 'dist/cli.js'), ...args, '--sandbox-at', join(this.#folder, 'box')];
    this.#program = startPty(process.execPath, [clock, ...program], {
      columns: this.columns,
      rows: this.rows,
      cwd: this.#folder,
      env: { PATH: '/usr/bin:/bin', HOME: this.#folder, TZ: 'UTC', PICTURE_CLOCK: this.#place('clock') },
    });
  }

  /** Waits until the screen shows it. */
  async shows(text: string | RegExp): Promise<void> {
    await this.#running.waitForText(text, PATIENCE);
  }

  /** Waits for text on the screen, that nothing changes any more, and, unless it `spins`, that nothing is waited for. */
  async still(text: string | RegExp, options: { readonly spins?: boolean } = {}): Promise<Picture> {
    await this.shows(text);
    let before = '';
    const deadline = performance.now() + PATIENCE.timeoutMs;
    for (let same = 0; same < 4; ) {
      if (performance.now() > deadline) throw new Error(`It does not come to rest.\n${this.#running.screen()}`);
      await new Promise((next) => setTimeout(next, 60));
      const now = withoutSpinner(this.#running.screen());
      same = now === before && (options.spins === true || !now.includes('⠋')) ? same + 1 : 0;
      before = now;
    }
    await this.shows(text);
    return this.#running.painted().map((row) => row.map((span) => this.#tidy(span)));
  }

  type(keys: string): void {
    this.#running.type(keys);
  }

  paste(text: string): void {
    this.#running.paste(text);
  }

  /** Time goes on, in ms. */
  later(ms: number): void {
    this.#clock += ms;
    writeFileSync(this.#place('clock'), String(this.#clock));
  }

  /** Calls of this command (`models auth`) wait from now on until they are released. */
  hold(...commands: readonly string[]): void {
    for (const command of commands) writeFileSync(this.#gate('hold', command), '');
  }

  /** Lets them go on, once one of them waits. */
  async release(command: string): Promise<void> {
    await this.held(command);
    rmSync(this.#gate('held', command));
    rmSync(this.#gate('hold', command));
  }

  async held(command: string): Promise<void> {
    const deadline = performance.now() + PATIENCE.timeoutMs;
    while (!existsSync(this.#gate('held', command))) {
      if (performance.now() > deadline) throw new Error(`Nobody called ${command}.\n${this.#running.screen()}`);
      await new Promise((next) => setTimeout(next, 20));
    }
  }

  async close(): Promise<void> {
    await this.#end();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #running(): PtyProgram {
    if (this.#program === null) throw new Error('Nothing was started.');
    return this.#program;
  }

  async #end(): Promise<void> {
    this.#program?.kill('SIGKILL');
    await this.#program?.exited;
    this.#program = null;
  }

  #place(name: string): string {
    return join(this.#folder, name);
  }

  #gate(state: 'hold' | 'held', command: string): string {
    return join(this.#folder, 'box', 'tmp', `${state}-${command.replace(' ', '-')}`);
  }

  /** A stand-in that waits where it is told to, lives in the same time, and makes the same token and address each time. */
  #direct(file: string): void {
    const source = readFileSync(file, 'utf8');
    const wait = `
process.env.PICTURE_CLOCK = ${JSON.stringify(this.#place('clock'))};
await import(${JSON.stringify(join(root, 'test/screens/clock.mjs'))});
import { existsSync as picture_exists, writeFileSync as picture_write } from 'node:fs';
const picture_name = process.argv.slice(2, 4).join('-');
const picture_hold = process.env.TMPDIR + '/hold-' + picture_name;
if (picture_exists(picture_hold)) picture_write(process.env.TMPDIR + '/held-' + picture_name, '');
while (picture_exists(picture_hold)) await new Promise((next) => setTimeout(next, 20));
`;
    const directed = source
      .replace(
        "import { randomBytes } from 'node:crypto';",
        "const randomBytes = (length) => Buffer.alloc(length, 'OpenClaw');",
      )
      .replace(/^(#!.*\n)/, `$1${wait}`);
    writeFileSync(file, directed);
  }

  /** One length for one length: nothing moves. */
  #tidy(span: PaintedSpan): PaintedSpan {
    const text = withoutSpinner(span.text)
      .replaceAll(this.#folder, '/tmp/clawauth-sample')
      .replace(new RegExp(`\\b${this.#port}\\b`, 'g'), '18789'.padEnd(this.#port.length))
      .replace(/\b(\d{8}-\d{6})-[0-9a-f]{4}\b/g, '$1-3f2a');
    return { ...span, text };
  }
}

const withoutSpinner = (text: string) => text.replace(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/g, '⠋');
