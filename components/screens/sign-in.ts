import { SIGN_IN_COMMANDS } from '../../src/claude/sign-in.ts';
import { secretEnds } from '../../src/claude/token.ts';
import { factValue } from '../../src/system/fact.ts';
import { fileIn, type Secret, variableIn } from '../../src/system/secret.ts';
import { capital } from '../../src/text.ts';
import { asksFor, logIn, onward, type Step, startSignIn, stay } from '../flow.ts';
import { accept, BACK, type Binding, bind, CLOSE, copies, LEAVE } from '../kit/keys.ts';
import { problemLines } from '../kit/problem.ts';
import { qrLines } from '../kit/qr.ts';
import { BLANK, command, cutMiddle, dim, type Line, line, paragraph, strong } from '../kit/text.ts';
import { type SecretText, secretFieldLine } from '../kit/text-field.ts';
import { mark, marked, SPINNER, type View, widthIn } from '../kit/view.ts';
import { answersOf, methodOf, NOTHING_TYPED, type State, urlOf } from '../state.ts';
import { signIn as words } from '../words/set-up.ts';
import { keys as keyWords } from '../words/shared.ts';
import type { Inside, Screen } from './screen.ts';

/** The secret of the chosen way: through Claude Code's sign-in where that makes it, or pasted. */
export const signIn: Screen = {
  keys,
  enter: (state) => (state.secret === null ? takeTyped(state) : onward(state)),
  said(state) {
    if (state.secret !== null) return { tone: 'ok', text: secretLine(state) };
    const secret = methodOf(state)?.secret;
    return secret === undefined ? null : { tone: 'ok', text: words.stored(secret.noun) };
  },
  draw: (state, view, _at, field) => ({ ...insideOf(state, view, field), typed: field.length > 0 }),
};

function keys(state: State): readonly Binding[] {
  const { bySignIn, noun } = asksFor(state);
  if (state.secret !== null) {
    return [accept(keyWords.next), BACK, bind('n', words.keyAnother(noun), { type: 'forget secret' }), LEAVE];
  }
  const { mode, session } = state.signIn;
  const keep = mayKeep(state) ? [bind('s', words.keyKeep, { type: 'keep stored' })] : [];
  const have = bind('t', words.keyHave(noun), { type: 'sign-in mode', mode: 'paste' });
  const elsewhere = bind('o', words.keyElsewhere, { type: 'sign-in mode', mode: 'elsewhere' });
  if (mode !== 'claude') {
    const again = session.state === 'failed' ? [bind('r', keyWords.tryAgain, { type: 'retry sign-in' })] : [];
    const other = bySignIn ? [mode === 'paste' ? elsewhere : have] : [];
    const says = enterSays(state);
    return [...(says === null ? [] : [accept(says)]), BACK, ...again, ...other, ...keep];
  }
  return [...sessionKeys(state), have, elsewhere, ...keep];
}

/** The keys of what Claude Code shows. */
export function sessionKeys(state: State): readonly Binding[] {
  const { session } = state.signIn;
  const page = [
    bind('k', words.keyQr, { type: 'open', overlay: 'qr' }),
    bind('w', words.keyAddress, { type: 'print url' }),
  ];
  return [
    ...(session.state === 'refused' ? [bind(['return', 'r'], keyWords.tryAgain, { type: 'retry sign-in' })] : []),
    BACK,
    ...copies(urlOf(state)),
    ...(urlOf(state) === null ? [] : page),
    ...(session.state === 'waiting for code' && session.opened
      ? [bind('b', words.keyOpenAgain, { type: 'open url' })]
      : []),
  ];
}

/** A new attempt: within the session where Claude Code offers that, else in a new one. */
export function retrySignIn(state: State): Step {
  if (state.stage === 'log in' && state.signIn.session.state !== 'refused') return logIn(state);
  const begun = startSignIn(state);
  if (state.signIn.session.state === 'refused') return stay(begun.state, { do: 'retry sign-in' });
  return stay(begun.state, { do: 'cancel sign-in' }, ...begun.effects);
}

/** The code that Enter hands to Claude Code: in a field for the secret, only what is nothing else. */
function codeToSend({ signIn: { code, session, mode } }: State): Secret | null {
  if (code?.ok !== true || session.state !== 'waiting for code') return null;
  return mode === 'claude' || code.doubt === null ? code.code : null;
}

/** What Enter does with what stands in a field; null where that is not what is asked for. */
export function enterSays(state: State): string | null {
  if (codeToSend(state) !== null) return words.keySend;
  return state.signIn.reading?.ok === true ? words.keyUse : null;
}

/** Enter in a field: takes what stands in it. What is not read yet is taken once it is. */
export function takeTyped(state: State): Step {
  const { reading, session } = state.signIn;
  const code = codeToSend(state);
  if (code !== null && session.state === 'waiting for code') {
    const checking = { state: 'checking code' as const, url: session.url };
    const signIn = { ...state.signIn, ...NOTHING_TYPED, mode: 'claude' as const, session: checking };
    return stay({ ...state, signIn }, { do: 'submit code', code });
  }
  if (reading === null) return stay({ ...state, signIn: { ...state.signIn, entered: true } });
  if (!reading.ok) return stay(state);
  const today = Date.parse(state.facts.takenAt);
  const stored = factValue(state.facts.profiles) ?? [];
  const { name, lasts } = asksFor(state);
  const expires = Number.isNaN(today) ? null : secretEnds(reading.secret, stored, { now: today, lasts });
  const secret = { name, value: reading.secret, expires, from: 'paste' as const, remarks: reading.remarks };
  return stay(
    { ...state, secret, signIn: { ...state.signIn, session: { state: 'idle' }, ...NOTHING_TYPED } },
    { do: 'cancel sign-in' },
  );
}

/** Whether OpenClaw has such a secret already, which can go on being used. */
function mayKeep(state: State): boolean {
  const { flow, facts } = state;
  const { type } = asksFor(state);
  const stored = (factValue(facts.profiles) ?? []).some((one) => one.provider === 'anthropic' && one.type === type);
  return flow !== 'renew' && flow !== 'finish' && stored;
}

/** On without a new secret. */
export function keepStored(state: State): Step {
  if (state.stage !== 'sign in' || state.secret !== null || !mayKeep(state)) return stay(state);
  const step = onward({ ...state, signIn: { ...state.signIn, session: { state: 'idle' }, ...NOTHING_TYPED } });
  return stay(step.state, { do: 'cancel sign-in' }, ...step.effects);
}

/** `Token sk-ant-oat01-…k9Qw · 108 characters · until 2027-11-20`; never more of it than the mask. */
function secretLine(state: State): string {
  if (state.secret === null) return '';
  const { value, expires } = state.secret;
  const { noun, lasts } = asksFor(state);
  const ends = answersOf(state)?.tokenExpires ?? expires;
  const until = ends !== null ? words.until(ends) : lasts === null ? words.untilRevoked : words.endUnknown;
  return `${capital(noun)} ${toldOf(value)} · ${until}`;
}

/** Its mask and its length, or the variable or file that stands in its place. */
function toldOf(secret: Secret): string {
  const variable = secret.reveal(variableIn);
  const file = secret.reveal(fileIn);
  if (file !== null) return words.inFile(file);
  return variable === null ? words.masked(secret.toString(), secret.length) : words.inVariable(variable);
}

function insideOf(state: State, view: View, field: SecretText): Inside {
  if (state.secret !== null) {
    const { from, value } = state.secret;
    const stored = value.reveal(variableIn) !== null ? 'name' : value.reveal(fileIn) !== null ? 'path' : null;
    const kept = stored === null ? words.inMemory : words.byReference(stored);
    const says = from === 'claude' ? words.made : kept;
    return {
      title: [line(strong(words.have(asksFor(state).noun)))],
      body: [
        line(mark('ok'), ' ', secretLine(state)),
        ...state.secret.remarks.flatMap((remark) => marked('look', remark, widthIn(view))),
        ...paragraph(says, widthIn(view), { indent: 2, paint: 'dim' }),
      ],
    };
  }
  const { mode } = state.signIn;
  if (mode === 'claude') return throughClaude(state, view, field);
  return mode === 'paste' ? pasted(state, view, field) : elsewhere(state, view, field);
}

/** What Claude Code shows, in our words. */
export function throughClaude(state: State, view: View, field: SecretText): Inside {
  const session = state.signIn.session;
  const width = widthIn(view);
  const title = [line(strong(words.title))];
  const url = urlOf(state);
  switch (session.state) {
    case 'refused': {
      const why = words.refused;
      return { title, body: problemLines({ code: 'sign-in-refused', what: session.says, why }, view) };
    }
    case 'failed':
      return { title, body: problemLines(session.problem, view) };
    case 'waiting for code':
    case 'checking code': {
      const opened = session.state === 'waiting for code' && session.opened;
      const body: Line[] = [
        line(strong('1'), '  ', opened ? words.openThis : words.openAnywhere),
        line('   ', { ...command(cutMiddle(url ?? '', width - 3)), ...(url === null ? {} : { href: url }) }),
        BLANK,
        line(strong('2'), '  ', words.approve),
      ];
      if (session.state === 'checking code') {
        body.push(line('   ', SPINNER, ' ', words.checking));
        if (session.slow === true) body.push(line(dim(`     ${words.slow}`)));
      } else {
        body.push(line('   ', ...secretFieldLine(field, words.pasteCode, width - 3)));
        if (state.sandbox !== null) body.push(line(dim(`   ${words.sandboxCode} `), command('sandbox#sandbox')));
        body.push(...codeLines(state, view).map((row) => line('   ', ...row)));
        if (session.says !== undefined && field.length === 0) {
          body.push(...marked('bad', session.says, width - 3).map((row) => line('   ', ...row)));
        }
      }
      return { title, body, focus: [3, body.length - 1] };
    }
    default: {
      const makes = state.stage === 'log in' ? 'login' : 'token';
      const body: Line[] = [line(SPINNER, ' ', words.starting, command(SIGN_IN_COMMANDS[makes]))];
      if (session.state === 'starting' && session.slow === true) {
        const says = makes === 'token' ? `${words.slow} ${words.meanwhile}` : words.slow;
        body.push(...paragraph(says, width, { indent: 2, paint: 'dim' }));
      }
      return { title, body };
    }
  }
}

function pasted(state: State, view: View, field: SecretText): Inside {
  const { noun, prefix, byReference, bySignIn, madeBy } = asksFor(state);
  const body: Line[] = [];
  const { session } = state.signIn;
  if (session.state === 'failed') body.push(...problemLines(session.problem, view, 'look'), BLANK);
  if ('page' in madeBy) {
    const page = { ...command(cutMiddle(madeBy.page, widthIn(view) - 14)), href: madeBy.page };
    body.push(line('  ', words.makeOneAt, page));
    if (byReference) {
      body.push(line('  ', words.orVariable, command(`\${CLAUDE_API_KEY}`)));
      body.push(line('  ', words.orFile, command('file:~/claude.key')));
    }
    body.push(BLANK);
  }
  const from = body.length;
  body.push(secretFieldLine(field, words.pasteHint(noun, prefix), widthIn(view)), ...readingLines(state, view));
  const title = bySignIn ? words.pasteYours(noun) : words.paste(noun);
  return { title: [line(strong(title))], body, focus: [from, body.length - 1] };
}

function elsewhere(state: State, view: View, field: SecretText): Inside {
  const { noun, prefix, madeBy } = asksFor(state);
  const body: Line[] = [
    line(strong('1'), '  ', words.thereRun, command('command' in madeBy ? madeBy.command : '')),
    line(strong('2'), '  ', words.thereSignIn),
    line(strong('3'), '  ', words.thereCopy, command(prefix)),
    line(strong('4'), '  ', words.pasteHere),
  ];
  const from = body.length;
  body.push(line('   ', ...secretFieldLine(field, words.pasteShort(noun), widthIn(view) - 3)));
  body.push(...readingLines(state, view));
  return { title: [line(strong(words.elsewhere))], body, focus: [from, body.length - 1] };
}

/** What the text in the code field is, as it is typed. */
function codeLines(state: State, view: View): readonly Line[] {
  const { code, reading } = state.signIn;
  const inside = { ...view, columns: view.columns - 3 };
  if (reading?.ok === true) return readingLines(state, inside);
  const problem = code?.ok === false ? code.problem : null;
  if (problem !== null) return problemLines(reading === null ? problem : reading.problem, inside, 'look');
  if (code?.ok !== true) return [];
  return code.doubt === null ? [line(mark('ok'), ' ', code.says)] : marked('look', code.doubt, widthIn(inside));
}

/** What the pasted text is, as it is pasted. */
function readingLines(state: State, view: View): Line[] {
  if (codeToSend(state) !== null) return [line(mark('ok'), ' ', words.isCode)];
  const reading = state.signIn.reading;
  if (reading === null) return [line(dim(`  ${words.wrapped}`))];
  if (!reading.ok) return [...problemLines(reading.problem, view, 'look')];
  const { secret, remarks } = reading;
  return [
    line(mark('ok'), ' ', `${capital(asksFor(state).one)}: ${toldOf(secret)}`),
    ...remarks.flatMap((remark) => marked('look', remark, widthIn(view))),
  ];
}

/** The address as a QR code, for a phone beside a machine without a browser. */
export const qr: Screen = {
  keys: () => [CLOSE],
  draw({ overlay }, view) {
    const code = overlay?.kind === 'qr' ? overlay.code : null;
    const body = code === null ? [line(SPINNER, ' ', words.drawing)] : qrLines(code, view);
    return { title: [], body, alone: true, bare: true };
  },
};
