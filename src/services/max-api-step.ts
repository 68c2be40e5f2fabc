import { npmCi, npmFolder } from '../actions/index.ts';
import type { Action } from '../engine/types.ts';
import { readAsset } from './assets.ts';
import { MAX_API_VERSION } from './max-api.ts';

/**
 * Installs claude-max-api-proxy into `folder`, an absolute path that is absent or ours. `npm` is the program; `env` may
 * hold a PATH on which it finds its Node.
 */
export function maxApiStep(
  folder: string,
  npm: string,
  options: { readonly env?: Readonly<Record<string, string>> } = {},
): Action {
  return npmFolder('claude-max-api-package', {
    forward: {
      headline: `Fetch claude-max-api-proxy ${MAX_API_VERSION} from npm`,
      because: 'Into a folder of its own; exactly the packages that were looked at, none of their scripts runs.',
    },
    backward: { headline: 'Remove claude-max-api-proxy' },
    folder,
    packageJson: readAsset('claude-max-api', 'package.json'),
    lock: readAsset('claude-max-api', 'package-lock.json'),
    program: npmCi(npm, folder, options.env),
  });
}
