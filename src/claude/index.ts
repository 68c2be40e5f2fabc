export { canOpenBrowser } from './browser.ts';
export { bestClaude, findClaude, readSignIn } from './find.ts';
export { loginStep } from './login-step.ts';
export { claudeTyped } from './place.ts';
export type { ClaudeInstall } from './records.ts';
export { startSignIn } from './session.ts';
export { SIGN_IN_COMMANDS, type SignInFor, type SignInOptions, type SignInState } from './sign-in.ts';
export { TOKEN_LASTS_MS } from './token.ts';
