import { expect, it } from 'vitest';
import { choicesOf } from '../../src/wizard/choices.ts';
import { edited } from '../../src/wizard/edit.ts';
import { answersOf, type State } from '../../src/wizard/state.ts';
import { playTo } from '../support/wizard-play.ts';

const OWN = [
  { agent: 'work', model: 'openai/gpt-5' },
  { agent: 'play', model: 'google/g' },
];

/** The models screen where agents have models of their own, and more than the default is on the bridge. */
function screen(): State {
  const { state } = playTo('models');
  if (state.offer === null) throw new Error('no offer');
  const methods = state.offer.methods.map((method) => ({
    ...method,
    takesOver: { ...method.takesOver, elsewhere: ['imageModel', 'subagents.model of work'], ownModels: OWN },
  }));
  return { ...state, offer: { ...state.offer, methods } };
}

const row = (state: State, id: string) => choicesOf(state).find((choice) => choice.id === id);
const at = (state: State, id: string): State => ({ ...state, cursors: { ...state.cursors, models: id } });

it('agents with a model of their own follow unless the person lets one keep it', () => {
  const first = screen();
  expect(row(first, 'keepModel')?.aside).toBe('work has openai/gpt-5, play has google/g: to Claude');
  const open = edited(at(first, 'keepModel'), 'open');
  expect(choicesOf(open).map(({ id, checked }) => [id, checked])).toEqual([
    ['work', false],
    ['play', false],
  ]);
  const kept = edited(edited(open, 'toggle'), 'accept');
  expect(answersOf(kept)?.keepModel).toEqual(['work']);
  expect(row(kept, 'keepModel')?.aside).toBe('kept by work');
  for (const id of ['keepModel', 'cron']) expect(row({ ...first, edits: { role: 'fallback' } }, id)).toBeUndefined();
});

it('what else is on the bridge is named, and can be left there', () => {
  const first = screen();
  expect(row(first, 'cron')).toMatchObject({
    label: 'Elsewhere',
    aside: expect.stringMatching(/jobs and imageModel, subagents\.model of work use the bridge: point them to/),
    more: ['imageModel, subagents.model of work'],
  });
  const left = edited(at(first, 'cron'), 'open');
  expect(answersOf(left)?.cron).toBe('keep');
  expect(row(left, 'cron')?.aside).toMatch(/: leave them$/);
});
