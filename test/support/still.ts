import type { Wizard } from '../../components/driver.ts';
import type { State } from '../../components/state.ts';

/** A wizard that stands still in one state, for looking at a screen. */
export function still(state: State): Wizard {
  return {
    state: () => state,
    dispatch: () => {},
    subscribe: () => () => {},
    start: () => {},
    left: new Promise(() => {}),
  };
}
