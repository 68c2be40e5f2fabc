import { plural } from '../../text.ts';

// What is said of the state of a machine: doctor, status, report.

export const progress = {
  looking: 'Looking around …',
  lookingSlowly: 'Looking around, which takes a few seconds …',
  again: 'Looking again …',
  askingOpenClaw: 'Asking OpenClaw …',
  askingClaude: 'Asking Claude …',
  watching: 'Watching. Ctrl-C ends it.',
};

export const place = (line: number, column: number) => ` (line ${line}, column ${column})`;

export const doctor = {
  followAlone: '--follow reports what is new as it comes: it works neither with --fix nor with --json.',
  noCheck: (id: string) => `There is no check "${id}".`,
  answers: 'Who answers',
  asked: 'Claude was asked',
  notChecked: 'Could not be checked',
  andMore: (many: number) => ` and ${many} more`,
  fixAll: (command: string) => `To fix all of it:  ${command}`,
  seenIn: (places: readonly string[]) => `Seen in: ${places.join(', ')}`,
  fix: (says: string) => `Fix: ${says}`,
  next: 'Next',
  fixWithToken: 'Fix it, with a new token',
  fixWithLogin: 'Fix it, by signing in',
  fixIt: 'Fix it',
  or: 'Or',
  byHand: 'By hand',
  canBeFixed: '(can be fixed here)',
  explains: (ids: readonly string[]) => `Where it is found, these are not reported as well: ${ids.join(', ')}`,
  tried: (command: string) => `It was tried within the last day and did not help. To try again:  ${command}`,
  ask: 'Fix this?',
  nothingChanged: 'Nothing was changed.',
  nothingElse: 'Nothing else was changed.',
  nothingToFix: 'There is nothing to fix here.',
  fixed: 'Fixed',
  stillThere: 'Still there',
  fresh: 'New',
};

export const status = {
  also: 'Also looked at',
  throughProxy: 'OpenClaw asks Claude Code through the proxy',
  runsClaudeCode: 'OpenClaw runs Claude Code',
  hasCredential: 'OpenClaw has a working Claude credential',
  ends: (day: string, days: number) => ` The credential ends on ${day}, in ${plural(days, 'day')}.`,
  healthy: (how: string) => `Healthy: ${how}.`,
  expiring: (days: number) => `Works, but not for much longer (less than ${days} days).`,
  broken: 'Broken: see ✘ above.',
};

export const report = {
  saved: (path: string) => `Saved: ${path}`,
  notSaved: (command: string) => `Not saved. To save it: ${command}`,
  needsYes: 'The report is shown before it is saved. Add --yes to save it.',
  saveThis: (path: string) => `Save this as ${path}? [Y/n] `,
  saveAs: (name: string) => `Save it as (Enter for ${name}, - for nowhere): `,
  exists: (path: string) => `${path} already exists and stays as it is.`,
  couldNotSave: (path: string, code: string) => `The report could not be saved as ${path} (${code}).`,
  title: 'clawauth-setup report',
  leftOut: 'Names, paths, addresses and credentials were left out: `agent-1` stands for a name, `…` for words.',
  details: 'Facts and runs',
  us: (version: string, node: string, rest: string) => `clawauth-setup ${version}, Node ${node}, ${rest}`,
  sandbox: 'sandbox',
  openclaw: (version: string | null | undefined, node: string | null | undefined, installs: number) =>
    `OpenClaw ${version ?? 'of an unknown version'}, Node ${node ?? 'unknown'}${installs > 1 ? `, ${installs} installations` : ''}`,
  noOpenClaw: 'OpenClaw was not found',
  claude: (version: string | null | undefined) => `Claude Code ${version ?? 'of an unknown version'}`,
  noClaude: 'Claude Code was not found',
  ends: (day: string) => `, the credential ends on ${day}`,
};
