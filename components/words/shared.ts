import { capital, plural } from '../../src/text.ts';

// The texts of the wizard stand in this folder, by the screen that shows them; `docs/words.md` has their rules. Blanks and
// glyphs around a text belong to the screen.

/** What keys do. Each stands behind its key in the help line. */
export const keys = {
  move: 'move',
  scroll: 'scroll',
  keys: 'keys',
  title: 'Keys',
  back: 'back',
  close: 'close',
  open: 'open',
  leave: 'leave',
  lookAgain: 'look again',
  wrong: 'what is wrong',
  details: 'details',
  diff: 'diff',
  nextFile: 'next file',
  choose: 'choose',
  next: 'next',
  continue: 'continue',
  copy: (what: 'address' | 'command') => `copy ${what}`,
  clear: 'clear',
  rules: 'rules',
  tryAgain: 'try again',
  onOff: 'on/off',
  done: 'done',
};

/** Rows and lines that several screens have. */
export const shared = {
  leave: 'Leave',
  lookingAround: 'Looking around',
  comparing: 'Comparing with the files as they are now',
  seeWhat: 'see what will change; nothing is written yet',
  putEveryFileBack: 'put every file back',
  keepIt: 'Keep it like this',
  nothingChanged: 'Nothing was changed.',
  nothingElse: 'Nothing else was changed.',
  unwritten: 'Nothing was written.',
  unexpected: 'This should not happen; nothing more was done.',
  fact: 'waiting',
  next: 'next: ',
  rest: (many: number) => `${many} more: press `,
  moreLines: (many: number) => `${plural(many, 'more line')}: press `,
  noFile: 'no file of yours',
  noFileChanges: 'This step changes no file.',
  fileOf: (index: number, of: number) => `(${index} of ${of})`,
  notNow: 'not now',
  run: 'run  ',
  thenPress: '  then press ',
  copied: (what: 'address' | 'command') => `${capital(what)} copied, if your terminal allows it`,
  sentToBrowser: 'Sent to the browser of this machine',
  addressAbove: 'The whole address stands above',
  characters: (count: number) => `${count} characters`,
  unchanged: 'nothing is changed',
  slogan: 'OpenClaw ⟷ your Claude plan',
  step: (step: number, of: number) => `step ${step} of ${of}`,
  sandbox: 'sandbox',
  nothingReal: 'nothing real is touched',
};

/** What a screen reader says instead of a glyph. */
export const spoken = {
  ok: 'ok:',
  look: 'look:',
  broken: 'broken:',
  waiting: 'waiting:',
  working: 'working:',
  chosen: 'chosen: ',
  on: 'on, ',
  field: 'field: ',
  added: ' added: ',
  removed: ' removed: ',
};
