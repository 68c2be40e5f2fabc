import { setMaxListeners } from 'node:events';
import { type Fact, unknown } from '../system/fact.ts';
import type { Processes, World } from '../system/world.ts';
import { probe } from './probe.ts';
import type { FactName, Facts } from './types.ts';

/** The value that a fact of this name has when it is known. */
export type FactValue<N extends FactName> = Extract<Facts[N], { known: true }>['value'];

export interface GatherOptions {
  readonly signal?: AbortSignal;
  /** Each fact as it becomes known, and again when a slower and better answer replaces it. */
  readonly onFact?: (name: FactName, fact: Facts[FactName]) => void;
  /** One sentence, when a program takes long to answer: which, and how long it gets. Once for each. */
  readonly onSlow?: (says: string) => void;
  /**
   * Also ask the programs: `models status`, the validator, cron through the gateway, the Claude login, crontab, the
   * service manager. Without it those facts stay `waiting`.
   */
  readonly slow: boolean;
  /**
   * With `slow`: OpenClaw itself only where nothing else tells of the stored profiles, or where it will not be the one that
   * writes (up to 2026.5.20). Told to write, it says as well what is wrong with its configuration.
   */
  readonly sparing?: boolean;
  /** What asks which container is meant, where the world runs no programs. */
  readonly processes?: Processes;
  /** Also ask the journal for the gateway's log, which costs little, where `slow` is not asked for. */
  readonly journal?: boolean;
  /** Also send one request without a credential to Anthropic. */
  readonly live?: boolean;
  /** Unix ms: lines of logs that are older do not count; a day ago unless told. */
  readonly logSince?: number;
}

/** Reading a disk takes milliseconds; a network home may hang. */
const DISK_MS = 10_000;
/** A few files of each agent are read: ten thousand of them may take a busy machine half a minute. */
const AGENT_MS = 3;

/** What has been found so far. Every change is reported at once. */
export class Collector {
  readonly #found = new Map<FactName, Fact<unknown>>();

  constructor(
    /** Once it is known which installation is meant: with the variables by which its gateway finds it. */
    public world: World,
    readonly options: GatherOptions,
  ) {
    // Each probe listens for the end of the whole: more than Node takes for a leak, and all of them let go again.
    if (options.signal) setMaxListeners(0, options.signal);
  }

  /** Runs one probe, keeps and reports what it found. Never throws but `Cancelled`. */
  run<N extends FactName>(
    name: N,
    work: (signal: AbortSignal) => Promise<Fact<FactValue<N>>>,
    timeoutMs = DISK_MS + AGENT_MS * (this.value('config')?.agents.length ?? 0),
  ): Promise<Fact<FactValue<N>>> {
    const { signal } = this.options;
    const running = probe(work, { timeoutMs, signal }).then((fact) => {
      this.set(name, fact);
      return fact;
    });
    // Cancelled, the first of several probes ends the whole look around: nobody awaits the others any more.
    running.catch(() => {});
    return running;
  }

  set<N extends FactName>(name: N, fact: Fact<FactValue<N>>): void {
    this.#found.set(name, fact);
    this.options.onFact?.(name, fact as Facts[FactName]);
  }

  get<N extends FactName>(name: N): Fact<FactValue<N>> {
    return (this.#found.get(name) ?? unknown('waiting', 'not asked')) as Fact<FactValue<N>>;
  }

  value<N extends FactName>(name: N): FactValue<N> | undefined {
    const fact = this.get(name);
    return fact.known ? fact.value : undefined;
  }

  isWaiting(name: FactName): boolean {
    const fact = this.get(name);
    return !fact.known && fact.reason === 'waiting';
  }

  facts(): Facts {
    const facts: Record<string, unknown> = { schema: 1, takenAt: new Date(this.world.clock.now()).toISOString() };
    for (const name of FACT_NAMES) facts[name] = this.get(name);
    return facts as Facts;
  }
}

/** In the order people read them. */
export const FACT_NAMES: readonly FactName[] = [
  'platform',
  'installs',
  'release',
  'state',
  'config',
  'validation',
  'modelsStatus',
  'profiles',
  'strayStores',
  'legacyState',
  'storedOrders',
  'cron',
  'retiredCron',
  'sessions',
  'gateway',
  'log',
  'catalogue',
  'claude',
  'claudeSignIn',
  'claudeLogin',
  'claudeInside',
  'shadows',
  'refreshers',
  'gatewayUnits',
  'configBackup',
  'looseFiles',
  'secretFiles',
  'histories',
  'flatStores',
  'services',
  'proxies',
  'wire',
  'files',
];
