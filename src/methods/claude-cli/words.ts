// The texts of this method. Its questions stand beside their keys in questions.ts, its rules in notice.ts.

export const method = {
  title: 'Claude CLI',
  summary: 'OpenClaw runs your Claude Code',
  paysFrom: 'your plan limits (Anthropic may bill usage credits instead)',
  preferred: 'OpenClaw itself prefers this method',
  tooOld: (version: string) =>
    `OpenClaw ${version} cannot run Claude Code for single models: 2026.5.28 is the first that can`,
  asRoot: (version: string) =>
    `the gateway runs as root, and OpenClaw ${version} may start Claude Code with its permissions bypassed`,
  byHand: 'Claude Code, set up by hand',
  noLonger: (model: string) => `${model} no longer runs through Claude Code.`,
};

export const plan = {
  byDefault: 'Let Claude Code answer by default',
  onlyNamed: 'Chats can then switch only to models that are named there: this release knows no other way.',
  bypasses: 'With its exec policy, OpenClaw would bypass the permissions of Claude Code.',
  whyBypasses: (version: string) =>
    `OpenClaw ${version} does that where it neither restricts commands nor asks. From 2026.8.1 it does not. Nothing was written.`,
  askFirst: 'Have OpenClaw ask before it runs a command',
  whyAskFirst: (version: string) => `Otherwise OpenClaw ${version} starts Claude Code with its permissions bypassed.`,
  asBefore: 'Let OpenClaw run commands as before',
  otherCredential: (profile: string | undefined) =>
    `OpenClaw would hand ${profile} to Claude Code instead of its login.`,
  orderForAll: 'The order that prevents it counts for all agents, and only some were chosen. Nothing was written.',
};

export const checks = {
  askRuns: 'Does OpenClaw run Claude Code for these models?',
  askModels: 'Do the models resolve?',
  askBridge: 'Is anything left of the bridge?',
  askFinds: 'Does the gateway find Claude Code?',
  askLogin: 'Does Claude Code use its own login?',
  askGateway: 'Is the gateway up?',
  askAnswer: 'Does Claude answer through Claude Code?',
  notRun: (model: string, agents: string) => `${model} does not run through Claude Code for ${agents}.`,
  runs: (model: string, agents: string) => `Claude Code runs ${model} for ${agents}.`,
  openChats: 'Open conversations keep the account they began with; /new starts one afresh.',
  listsMissing: 'lists Anthropic as missing',
  cannotConfirm: 'cannot confirm that Claude is ready',
  saysOtherwise: (command: string, said: string) =>
    `\`${command}\` ${said}: it looks for stored credentials and does not count the login of Claude Code.`,
  notFound: 'Claude Code was not found',
  containerFinds: (container: string, path: string, version: string | null) =>
    `The container ${container} finds ${path} (Claude Code ${version}).`,
  otherUser: (unit: string, user: string) => `${unit} runs as ${user}, who needs a Claude Code login of their own.`,
  isHere: (path: string, version: string | null) => `${path} is here (Claude Code ${version}).`,
  unitFinds: (unit: string, path: string) => `${unit} finds ${path}.`,
  unitFindsNot: (unit: string, folder: string) => `${unit} does not find Claude Code: its PATH lacks ${folder}.`,
  signedIn: (plan: string) => `Claude Code is signed in${plan} and keeps its own login.`,
  signedOut: 'Claude Code is not signed in.',
};
