import { readFileSync } from 'node:fs';
import json5 from 'json5';
import { expect } from 'vitest';
import { type Holdings, holdingsOf, lostSince } from './holdings.ts';
import type { Finished } from './run-packed.ts';

/** What the person has before a set-up: what OpenClaw keeps, and what they chose in the config. */
export interface Had {
  readonly holdings: Holdings;
  readonly choices: readonly Choice[];
}
/** By which it is found in a row of a diff that takes it away: one of its names. */
type Choice = readonly [what: string, ...names: string[]];

interface Place {
  readonly stateDir: string;
  readonly config: string;
}

export async function hadIn(place: Place): Promise<Had> {
  return { holdings: await holdingsOf(place.stateDir), choices: choicesIn(place) };
}

/**
 * The three things that every set-up holds to, once after each:
 * - every agent answers by what was chosen for it, in the words of OpenClaw (`agents list --json`, in every release, gives
 *   an agent's own model, else the default);
 * - the same answers again are an empty plan;
 * - what the person had is there, or the plan that the set-up printed takes it away.
 */
export async function expectInvariants(
  place: Place & { openclaw(...args: string[]): Promise<string> },
  had: Had,
  setUp: {
    /** What the set-ups since then printed: each shows its plan. */
    readonly printed: readonly string[];
    /** Agent → its model; OpenClaw is not asked where there is none. */
    readonly answers: Readonly<Record<string, RegExp | string>>;
    /** The same flags and input once more, with `--json`. */
    again(): Promise<Pick<Finished, 'code' | 'out' | 'err'>>;
  },
): Promise<void> {
  const wanted = Object.entries(setUp.answers).map(([id, model]) => [id, expect.stringMatching(model)]);
  if (wanted.length > 0) {
    const told = await place.openclaw('agents', 'list', '--json');
    const agents: { id: string; model: string }[] = JSON.parse(told.slice(told.indexOf('[')));
    expect(Object.fromEntries(agents.map(({ id, model }) => [id, model]))).toMatchObject(Object.fromEntries(wanted));
  }

  const { code, out, err } = await setUp.again();
  expect(code, out + err).toBe(0);
  expect(JSON.parse(out).steps).toEqual([]);

  expect(await lostSince(had.holdings, place.stateDir)).toEqual([]);
  const now = new Set(choicesIn(place).map(String));
  const gone = setUp.printed
    .join('\n')
    .split('\n')
    .filter((row) => /^ +-/.test(row));
  const lost = had.choices.filter((one) => !now.has(String(one)));
  expect(lost.filter(([, ...names]) => !gone.some((row) => names.some((name) => row.includes(name))))).toEqual([]);
}

/** Each model, alias, fallback, provider and agent's own model, by what stands in the file. */
export function choicesIn({ config }: Place): readonly Choice[] {
  const { agents = {}, models = {} } = json5.parse(readFileSync(config, 'utf8'));
  const { model, models: named = {} } = agents.defaults ?? {};
  const each = agents.entries
    ? Object.entries(agents.entries)
    : (agents.list ?? []).map((one: { id: string }) => [one.id, one]);
  return [
    ...[model?.primary ?? model ?? []].flat().map((ref: string) => ['default', ref] as const),
    ...(model?.fallbacks ?? []).map((ref: string) => ['fallback', ref] as const),
    ...Object.entries(named as Record<string, { alias?: string }>).flatMap(([ref, { alias }]) => [
      ['model', ref] as const,
      ...(alias === undefined ? [] : [['alias', alias, ref] as const]),
    ]),
    ...Object.keys(models.providers ?? {}).map((id) => ['provider', id] as const),
    ...each.flatMap(([id, own]: [string, { model?: unknown }]) =>
      own.model === undefined ? [] : [[`model of ${id}`, refOf(own.model)] as const],
    ),
  ];
}

const refOf = (model: unknown) => (typeof model === 'string' ? model : (model as { primary: string }).primary);
