import type { Facts } from '../facts/types.ts';
import { factValue } from '../system/fact.ts';
import { check } from './types.ts';
import { several, typed } from './words.ts';

const strays =
  (blocks: boolean) =>
  ({ strayStores, release }: Facts): readonly (readonly string[])[] | null => {
    const paths = factValue(strayStores) ?? [];
    return paths.length > 0 && (factValue(release)?.generation === 'G3') === blocks ? [paths] : null;
  };

const left = (paths: readonly string[]) =>
  `${several(paths)} ${paths.length === 1 ? 'is' : 'are'} left over from an older release`;

const importThem = (_: unknown, facts: Facts) => typed(facts, 'doctor', '--fix');

/** Where credentials are kept. */
export const store = [
  check<readonly string[]>({
    id: 'store.migration-required',
    code: 'stray-store',
    title: 'A credential file of an older release blocks the database',
    severity: 'error',
    needs: ['strayStores', 'release'],
    detect: strays(true),
    explain: (paths) => ({
      says: `${left(paths)} and ${paths.length === 1 ? 'blocks' : 'block'} the credentials there.`,
    }),
    next: importThem,
  }),
  check<readonly string[]>({
    id: 'store.stray',
    code: 'stray-store',
    title: 'A credential file of an older release is not read any more',
    severity: 'warning',
    needs: ['strayStores'],
    detect: strays(false),
    explain: (paths) => ({ says: `${left(paths)}; OpenClaw does not read ${paths.length === 1 ? 'it' : 'them'}.` }),
    next: importThem,
  }),
];
