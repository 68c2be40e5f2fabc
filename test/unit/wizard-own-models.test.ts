import { expect, it } from 'vitest';
import { accepted, choicesOf, toggled } from '../../components/screens/index.ts';
import { answersOf, type State } from '../../components/state.ts';
import { ownModelsScreen as screen } from '../support/screens.ts';

const IMAGES = 'agents.defaults.imageModel';
const SUB = 'agents.entries.work.subagents.model';

const row = (state: State, id: string) => choicesOf(state).find((choice) => choice.id === id);
const enter = (state: State) => accepted(state).state;
const at = (state: State, id: string): State => ({ ...state, cursors: { ...state.cursors, models: id } });

it('agents with a model of their own follow unless the person lets one keep it', () => {
  const first = screen();
  expect(row(first, 'keepModel')?.aside).toBe('work has openai/gpt-5, play has google/g and 2 more: to Claude');
  const open = enter(at(first, 'keepModel'));
  expect(choicesOf(open).map(({ id, checked }) => [id, checked])).toEqual([
    ['work', false],
    ['play', false],
    [IMAGES, false],
    [SUB, false],
  ]);
  const kept = enter(toggled(open));
  expect(answersOf(kept)?.keepModel).toEqual(['work']);
  expect(row(kept, 'keepModel')?.aside).toBe('work stays, the others to Claude');
  for (const id of ['keepModel', 'cron']) expect(row({ ...first, edits: { role: 'fallback' } }, id)).toBeUndefined();
});

it('what else is on the bridge is named, and can be left there', () => {
  const first = screen();
  expect(row(first, 'cron')).toMatchObject({
    label: 'Elsewhere',
    aside: expect.stringMatching(/jobs and imageModel, subagents\.model of work use the bridge: point them to/),
    more: ['imageModel, subagents.model of work'],
  });
  const left = enter(at(first, 'cron'));
  expect(answersOf(left)?.cron).toBe('keep');
  expect(row(left, 'cron')?.aside).toMatch(/: leave them$/);
  // All of it stays then: only the others are left to choose.
  expect(choicesOf(enter(at(left, 'keepModel'))).map(({ id }) => id)).toEqual(['work', 'play']);
});

it('each place on the bridge can be left there by itself', () => {
  const open = enter(at(screen(), 'keepModel'));
  if (open.overlay?.kind !== 'edit') throw new Error('not open');
  const kept = enter(toggled({ ...open, overlay: { ...open.overlay, cursor: 2 } }));
  expect(answersOf(kept)?.keepModel).toEqual([IMAGES]);
  expect(row(kept, 'keepModel')?.aside).toBe('imageModel stays, the others to Claude');
  expect(row(kept, 'cron')?.aside).toMatch(/jobs and subagents\.model of work use the bridge: point them to/);
});

it('what belongs to no chosen agent is not shown', () => {
  const { facts } = screen();
  if (!facts.config.known) throw new Error('no config');
  const [first] = facts.config.value.agents;
  if (first === undefined) throw new Error('no agent');
  const agents = ['work', 'play'].map((id) => ({ ...first, id }));
  const state = {
    ...screen(),
    facts: { ...facts, config: { ...facts.config, value: { ...facts.config.value, agents } } },
  };
  const some = enter(at({ ...state, edits: { ...state.edits, agents: ['work'] } }, 'keepModel'));
  expect(choicesOf(some).map(({ id }) => id)).toEqual(['work', SUB]);
});
