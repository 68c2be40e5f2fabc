import { minute, plural } from '../../text.ts';

// What is said before, during and after a run: plan, apply, undo, recover, backups, uninstall, renew, remind.

/** A plan before it is carried out. */
export const plan = {
  ask: 'Apply this?',
  keptBehind: (method: string, from: string) => `${method}, with ${from} kept behind it.`,
  replaces: (method: string, from: string) => `${method} replaces ${from} in the same run.`,
  notHere: (method: string, why: string) => `${method} cannot be set up here: ${why}`,
  nothing: 'Nothing to do: everything is set up this way already.',
  steps: (steps: number, files: number) =>
    `${plural(steps, 'step')}, ${plural(files, 'file')} edited directly. A copy of everything a step may touch is kept first.`,
  leftInTheWay: 'In the way, and left as it is:',
  fixes: 'Fixed in the same run, as it is in the way (--no-fixes leaves it):',
  setUp: 'Then the set-up itself:',
  removed: (run: string) => `Removed: it came with the run ${run}.`,
  undo: (headline: string) => `Undo: ${headline}`,
  toUndo: (steps: number) => `${plural(steps, 'step')} to undo:`,
};

/** A run, line by line. */
export const events = {
  copied: (files: number) => `Copied ${plural(files, 'file')} first`,
  done: 'done',
  notDone: 'not done',
  seeAbove: 'not done: see above',
  oursUndone: 'undone; what others wrote stays',
  next: (command: string) => `Next: ${command}`,
  stopped: 'Stopped after the running step.',
  putBack: 'Put back what was done so far?',
};

/** How a run ended. */
export const outcome = {
  undone: 'Undone.',
  done: 'Done.',
  stoppedAndBack: 'Stopped, and everything was put back as it was.',
  failedAndBack: 'It failed, and everything was put back as it was.',
  partlyUndone: 'Not everything could be undone. The list above says what stays.',
  partly: 'It failed, and part of it stays. The list above says which part.',
  interrupted: 'It was interrupted.',
  undo: (command: string) => `Undo: ${command}`,
  claudeNotAsked: 'Claude itself was not asked: --live-check asks it once.',
  notChecked: (command: string) => `Applied, not checked. Check it: ${command}`,
  fails: 'Applied, but it does not work yet: see ✘ above.',
  unsure: 'Applied, but not everything could be checked: see ! above.',
  waits: (todo: string) => `Set up. One step is left for you:  ${todo}`,
  works: 'Does it work?',
  couldNotCheck: (why: string) => `It could not be checked: ${why}`,
  checksStopped: (command: string) => `The checks were stopped. To run them again: ${command}`,
  stoppedByYou: 'You stopped the run.',
};

/** A run that was interrupted. */
export const interrupted = {
  none: 'No interrupted run was found.',
  earlier: (title: string) => `An earlier run was interrupted: ${title}.`,
  wayOn: (nouns: readonly string[]) =>
    `Go on with  clawauth-setup recover --resume ${nouns.length === 0 ? '' : ` (with the ${nouns.join(' and the ')} again)`}, or undo it first.`,
  says: (title: string, at: string, turned: boolean) =>
    `Interrupted: ${title}, started ${minute(at)}${turned ? ', while it was being put back' : ''}.`,
  states: {
    'cut off': 'interrupted',
    failed: 'failed',
    'put back': 'put back',
    'not started': 'not started',
  },
  copies: 'A copy of every file that it touched is kept. You can',
  giveAgain: (noun: string, name: string) => ` (give the ${noun} again with --${name}-stdin)`,
  goOn: 'go on',
  putBack: 'put back what it did',
  leave: 'leave everything as it is now',
  tidied: 'No run was interrupted. The leftovers of a killed one were removed.',
  noRun: 'No run was interrupted.',
  left: (undo: string) => `Left as it is. To undo it later: ${undo}`,
  held: (pid: number, since: string) =>
    `Another clawauth-setup (process ${pid}) has been changing files since ${minute(since)}.`,
  running: 'It is still running: there is nothing to recover.',
  inStatus: (done: number, total: number, title: string, command: string) =>
    `A run of clawauth-setup was interrupted after ${done} of ${total} steps: ${title}. Undo it, or go on with  ${command}`,
};

export const undo = {
  ask: 'Undo this?',
  interrupted: (title: string) => `Undoing a run that was interrupted: ${title}`,
  newer: (runs: number) => `${plural(runs, 'newer run')} ${runs === 1 ? 'is' : 'are'} undone with it, newest first:`,
  earlier: (what: string, command: string) => `${what}  Earlier runs: ${command}`,
};

export const backups = {
  none: 'No run is kept here.',
  keptIn: (folder: string) => `Kept in ${folder}`,
  more: (many: number) => `${many} more`,
  andMore: (many: number) => ` and ${many} more`,
  files: (files: number, size: string) => `${plural(files, 'file')} changed, ${size} kept`,
  since: (paths: string) => `; changed by others since: ${paths}`,
  unreadable: 'unreadable',
  undone: 'undone',
  verified: (runs: number, copies: number, size: string, folder: string) =>
    `${plural(runs, 'run')} with copies of ${plural(copies, 'different file')}, ${size}, in ${folder}`,
  bad: (run: string, path: string, wrong: string, copy: string) => `${run}: the copy of ${path} is ${wrong}: ${copy}`,
  receiptUnreadable: (run: string) => `${run}: its receipt cannot be read by this release`,
  open: (path: string) => `others can read ${path}. Run: chmod go= '${path}'`,
  good: 'every copy is intact',
  sayWhich: 'Say which runs to forget: --keep N or --older-than AGE.',
  inUse: 'This is in use now, and you could not undo it any more:',
  forget: 'forget',
  type: (word: string) => `Type  ${word}  to go on: `,
  nothingRemoved: 'Nothing was removed.',
  ask: 'Forget them?',
  would: (runs: number, copies: number, size: string) => `Would forget ${many(runs, copies, size)}.`,
  did: (runs: number, copies: number, size: string) => `Forgot ${many(runs, copies, size)}.`,
  needed: 'Kept although old, because an undo of the present set-up needs it (--in-force forgets it too):',
};

const many = (runs: number, copies: number, size: string) =>
  `${plural(runs, 'run')} and ${plural(copies, 'copy', 'copies')} (${size})`;

export const uninstall = {
  nothing: 'Nothing to do: clawauth-setup has set nothing up here.',
  allGone: 'Undone, and nothing of clawauth-setup is left.',
  askPurge: 'Also remove all backups and preferences? Then nothing can be undone.',
  stays: 'This stays:',
  model: (model: string | null | undefined) =>
    `OpenClaw will use: ${model ?? (model === null ? 'no default model' : 'cannot be told')}`,
  byHand: (says: string) => `By hand: ${says}`,
  notWhole: (folder: string, why: string) => `Everything was undone, but ${folder} could not be removed whole: ${why}`,
  removed: (folder: string) => `${folder} was removed.`,
  keptStopped: (folder: string) => `${folder} was kept: you stopped before that.`,
  keptNeeded: (folder: string) => `${folder} was kept: not everything could be undone, and the rest needs it.`,
};

export const renew = {
  ask: (noun: string | undefined) => `Store the new ${noun}?`,
  validAnyway: (noun: string | undefined) =>
    `Nothing was changed. The new ${noun} is valid anyway: revoke it if you do not want it.`,
  oldStays: (noun: string, ends: boolean, revokedAt: string) =>
    `The old ${noun} stays valid${ends ? ' until it ends' : ''}. Revoke it: ${revokedAt}`,
};

export const remind = {
  offAlready: 'Nothing to do: the reminder is off.',
  wouldSwitchOff: 'Would switch the reminder off.',
  is: (state: 'on' | 'off') => `The weekly reminder is ${state}.`,
  onSince: (since: string, days: number) =>
    `The weekly reminder has been on since ${since.slice(0, 10)}: it warns you from ${days} days before the end.`,
  ask: (days: number) => `Remind from ${days} days before the end?`,
  title: 'Weekly reminder',
  titleOff: 'Weekly reminder off',
  endUnknown: 'It is not known when the token ends.',
  aYear: 'Nobody wrote it down. Setup tokens last a year from the day they were made.',
};
