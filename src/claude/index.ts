export { canOpenBrowser } from './browser.ts';
export { bestClaude, findClaude, readSignIn } from './find.ts';
export type { ClaudeInstall } from './records.ts';
export { type SignInOptions, type SignInState, startSignIn } from './sign-in.ts';
export { inspectToken, looksLikeSessionToken, sessionTokenProblem, TOKEN_LASTS_MS } from './token.ts';
