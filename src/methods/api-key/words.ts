// The texts of this method. Its questions stand beside their keys in questions.ts, its rules in notice.ts.

export const method = {
  summary: 'pay per use; for servers and teams',
  paysFrom: 'your Console account, for every request',
};

export const check = {
  notAccepted: 'Anthropic does not accept this API key.',
  whyNotAccepted: 'It may be revoked, or not be copied whole. Nothing was written.',
  couldNotAsk: 'Anthropic could not be asked',
  onlyOpenClaw: (variable: string) => `only OpenClaw reads ${variable}`,
  status: (status: number) => `Anthropic answered with HTTP ${status}`,
  unknown: (why: string) => `Whether the API key is good is not known: ${why}.`,
};

export const file = {
  cannotRead: (path: string, why: string) => `OpenClaw cannot read a key from ${path}: ${why}.`,
  noKeyFile: (path: string) => `${path} is not a file that holds an API key.`,
  noKey: (path: string, what: string) => `${path} holds no API key that works. ${what}`,
  moreThanKey: (path: string) => `${path} holds more than an API key.`,
  sendsAll: 'OpenClaw sends all of it: there must be one line with the key alone.',
  empty: 'It is empty.',
  unwritten: 'Nothing was written.',
  unwrittenAfter: (why: string) => `${why} Nothing was written.`,
};
