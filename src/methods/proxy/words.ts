// The texts of this method. Its questions stand beside their keys in questions.ts, its rules in notice.ts.

export const method = {
  summary: 'Claude Code answers on this machine',
  paysFrom: 'your plan limits (Anthropic may bill usage credits instead)',
  noun: 'the proxy',
  notFromThere: 'from where 127.0.0.1 is not this machine',
  noManager: 'no service manager: you start it yourself',
  byHand: (url: string | null) => `A proxy at ${url}, set up by hand`,
  foregroundStays: 'A proxy that you started yourself runs until you stop it.',
  providerGone: (provider: string) => `The provider ${provider} is gone.`,
  addressChanged: (provider: string, from: string, to: string) =>
    `You changed the address of ${provider} from ${from} to ${to}.`,
  otherKey: (provider: string) => `The key of ${provider} is not the one that the proxy takes.`,
};

export const models = {
  opus: 'Claude Opus, newest (through Claude Code)',
  sonnet: 'Claude Sonnet, newest (through Claude Code)',
  haiku: 'Claude Haiku, newest (through Claude Code)',
  previous: 'the previous method',
};

export const leftovers = {
  why: 'It is part of a proxy that was set up by hand and would hold the port. An undo brings it back.',
  remove: (file: string) => `Remove the old ${file}`,
  bringBack: (file: string) => `Bring ${file} back`,
};

export const plan = {
  restartsInside:
    'The gateway restarts inside its own process: no second one fights with the service manager over the port.',
  byDefault: 'Use Claude through the proxy by default',
  servicesUnknown: 'It could not be found out what runs services here.',
  noNormalizer: 'The normalizer is not part of this installation.',
  notBuilt: 'This is a checkout that was not built.',
  noService: (why: string) => `No service can be installed here: ${why}`,
  noProgram: (missing: string) => `No ${missing} was found that the proxy could run.`,
  makeKey: 'Make a random key for the proxy',
  whyKey: 'OpenClaw sends it with each request; without it no other program here can use your plan.',
  removeKey: 'Remove the key of the proxy',
  copyNormalizer: 'Copy the normalizer to a folder of its own',
  staysThere: (folder: string) => `${folder} stays when npm empties its cache.`,
  removeNormalizer: 'Remove the normalizer',
  noNpm: 'claude-max-api-proxy has to be fetched from npm, and no npm was found.',
  withoutPackage: 'Without it the proxy can start Claude Code itself, which needs no package.',
  tell: (url: string) => `Tell OpenClaw about the proxy at ${url}`,
  asProvider: (provider: string) =>
    `As the provider ${provider}. Requests carry text only: OpenClaw's own tools do not work this way.`,
  providerBack: (provider: string) => `Put the provider ${provider} back as it was`,
  removeProvider: (provider: string) => `Remove the provider ${provider}`,
  copiesGo: 'The copies that OpenClaw makes of it in the models.json of agents go with it.',
  removeCopies: (provider: string) => `Remove old copies of ${provider} from the models.json of agents`,
  madeAgain: 'OpenClaw makes them again from its configuration.',
  takeCopiesOut: (provider: string) => `Remove the copies of ${provider} from the models.json of agents`,
};

export const checks = {
  unknownHere: 'What runs here is not known.',
  askServices: 'Do the services of the proxy run?',
  askHealth: 'Does the proxy answer, and only with its key?',
  askProvider: 'Does OpenClaw know the proxy?',
  askModels: 'Do the models resolve?',
  askBridge: 'Is anything left of the previous method?',
  askGateway: 'Is the gateway up?',
  askLeftovers: 'Is an older proxy in the way?',
  askReboot: 'Will it survive a reboot?',
  askAnswer: 'Does Claude answer through the proxy?',
  askTurn: 'Does an agent of OpenClaw get an answer?',
  noManager: 'There is no service manager.',
  noClaude: 'The Claude Code that the proxy would run was not found.',
  listens: (port: number) => `No service was installed; something listens on port ${port}.`,
  runItYourself:
    'No service was installed, and the proxy does not run yet. Run it in a terminal or under your supervisor:',
  noKey: (file: string) => `${file} holds no usable key.`,
  couldNotAsk: 'The proxy could not be asked from here.',
  otherProgram: (port: number) => `Another program answers on 127.0.0.1:${port}.`,
  otherProxy: (port: number) => `Another proxy listens on 127.0.0.1:${port}: it takes another key than OpenClaw sends.`,
  answers: (port: number, says: string) => `The proxy answers on 127.0.0.1:${port}: ${says}.`,
  answersBut: (says: string) => `The proxy answers, but ${says}.`,
  refuses: 'A request without the key is refused.',
  noAnswer: 'no answer',
  status: (status: number) => `status ${status}`,
  notRefused: (got: string) => `A request without the key got ${got}, not a refusal.`,
  silent: (port: number) => `Nothing answers on 127.0.0.1:${port}.`,
  startIt: (says: string) => `${says} Start the proxy, then check again.`,
  noProvider: 'The provider is not in the configuration.',
  otherAddress: (asks: string, is: string) => `OpenClaw asks ${asks}, and the proxy is at ${is}.`,
  otherKey: 'OpenClaw sends another key than the proxy takes.',
  rightKey: (url: string) => `OpenClaw asks ${url} with the right key.`,
  nothingLeft: 'Nothing of an older proxy is here.',
  olderProxy: (name: string, file: string) => `An older proxy is still set up: ${name} (${file}).`,
  withoutService: 'Without a service the proxy stops with whatever started it.',
  atBoot: 'It starts again at boot.',
  timedOut: (port: number) => `127.0.0.1:${port} gave no answer in 3 minutes.`,
  streamed: (seconds: string) => `A streamed answer from Claude in ${seconds} s.`,
  noText: 'no text',
  noEnd: 'no end',
  statusWithout: (status: number, without: string) => `status ${status}, ${without}`,
  gaveNone: (said: string) => `The proxy gave no answer: ${said}`,
};
