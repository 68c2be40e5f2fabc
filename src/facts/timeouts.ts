import { basename } from 'node:path';
import type { OpenClawCli } from '../openclaw/cli.ts';
import { type Fact, unknown } from '../system/fact.ts';
import type { World } from '../system/world.ts';
import type { Collector } from './collector.ts';
import type { FactName } from './types.ts';

/** 2026.9.6 answers in 3 to 5 s on two cores; 2026.4.29 may fetch plugin packages first. */
export const ASK_MS = 120_000;
/** From here on a person wants to know for whom they wait. */
const REMARK_MS = 10_000;
/**
 * `--version` loads no plugin and fetches nothing: 3.3 s in 2026.1.24-3, 2.0 s in 2026.2.17, 0.1 s from 2026.4.29 on
 * (two cores). A release that does not even tell that hangs.
 */
const VERSION_MS = 30_000;

/** After what {@link remarkSlow} tells, where something was done before. */
export const ENDS_CHECKS = 'Ctrl-C ends this; what was done stays.';

const SILENT = 'has not answered for';
const NEITHER = 'neither';

/** What a fact that is still awaited waits for, once that takes long; null else. */
export function slowWords(fact: Fact<unknown>): string | null {
  return !fact.known && fact.reason === 'waiting' && fact.detail.includes(SILENT) ? fact.detail : null;
}

/** What was found out of an OpenClaw that hangs: it answers nothing at all, not even its version. null else. */
export function unresponsiveWords(fact: Fact<unknown>): string | null {
  if (fact.known || fact.reason !== 'timed out') return null;
  const end = fact.detail.indexOf(`${NEITHER}.`);
  return end === -1 ? null : fact.detail.slice(0, end + NEITHER.length + 1);
}

/**
 * `world`, where `onSlow` is told once of each program, and of each one that is asked over the loopback, that has not
 * answered after {@link REMARK_MS}: who it is and how long it gets. `typed`: programs by their path, as a person types them.
 */
export function remarkSlow(
  world: World,
  onSlow: (says: string) => void,
  typed: Readonly<Record<string, string>> = {},
): World {
  const told = new Set<string>();
  const remarked = async <T>(name: string, timeoutMs: number, answer: Promise<T>): Promise<T> => {
    const timer = setTimeout(() => {
      if (timeoutMs <= REMARK_MS || told.has(name)) return;
      told.add(name);
      const gets = `It gets up to ${Math.round(timeoutMs / 1000)} s.`;
      onSlow(`${name} ${SILENT} ${REMARK_MS / 1000} s. ${gets}`);
    }, REMARK_MS);
    return answer.finally(() => clearTimeout(timer));
  };
  const { processes, network } = world;
  const ask = network?.ask?.bind(network);
  return {
    ...world,
    processes: {
      run: (argv, options) => remarked(nameOf(argv, typed), options.timeoutMs, processes.run(argv, options)),
    },
    ...(network === undefined || ask === undefined
      ? {}
      : {
          network: {
            listening: (...where) => network.listening(...where),
            ask: (request) => remarked(`127.0.0.1:${request.port}`, request.timeoutMs, ask(request)),
          },
        }),
  };
}

/** `openclaw models status`: no option, and nothing that stands after one. */
function nameOf([program, ...args]: readonly [string, ...string[]], typed: Readonly<Record<string, string>>): string {
  const option = args.findIndex((word) => word.startsWith('-'));
  return [typed[program] ?? basename(program), ...args.slice(0, option === -1 ? args.length : option)].join(' ');
}

/**
 * Says once whom `names` wait for, when one of them is still awaited after {@link REMARK_MS}: in that fact, and to
 * `onSlow`. Gives what ends it.
 */
export function remarkLater(
  collector: Collector,
  names: readonly FactName[],
  program: string,
  then: string,
): () => void {
  const timer = setTimeout(() => {
    const name = names.find((one) => collector.isWaiting(one));
    if (name === undefined) return;
    const says = `${program} ${SILENT} ${REMARK_MS / 1000} s. ${then} Ctrl-C ends this; nothing was changed.`;
    collector.set(name, unknown('waiting', says));
    collector.options.onSlow?.(says);
  }, REMARK_MS);
  return () => clearTimeout(timer);
}

/**
 * How long OpenClaw is waited for: {@link ASK_MS} for a question, as the first run of a release may take, unless it
 * hangs altogether. After {@link REMARK_MS} it is asked for its version beside; no answer to that ends every question.
 */
export class Timeouts {
  readonly #collector: Collector;
  readonly #cli: OpenClawCli;
  readonly #unresponsive = new AbortController();
  readonly #ended = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #quiet: () => void;
  #asking: Promise<void> = Promise.resolve();

  constructor(collector: Collector, cli: OpenClawCli) {
    this.#collector = collector;
    this.#cli = cli;
    const then = `Its first run may fetch packages, so it gets up to ${ASK_MS / 1000} s.`;
    this.#quiet = remarkLater(collector, ['modelsStatus', 'cron'], cli.release.install.command, then);
    this.#timer = setTimeout(() => {
      this.#asking = this.#askVersion();
    }, REMARK_MS);
  }

  /** Runs one question; `hung` answers in its place when OpenClaw turns out to hang. Throws what `question` throws. */
  async during<T>(
    signal: AbortSignal,
    question: (signal: AbortSignal) => Promise<T>,
    unresponsive: (why: string) => T,
  ) {
    try {
      return await question(AbortSignal.any([signal, this.#unresponsive.signal]));
    } catch (error) {
      if (signal.aborted || !this.#unresponsive.signal.aborted) throw error;
      return unresponsive(
        `within ${(REMARK_MS + VERSION_MS) / 1000} s, and  ${this.#cli.words(['--version'])}  ${NEITHER}`,
      );
    }
  }

  async end(): Promise<void> {
    clearTimeout(this.#timer);
    this.#quiet();
    this.#ended.abort();
    await this.#asking;
  }

  async #askVersion(): Promise<void> {
    const { signal } = this.#collector.options;
    const ended = signal ? AbortSignal.any([signal, this.#ended.signal]) : this.#ended.signal;
    try {
      const ran = await this.#cli.run(['--version'], { timeoutMs: VERSION_MS, signal: ended });
      if (ran.outcome === 'timed out') this.#unresponsive.abort();
    } catch {
      // Nobody waits for it any more.
    }
  }
}
