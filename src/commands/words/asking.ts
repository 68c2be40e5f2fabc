import { plural, withArticle } from '../../text.ts';

// Questions on a terminal and their answers, what a file of answers may not hold, and signing in.

export const nothingChanged = 'Nothing was changed.';

/** An answer that is missing, or not one. */
export const answers = {
  noMethod: 'No method was chosen.',
  needsYes: 'Confirmation needed, but there is no terminal.',
  add: (what: string, flag: string) => `${what} Add --${flag}.`,
  noFile: (path: string) => `There is no file ${path}.`,
  notObject: (path: string) => `${path} is not a JSON object.`,
  otherSchema: (path: string, schema: string) => `${path} is of schema ${schema}; this release reads 1.`,
  unknown: (path: string, key: string, hint: string) => `${path} has an unknown answer "${key}". ${hint}`,
  handOver: (flags: readonly string[]) => `Hand it over with ${flags.join(' or ')}.`,
  didYouMean: (key: string | undefined) => `Did you mean "${key}"?`,
  json5: (path: string) => `${path} is not JSON: comments, single quotes and trailing commas are not allowed there.`,
  notJson: (path: string, why: string) => `${path} is not JSON: ${why}.`,
};

/** The secret that a flag hands over. */
export const handed = {
  notHash: (name: string) => `--${name}-sha256 takes the 64 hex digits of a SHA-256 hash.`,
  whichHash: (noun: string) => `The hash is that of the ${noun} alone, without a line break at its end.`,
  makesHash: (name: string) => `tr -d '\\n' < ${name}.txt | sha256sum`,
  paste: (noun: string) => `Paste the ${noun} (it is not shown), then Enter: `,
  missing: (noun: string) => `The ${noun} is missing.`,
  either: (secret: string) => `${secret}-stdin or --${secret}-file`,
  notSecret: (path: string, noun: string) => `${path} is not a file that holds ${withArticle(noun)}.`,
  readable: (path: string, mode: string) =>
    `Other users of this machine can read ${path} (mode ${mode}). Run: chmod 600 ${path}`,
};

/** The wizard in plain lines. */
export const plain = {
  noTerminal: 'There is no terminal to ask on. Say how to sign in with --method.',
  everyFlag: 'Every question of the wizard has a flag:  clawauth-setup apply --help',
  found: 'Found on this machine:',
  inTheWay: 'Also in the way:',
  asCommand: 'The same without questions:',
  replaced: (method: string) => `${method} is in use now and will be replaced.`,
  no: (label: string, why: string) => `No ${label.toLowerCase()}: ${why}`,
  notAvailable: (why: string) => `not available: ${why}`,
  isNotAvailable: (label: string, why: string) => `${label} is not available: ${why}.`,
  yesOrNo: 'Please answer yes or no.',
  number: (most: number, orName: boolean) => `Please type a number from 1 to ${most}${orName ? ', or a name' : ''}.`,
};

/** Signing in, in plain lines and for the wizard. */
export const signIn = {
  ending: 'Waiting for Claude Code to end: it has a code and may be storing its login …',
  makeNow: (noun: string) => `Make ${withArticle(`new ${noun}`)} now, by signing in to Claude? (no: paste one)`,
  makeByCommand: (noun: string, command: string) =>
    `Make ${withArticle(noun)} in another terminal with  ${command}  and copy it.`,
  makeAt: (noun: string, page: string) => `Make ${withArticle(noun)} at  ${page}  and copy it.`,
  signedIn: (undo: string) => `Claude Code is signed in. To undo: ${undo}`,
  starting: 'Claude Code signs in …',
  browserOpens: 'Your browser was asked to open',
  open: 'Open',
  tryAgain: 'Try again with a new page?',
  pasteCode: 'Paste the code (it is not shown), then Enter: ',
  title: 'Sign in to Claude Code',
  needed: 'Claude Code is not signed in, which this method needs.',
  signInNow: 'What it writes is backed up first. Sign in now?',
  missing: 'Claude Code is not on this machine, or not on PATH.',
  tooOld: 'This Claude Code signs in through a browser on the same machine only.',
  fromRelease: 'From 2.1.126 on it takes the code that the page shows.',
  notKept: 'Claude Code says that the login worked, but it is not signed in.',
  elsewhere: 'A token made elsewhere, or in another terminal, can be pasted here.',
  mayGoOn: 'It may still go on by itself.',
  unknownScreen: 'Claude Code shows a screen that this release does not know.',
  noToken: 'Claude Code ended without a token.',
  nothingToKeep: (noun: string) => `OpenClaw has no ${noun} yet that it could keep using.`,
  goBack: 'Go back to the sign-in and make or paste one.',
};

/** Fixes that wait for a sign-in or a token. */
export const waiting = {
  login: 'Only a sign-in to Claude Code fixes that. What it writes is backed up first. Sign in now?',
  token: 'Only a new token fixes that. Make one now?',
  byLogin: (things: number, command: string) =>
    `${plural(things, 'thing')} can only be fixed by signing in to Claude Code (in a terminal:  ${command}):`,
  byToken: (things: number, noun: string, name: string) =>
    `${plural(things, 'thing')} can only be fixed with a new ${noun} (--${name}-stdin or --${name}-file):`,
  withoutLogin: (says: string) => `Not fixed without a sign-in to Claude Code: ${says}`,
  withoutToken: (noun: string, says: string) => `Not fixed without a new ${noun}: ${says}`,
};
