// The texts of this method. Its questions stand beside their keys in questions.ts, its rules in notice.ts.

export const detected = {
  byHand: (credential: string, profile: string) => `${credential} under ${profile}, set up by hand`,
};

export const plan = {
  byDefault: 'Use Claude by default',
  getsVariable: (variable: string) => `It gets ${variable} when it starts.`,
  readsFile: 'It reads the file when it starts.',
  hasEnded: (noun: string) => `By its date the ${noun} has ended already.`,
  notAfterDate: (noun: string) => `OpenClaw does not use a ${noun} after its date. Nothing was written.`,
  noModel: 'Which Claude model should answer is not known.',
  whyNoModel: 'The catalogue of this OpenClaw could not be read, and no model was named.',
};

export const drift = {
  gone: (noun: string, profile: string) => `The ${noun} under ${profile} is gone.`,
  other: (winner: string, profile: string) => `OpenClaw uses ${winner} instead of ${profile}.`,
};

export const renewal = {
  nothingThere: (noun: string, profile: string) => `OpenClaw has no ${noun} under ${profile}.`,
  replaces: (noun: string) => `A renewal replaces an old ${noun} with a new one.`,
};

export const reference = {
  unknown: (profile: string) => `Whether the profile ${profile} holds a secret or points to one is not known.`,
  databaseUnread: (noun: string) =>
    `The database of credentials could not be read. Storing the ${noun} there might leave it in plain text. Nothing was written. Let OpenClaw open the database once, then try again.`,
  pointsTo: (profile: string, agent: string, reference: string | undefined) =>
    `The profile ${profile} of ${agent} points to ${reference}`,
  plainText: (noun: string) => `Storing the ${noun} here would leave it in plain text. Nothing was written.`,
  thereOrElsewhere: (why: string, noun: string) =>
    `${why} Put the new ${noun} where the profile points, or store it under another name.`,
  setIn: (file: string, line: number) => `, which is set in ${file}, line ${line}`,
  whichIs: (file: string) => `, which is ${file}`,
  putThere: (why: string, noun: string, restart: string, command: string) =>
    `${why} Put the new ${noun} there, then restart the gateway (${restart}). Or store it under another name: ${command}`,
  tooOld: (version: string, one: string) => `OpenClaw ${version} cannot read ${one} from a variable.`,
  takesTheName: 'It would take the name itself for the key. 2026.5.28 is the first that can. Nothing was written.',
  gatewayLacks: (variable: string) => `OpenClaw's gateway does not get the variable ${variable}.`,
  putVariable: (file: string, variable: string, noun: string) =>
    `It is neither in ${file} nor in the gateway's service, and without it releases up to 2026.7.1 do not start. Put ${variable}=… with the ${noun} into that file, and let nobody else read it (chmod 600). Nothing was written.`,
  readsVariable: (noun: string, variable: string, file: string) =>
    `OpenClaw reads the ${noun} from ${variable}, set in ${file}.`,
  gatewayGetsNot: (noun: string, variable: string) =>
    `OpenClaw reads the ${noun} from ${variable}, which its gateway does not get.`,
  couldNotCheck: (profile: string, noun: string) =>
    `Whether ${profile} points to a secret elsewhere could not be checked: the Node that runs OpenClaw has no SQLite. If it does, the ${noun} will be in plain text in its place.`,
};

export const file = {
  tooOld: (version: string, one: string) => `With OpenClaw ${version}, ${one} cannot be read from a file.`,
  firstRelease: '2026.5.28 is the first that is known to read one. Nothing was written.',
  noWayBack:
    'It has no command that takes the reference out of its database again, so there would be no way back; 2026.8.2 has one. Nothing was written.',
  containerSeesNot: (container: string | undefined, path: string) => `The container ${container} does not see ${path}.`,
  mountIt: (noun: string, folder: string) =>
    `OpenClaw runs in there, and could not read the ${noun}. Put the file into a folder that is mounted, such as ${folder}. Nothing was written.`,
  profileThere: (profile: string) => `The profile ${profile} already exists, and a reference cannot replace it.`,
  inDatabase:
    'It lies in a database, and would not come back with an undo while the gateway runs. Store the reference under another name. Nothing was written.',
  didNotSay: (path: string) => `OpenClaw did not say whether it can read ${path}.`,
  reads: (noun: string, path: string) => `OpenClaw reads the ${noun} from ${path}.`,
  readsNot: (noun: string, why: string) => `OpenClaw cannot read the ${noun}: ${why}`,
};

export const checks = {
  onlyGateway: (file: string) => `Only the gateway gets the variable, from ${file}: it cannot be tried here.`,
  askVariable: (noun: string) => `Does the variable with the ${noun} reach the gateway?`,
  askFile: (noun: string) => `Can OpenClaw read the file with the ${noun}?`,
  askRefreshers: 'Does an older tool still renew tokens?',
  askProfile: 'Does OpenClaw use the new profile?',
  askModels: 'Do the models resolve?',
  askBridge: 'Is anything left of the bridge?',
  askCooldown: 'Is anything cooling down?',
  askGateway: 'Is the gateway up?',
  askFiles: 'Can nobody else read the credentials?',
  askShadows: (noun: string) => `Does a variable hide the ${noun}?`,
  askAnswer: 'Does Claude answer?',
  uses: (profile: string, agents: string) => `OpenClaw uses ${profile} for ${agents}.`,
  usesOther: (agent: string, winner: string, profile: string, why: string | null | undefined) =>
    `${agent}: OpenClaw uses ${winner}, not ${profile}${why ? ` (${why})` : ''}.`,
  readBack: (agents: string) => `Stored and read back for ${agents}; not asked again.`,
  noProfile: (agents: string) => `OpenClaw shows no Anthropic profile for ${agents}.`,
  notUsed: (profile: string, why: string | null) => `${profile} is not used: ${why}.`,
  cooldownUnknown: 'OpenClaw did not say whether anything is cooling down.',
  notPaused: 'OpenClaw is not pausing this sign-in.',
  paused: (profile: string, until: string, reason: string) =>
    `OpenClaw has paused ${profile}${until}: ${reason}. It tries again by itself.`,
  onlyYou: 'Only you can read the files.',
  others: (path: string) => `Others can read ${path}.`,
};

export const live = {
  noAnswer: 'Claude gave no answer in 3 minutes.',
  answered: (seconds: string) => `A real answer from Claude in ${seconds} s.`,
  failed: (why: string) => `Claude did not answer: ${why}`,
  exitCode: (code: number | null) => `exit code ${code}`,
  keptNone: 'OpenClaw kept no answer.',
};
