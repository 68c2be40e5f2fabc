// The texts about what was set up before: what was changed since, what a run is called, what an uninstall leaves.

export const drift = {
  agentModel: (agent: string, from: string, to: string) => `You changed the model of ${agent} from ${from} to ${to}.`,
  agentGone: (agent: string) => `The agent ${agent} is gone.`,
  notFallback: (model: string) => `${model} is no longer among the fallbacks.`,
  primary: (from: string, to: string) => `You changed the default model from ${from} to ${to}.`,
  fallbacks: (from: string, to: string) => `You changed the fallbacks from ${from} to ${to}.`,
  aliasGone: (name: string) => `The alias ${name} is gone.`,
  alias: (name: string, from: string, to: string) => `You changed the alias ${name} from ${from} to ${to}.`,
};

export const titles = {
  allAgents: 'all agents',
  of: (method: string, whom: string) => `${method} for ${whom}`,
  keptBehind: (method: string, whom: string, old: string) => `${method} for ${whom}, ${old} kept behind it`,
  instead: (method: string, old: string, whom: string) => `${method} instead of ${old}, for ${whom}`,
};

export const renewal = {
  title: (noun: string | undefined, profile: string) => `New ${noun} under ${profile}`,
};

export const overview = {
  gone: (path: string) => `${path} is gone.`,
};

export const uninstall = {
  yours: 'What you changed yourself since then, in every file.',
  copies: (folder: string) => `The copies in ${folder}, so that the uninstall can be undone.`,
  staysValid: (noun: string) => `The ${noun} itself stays valid: only you can revoke it, at Anthropic.`,
  modelUnknown: 'Which model OpenClaw will use afterwards cannot be told: its config does not parse.',
  noModelAfter: 'OpenClaw will have no default model afterwards: it did not have one before.',
  onlyCredential: (model: string) =>
    `OpenClaw will use ${model}, and the credential that goes is the only Anthropic credential that is known here.`,
  title: 'Uninstall',
  notInstalled: 'OpenClaw is not installed here, so it was not asked.',
  starts: (version: string) => `OpenClaw ${version} starts.`,
  noModelNow: 'It has no default model now.',
  doesNotAnswer: (asBefore: boolean, why: string) =>
    `OpenClaw does not answer as it should${asBefore ? ', as before' : ''}: ${why}`,
  uses: (model: string, without: readonly string[]) =>
    `It uses ${model} now${without.length === 0 ? '' : `, but has no credential for ${without.join(', ')}`}.`,
  notAsked: 'OpenClaw was not asked which model it uses now: that was stopped.',
  couldNotAsk: (why: string) => `OpenClaw could not be asked: ${why}`,
};

export const copies = {
  none: (nouns: string, folder: string) => `No copy of the ${nouns} is left in ${folder}.`,
  left: (noun: string, file: string) => `A copy of the ${noun} is left in ${file}.`,
  noHash: (runs: string) => `run ${runs} kept no hash of its token`,
  unknown: (file: string, why: string) =>
    `A token is in ${file}. Whether clawauth-setup stored it is not known: ${why}.`,
};
