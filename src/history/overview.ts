import { fileChange } from '../actions/index.ts';
import type { Engine, UndoPreview } from '../engine/index.ts';
import type { Change, Receipt } from '../engine/types.ts';
import type { Facts } from '../facts/types.ts';
import { readAnswers } from '../methods/answers.ts';
import { secretFor } from '../methods/handed.ts';
import { methods } from '../methods/index.ts';
import type { Answers, Drift } from '../methods/types.ts';
import { factValue } from '../system/fact.ts';
import type { World } from '../system/world.ts';
import { DAY_MS } from '../text.ts';
import { driftBetween } from './drift.ts';
import { reminderIn } from './reminder.ts';
import { triedToFix } from './tried.ts';
import type { GoingStep, HomeFacts, InForce, Unfinished } from './types.ts';
import { overview as words } from './words.ts';

/** What home needs of the outside. */
export interface HomeContext {
  readonly world: World;
  readonly engine: Engine;
}

/** What home shows. Fast without `facts` (receipts and hashes only); with them the drift and the token's end are known. */
export async function homeFacts({ world, engine }: HomeContext, facts?: Facts): Promise<HomeFacts> {
  const { backups, receipts } = await engine.runs();
  const stands = new Set(backups.filter((run) => run.inForce).map(({ id }) => id));
  const standing = receipts.filter(({ id }) => stands.has(id));
  const inForce = inForceOf(standing, facts, world.clock.now());
  const method = methods.find(({ id }) => id === inForce?.method);
  const drift = inForce?.answers && facts && method ? driftBetween(inForce.answers, facts, method) : [];
  const unfinished = unfinishedOf(methodRuns(standing)[0]);
  return {
    inForce,
    method: method ?? null,
    unfinished,
    drift: [...(unfinished === null ? drift : []), ...(await goneFiles(world, standing))],
    backups,
    copiesIn: engine.root,
    tried: [...triedToFix(receipts, world.clock.now())],
    reminder: reminderIn(standing),
  };
}

/** Those of `standing` that set a method up. */
export function methodRuns(standing: readonly Receipt[]): readonly Receipt[] {
  return standing.filter(({ about }) => methods.some(({ id }) => id === about.method));
}

function unfinishedOf(newest: Receipt | undefined): Unfinished | null {
  if (newest?.outcome !== 'partly applied') return null;
  const { startedAt, steps } = newest;
  const notDone = steps.filter(({ takes, state }) => state !== (takes === undefined ? 'done' : 'reverted'));
  if (notDone.length === 0) return null;
  const brings = notDone.filter(({ takes }) => takes === undefined).map(({ action }) => action);
  return {
    startedAt,
    steps: steps.length,
    notDone: notDone.length,
    needsSecret: secretFor({ actions: brings }) !== undefined,
  };
}

/** The answers that a receipt keeps, as far as this release can read them. */
export function answersOf(receipt: Receipt): Answers | null {
  return readAnswers(receipt.about.answers);
}

/**
 * What facts alone cannot tell of a set-up: the agent that it made, where that is still here, and that the fallbacks hold
 * the way that it kept.
 */
export function ownChoices(facts: Facts, answers: Answers | null | undefined): Partial<Answers> {
  const { agents = [], fallbacks = [] } = factValue(facts.config) ?? {};
  if (answers?.role === 'everything' && answers.keepOld)
    return { role: 'everything', keepOld: true, fallbacks: [...fallbacks] };
  const agent = agents.find(({ id }) => answers?.role === 'agent' && id === answers.newAgent);
  if (!answers || agent === undefined) return {};
  const { newAgent, primary } = answers;
  return { role: 'agent', newAgent, primary: agent.model ?? primary, fallbacks: [...agent.fallbacks] };
}

/** The newest way that is in force: as receipts tell, else set up by hand and recognised by its method. */
function inForceOf(standing: readonly Receipt[], facts: Facts | undefined, now: number): InForce | null {
  const runs = methodRuns(standing);
  const newest = runs[0];
  if (newest === undefined) return facts === undefined ? null : byHand(facts, now);
  const method = String(newest.about.method);
  const own = runs.filter(({ about }) => about.method === method);
  const answers = answersOf(newest);
  const seen = facts && methods.find(({ id }) => id === method)?.recognise?.(facts);
  const recorded =
    answers?.tokenExpires ?? (typeof newest.about.tokenExpires === 'number' ? newest.about.tokenExpires : null);
  const tokenEnds = seen?.tokenEnds ?? recorded;
  return {
    method,
    title: own.at(-1)?.title ?? newest.title,
    since: own.at(-1)?.startedAt ?? newest.startedAt,
    agents: answers?.role === 'agent' ? [answers.newAgent] : (answers?.agents ?? []),
    tokenEnds,
    daysLeft: daysUntil(tokenEnds, now),
    receiptId: newest.id,
    answers,
  };
}

function byHand(facts: Facts, now: number): InForce | null {
  for (const method of methods) {
    const found = method.recognise?.(facts);
    if (!found) continue;
    const { title, agents, tokenEnds } = found;
    const daysLeft = daysUntil(tokenEnds, now);
    return { method: method.id, title, since: null, agents, tokenEnds, daysLeft, receiptId: null, answers: null };
  }
  return null;
}

function daysUntil(end: number | null, now: number): number | null {
  return end === null ? null : Math.floor((end - now) / DAY_MS);
}

/** What the run of a sign-in to Claude Code says of itself: the files are Claude Code's, which it may take away again. */
export const SIGN_IN = { signIn: true };

/** Files that a standing run left and that are not there any more. */
async function goneFiles(world: World, standing: readonly Receipt[]): Promise<Drift[]> {
  const left = new Map<string, boolean>();
  for (const { steps } of standing.filter(({ about }) => about.signIn !== SIGN_IN.signIn).reverse()) {
    for (const { path, stat } of steps.flatMap(({ checkpoint }) => checkpoint?.after ?? [])) {
      left.set(path, stat?.kind === 'file' && !/-(wal|shm|journal)$/.test(path));
    }
  }
  const gone: Drift[] = [];
  for (const [path, wasThere] of left) {
    if (!wasThere || (await world.files.lstat(path).catch(() => undefined)) !== null) continue;
    gone.push({ what: 'files', says: words.gone(path), was: path, now: null });
  }
  return gone;
}

/** What an undo of one run, or of all, would change. */
export async function takeBackView(
  engine: Engine,
  which: string | 'all',
): Promise<{
  readonly steps: readonly GoingStep[];
  readonly changes: readonly Change[];
  readonly files: UndoPreview['files'];
}> {
  const { steps, files } = await engine.previewUndo(which);
  return {
    steps: steps.map(({ words, changes, run }) => ({ words, changes, receiptId: run })),
    changes: files.map(({ path, now, then }) => fileChange(path, textOf(now), textOf(then))),
    files,
  };
}

export function textOf(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : new TextDecoder().decode(bytes);
}
