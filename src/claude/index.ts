export { canOpenBrowser } from './browser.ts';
export { bestClaude, findClaude, readSignIn } from './find.ts';
export type { ClaudeInstall } from './records.ts';
export { startSignIn } from './session.ts';
export type { SignInOptions, SignInState } from './sign-in.ts';
export { TOKEN_LASTS_MS } from './token.ts';
