export { canOpenBrowser } from './browser.ts';
export { bestClaude, findClaude, hasAuthCommand, readSignIn } from './find.ts';
export { type ProviderDecision, recogniseDecision } from './provider-decisions.ts';
export type { ClaudeInstall, ClaudeSignIn } from './records.ts';
export { type SignIn, type SignInOptions, type SignInState, startSignIn } from './sign-in.ts';
export {
  inspectToken,
  looksLikeSessionToken,
  sessionTokenProblem,
  type TokenInspection,
  type TokenWarning,
} from './token.ts';
