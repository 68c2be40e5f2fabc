// The texts of this method. Its questions stand beside their keys in questions.ts, its rules in notice.ts.

export const method = {
  title: 'OAuth sync',
  summary: 'old way: a service copies Claude Code’s token',
  paysFrom: 'your plan limits (Anthropic may bill usage credits instead)',
};

export const availability = {
  noun: 'the sync',
  keychain: 'on macOS Claude Code keeps its login in the Keychain, which is not read',
  linuxOnly: 'it works on Linux only',
  runsClaudeCode: (version: string) => `OpenClaw ${version} runs Claude Code itself, which needs no copy of its login`,
  inStepItself: (version: string) => `OpenClaw ${version} keeps the login of Claude Code in step by itself`,
  podman: (container: string) => `the container ${container} is Podman’s, and the sync works with Docker only`,
  mayNotRead: (file: string | null, container: string) =>
    `you may not read ${file}, where the container ${container} keeps the login of Claude Code`,
  aboutToRenew: (container: string) =>
    `Claude Code in the container ${container} is about to renew its login, which the restart of the container could end: have it renewed first`,
  noLogin: (file: string) => `Claude Code keeps no login of a Claude plan in ${file}`,
  lasting: (variable: string) => `${variable} signs Claude Code in, and lasts without being renewed`,
  noService: (why: string) => `no service can be installed here: ${why}`,
  renews: (version: string) =>
    `Claude Code ${version} renews its login only for a request: one small turn about every 8 hours`,
};

export const plan = {
  noun: 'access token',
  loginUnknown: 'The login of Claude Code is not known',
  removeCopy: (id: string, name: string) => `Remove ${id} from ${name}`,
  whyRemove: 'It is a copy of the whole login of Claude Code, and OpenClaw would renew it: that ends yours.',
  copyBack: (id: string, name: string) => `Put ${id} back into ${name}`,
  copyProgram: 'Copy the program of the sync to a folder of its own',
  staysThere: (folder: string) => `${folder} stays when npm empties its cache.`,
  removeProgram: 'Remove the program of the sync',
  it: 'it',
  container: (name: string) => `the container ${name}`,
  restarts: (version: string, what: string) =>
    `OpenClaw ${version} reads a token when its gateway starts: ${what} is restarted about every 8 hours, between two conversations`,
  noProgram: (missing: string) => `No ${missing} was found that the sync could run.`,
  notPart: 'The program of the sync is not part of this installation.',
  notBuilt: 'This is a checkout that was not built.',
  noService: 'No service can be installed here.',
};

export const checks = {
  askService: 'Does the service of the sync run?',
  askInStep: 'Is OpenClaw in step with Claude Code?',
  unknownHere: 'What runs here is not known.',
  noManager: 'There is no service manager.',
  ended: 'The login of Claude Code has ended: OpenClaw gets no token any more.',
  ends: (profile: string, at: string) => `${profile} ends at ${at}, as the login of Claude Code does.`,
  asked: (ends: string, at: string) => `${ends} Claude Code is asked for the next one at ${at}.`,
  late: (agents: string) => `The token of ${agents} is not in step with Claude Code.`,
};
