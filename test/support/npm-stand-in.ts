import type { Program } from '../../src/actions/index.ts';
import type { TempWorld } from './temp-world.ts';

export const PACKAGE = '{ "private": true, "dependencies": { "one": "1.0.0" } }\n';
export const LOCK = `${JSON.stringify(
  {
    lockfileVersion: 3,
    packages: {
      '': { dependencies: { one: '1.0.0' } },
      'node_modules/one': { version: '1.0.0', integrity: 'sha512-one' },
      'node_modules/one/node_modules/two': { version: '2.0.0', integrity: 'sha512-two' },
      'node_modules/not-here': { version: '2.0.0', integrity: 'sha512-three', optional: true },
    },
  },
  null,
  2,
)}\n`;

/** Leaves what `npm ci` leaves for {@link LOCK}. `~/npm-fails` makes it fail half way, `~/npm-lazy` do half of it. */
export function npmStandIn(temp: TempWorld, folder: string): Program {
  const script = `set -e
cd "$1"
[ -e .clawauth-setup ] && [ -e package-lock.json ]
mkdir -p .npm/_cacache node_modules/.bin node_modules/one/node_modules/two
echo '{"name":"one"}' > node_modules/one/package.json
ln -sf ../one/package.json node_modules/.bin/one
if [ -e "$HOME/npm-fails" ]; then
  echo 'npm error code ENOTFOUND' >&2
  echo 'npm error network request to https://registry.npmjs.org/one failed' >&2
  echo 'npm error A complete log of this run can be found in: /x' >&2
  exit 1
fi
[ -e "$HOME/npm-lazy" ] || echo '{"name":"two"}' > node_modules/one/node_modules/two/package.json
cp "$HOME/hidden-lock" node_modules/.package-lock.json
`;
  const { packages, ...rest } = JSON.parse(LOCK) as { packages: Record<string, unknown> };
  const { '': _root, 'node_modules/not-here': _optional, ...there } = packages;
  temp.write('hidden-lock', JSON.stringify({ ...rest, packages: there }));
  return { argv: ['/bin/sh', '-c', script, 'npm', folder, ' ci '], timeoutMs: 60_000 };
}
