/** Put in by the build from package.json. */
declare const CLAWAUTH_VERSION: string | undefined;

export const version: string = typeof CLAWAUTH_VERSION === 'string' ? CLAWAUTH_VERSION : '0.0.0-source';
