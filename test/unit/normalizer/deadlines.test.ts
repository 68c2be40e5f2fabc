import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Deadlines } from '../../../src/normalizer/deadlines.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('calls late by one tick at most, and never early', () => {
  const deadlines = new Deadlines(10);
  const due: number[] = [];
  for (const ms of [5, 10, 25, 99]) deadlines.after(ms, () => due.push(performance.now() - started));
  const started = performance.now();
  vi.advanceTimersByTime(200);
  expect(due.length).toBe(4);
  for (const [index, ms] of [5, 10, 25, 99].entries()) {
    expect(due[index]).toBeGreaterThanOrEqual(ms);
    expect(due[index]).toBeLessThanOrEqual(ms + 10);
  }
});

it('forgets what was cancelled, starts anew what was renewed, and keeps no timer for nothing', () => {
  const deadlines = new Deadlines(10);
  const cancelled = vi.fn();
  const beat = vi.fn(() => {
    if (beat.mock.calls.length < 3) again.renew();
  });
  const again = deadlines.after(30, beat);
  deadlines.after(20, cancelled).cancel();
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(25);
  again.renew();
  vi.advanceTimersByTime(25);
  expect(beat).toHaveBeenCalledTimes(0);
  vi.advanceTimersByTime(500);
  expect(beat).toHaveBeenCalledTimes(3);
  expect(cancelled).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
  deadlines.after(5, cancelled);
  vi.advanceTimersByTime(20);
  expect(cancelled).toHaveBeenCalledTimes(1);
});
