import { factValue } from '../system/fact.ts';
import { error, warning } from './types.ts';
import { several, typed } from './words.ts';

const left = (paths: readonly string[]) =>
  `${several(paths)} ${paths.length === 1 ? 'is' : 'are'} left over from an older release`;

/** Where credentials are kept. */
export const store = [
  error('store.migration-required', 'A credential file of an older release blocks the database', {
    code: 'stray-store',
    needs: ['strayStores', 'release'],
    detect: ({ strayStores: paths, release }) => (paths.length > 0 && release.generation === 'G3' ? [paths] : null),
    explain: (paths) => ({
      says: `${left(paths)} and ${paths.length === 1 ? 'blocks' : 'block'} the credentials there.`,
    }),
    next: (_, facts) => typed(facts, 'doctor', '--fix'),
  }),
  warning('store.stray', 'A credential file of an older release is not read any more', {
    code: 'stray-store',
    needs: ['strayStores'],
    detect: ({ strayStores: paths }, { release }) =>
      paths.length > 0 && factValue(release)?.generation !== 'G3' ? [paths] : null,
    explain: (paths) => ({ says: `${left(paths)}; OpenClaw does not read ${paths.length === 1 ? 'it' : 'them'}.` }),
    next: (_, facts) => typed(facts, 'doctor', '--fix'),
  }),
];
