// The service's own program: what a unit or a launch agent starts. No UI code gets into this bundle.
import { normalizerMain } from './main.ts';

/** Put in by the build from package.json. */
declare const CLAWAUTH_VERSION: string | undefined;

process.exitCode = await normalizerMain(
  process.argv.slice(2),
  typeof CLAWAUTH_VERSION === 'string' ? CLAWAUTH_VERSION : '0.0.0-source',
);
