import { SIGN_IN_COMMANDS } from '../../src/claude/sign-in.ts';
import { tokenEnds } from '../../src/claude/token.ts';
import { factValue } from '../../src/system/fact.ts';
import { isoDate } from '../../src/text.ts';
import { logIn, onward, type Step, startSignIn, stay } from '../flow.ts';
import { accept, BACK, type Binding, bind, CLOSE, LEAVE } from '../kit/keys.ts';
import { problemLines } from '../kit/problem.ts';
import { qrLines } from '../kit/qr.ts';
import { secretFieldLine } from '../kit/secret-field.ts';
import { BLANK, command, cutMiddle, dim, type Line, line, paragraph, strong } from '../kit/text.ts';
import type { SecretText } from '../kit/use-secret-text.ts';
import { mark, marked, SPINNER, type View, widthIn } from '../kit/view.ts';
import { answersOf, methodOf, type State, urlOf } from '../state.ts';
import type { Inside, Screen } from './screen.ts';

/** Signing in through Claude Code, or pasting a token that was made before or elsewhere. */
export const signIn: Screen = {
  keys,
  enter: (state) => (state.token === null ? takeReading(state) : onward(state)),
  said(state) {
    if (state.token !== null) return { tone: 'ok', text: tokenLine(state) };
    return methodOf(state)?.needsToken === true ? { tone: 'ok', text: 'The token that OpenClaw has stored' } : null;
  },
  draw: (state, view, _at, field) => ({ ...insideOf(state, view, field), typed: field.length > 0 }),
};

function keys(state: State): readonly Binding[] {
  if (state.token !== null) {
    return [accept('next'), BACK, bind('n', 'another token', { type: 'forget token' }), LEAVE];
  }
  const { mode, session, reading } = state.signIn;
  const keep = mayKeepToken(state) ? [bind('s', 'keep the stored one', { type: 'keep token' })] : [];
  const have = bind('t', 'I have a token', { type: 'sign-in mode', mode: 'paste' });
  const elsewhere = bind('o', 'on another machine', { type: 'sign-in mode', mode: 'elsewhere' });
  if (mode !== 'claude') {
    return [
      ...(reading?.ok === true ? [accept('use it')] : []),
      BACK,
      ...(session.state === 'failed' ? [bind('r', 'try again', { type: 'retry sign-in' })] : []),
      mode === 'paste' ? elsewhere : have,
      ...keep,
    ];
  }
  return [...sessionKeys(state), have, elsewhere, ...keep];
}

/** The keys of what Claude Code shows. */
export function sessionKeys(state: State): readonly Binding[] {
  const { session } = state.signIn;
  const page = [
    bind('c', 'copy', { type: 'copy', what: 'url' }),
    bind('k', 'QR code', { type: 'open', overlay: 'qr' }),
    bind('w', 'whole address', { type: 'print url' }),
  ];
  return [
    ...(session.state === 'refused' ? [bind(['return', 'r'], 'try again', { type: 'retry sign-in' })] : []),
    BACK,
    ...(urlOf(state) === null ? [] : page),
    ...(session.state === 'waiting for code' && session.opened
      ? [bind('b', 'open it again', { type: 'open url' })]
      : []),
  ];
}

/** A new attempt: within the session where Claude Code offers that, else in a new one. */
export function retrySignIn(state: State): Step {
  const { session } = state.signIn;
  if (state.stage === 'log in' && session.state !== 'refused') return logIn(state);
  const signIn = { ...state.signIn, mode: 'claude' as const, reading: null, session: { state: 'starting' as const } };
  if (session.state === 'refused') return stay({ ...state, signIn }, { do: 'retry sign-in' });
  return stay({ ...state, signIn }, { do: 'cancel sign-in' }, startSignIn(state));
}

/** Takes the token that stands in the paste field, when it is one. */
export function takeReading(state: State): Step {
  const { reading } = state.signIn;
  if (reading === null || !reading.ok) return stay(state);
  const today = Date.parse(state.facts.takenAt);
  const stored = factValue(state.facts.profiles) ?? [];
  const expires = Number.isNaN(today) ? null : tokenEnds(reading.token, stored, today);
  const token = { secret: reading.token, expires, from: 'paste' as const, remarks: reading.remarks };
  return stay(
    { ...state, token, signIn: { ...state.signIn, session: { state: 'idle' }, reading: null } },
    { do: 'cancel sign-in' },
  );
}

/** Whether OpenClaw has a Claude token already, which can go on being used. */
const mayKeepToken = ({ flow, facts }: State) =>
  flow !== 'renew' &&
  flow !== 'finish' &&
  facts.profiles.known &&
  facts.profiles.value.some((profile) => profile.provider === 'anthropic' && profile.type === 'token');

/** On without a new token. */
export function keepToken(state: State): Step {
  if (state.stage !== 'sign in' || state.token !== null || !mayKeepToken(state)) return stay(state);
  const step = onward({ ...state, signIn: { ...state.signIn, session: { state: 'idle' }, reading: null } });
  return stay(step.state, { do: 'cancel sign-in' }, ...step.effects);
}

/** `Token sk-ant-oat01-…k9Qw · 108 characters · until 2027-11-20`; never more of it than the mask. */
function tokenLine(state: State): string {
  if (state.token === null) return '';
  const { secret, expires } = state.token;
  const ends = answersOf(state)?.tokenExpires ?? expires;
  const until = ends === null ? 'end not known' : `until ${isoDate(ends)}`;
  return `Token ${secret.toString()} · ${secret.length} characters · ${until}`;
}

function insideOf(state: State, view: View, field: SecretText): Inside {
  if (state.token !== null) {
    const says =
      state.token.from === 'claude' ? 'Claude Code made a token. It is kept in memory only.' : 'Kept in memory only.';
    return {
      title: [line(strong('You have a token'))],
      body: [
        line(mark('ok'), ' ', tokenLine(state)),
        ...state.token.remarks.flatMap((remark) => marked('look', remark, widthIn(view))),
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
  const title = [line(strong('Sign in to Claude'))];
  const url = urlOf(state);
  switch (session.state) {
    case 'refused': {
      const why = 'Claude Code said so. A new attempt opens a new page.';
      return { title, body: problemLines({ code: 'sign-in-refused', what: session.says, why }, view) };
    }
    case 'failed':
      return { title, body: problemLines(session.problem, view) };
    case 'waiting for code':
    case 'checking code': {
      const opened = session.state === 'waiting for code' && session.opened;
      const body: Line[] = [
        line(strong('1'), '  ', opened ? 'Open this page (in your browser now)' : 'Open this page, on any machine'),
        line('   ', { ...command(cutMiddle(url ?? '', width - 3)), ...(url === null ? {} : { href: url }) }),
        BLANK,
        line(strong('2'), '  ', 'Approve, then paste the code here'),
      ];
      if (session.state === 'checking code') {
        body.push(line('   ', SPINNER, ' Claude Code is checking the code'));
        if (session.slow === true) body.push(line(dim('     This takes longer than usual.')));
      } else {
        body.push(line('   ', ...secretFieldLine(field, 'paste the code', { ...view, columns: view.columns - 3 })));
        if (state.sandbox !== null) body.push(line(dim('   In the sandbox it is  '), command('sandbox#sandbox')));
        if (session.says !== undefined) {
          body.push(...marked('bad', session.says, width - 3).map((row) => line('   ', ...row)));
        }
      }
      return { title, body, focus: [3, body.length - 1] };
    }
    default: {
      const makes = state.stage === 'log in' ? 'login' : 'token';
      const body: Line[] = [line(SPINNER, ' Starting ', command(SIGN_IN_COMMANDS[makes]))];
      if (session.state === 'starting' && session.slow === true) {
        const meanwhile = makes === 'token' ? ' A token made elsewhere can be pasted meanwhile.' : '';
        const says = `This takes longer than usual.${meanwhile}`;
        body.push(...paragraph(says, width, { indent: 2, paint: 'dim' }));
      }
      return { title, body };
    }
  }
}

function pasted(state: State, view: View, field: SecretText): Inside {
  const body: Line[] = [];
  const { session } = state.signIn;
  if (session.state === 'failed') body.push(...problemLines(session.problem, view, 'look'), BLANK);
  const from = body.length;
  body.push(secretFieldLine(field, 'paste the token: sk-ant-oat01-…', view), ...readingLines(state, view));
  return { title: [line(strong('Paste a token you have'))], body, focus: [from, body.length - 1] };
}

function elsewhere(state: State, view: View, field: SecretText): Inside {
  const body: Line[] = [
    line(strong('1'), '  There, run ', command('claude setup-token')),
    line(strong('2'), '  Sign in and approve'),
    line(strong('3'), '  Copy the line that starts with ', command('sk-ant-oat01-')),
    line(strong('4'), '  Paste it here:'),
  ];
  const from = body.length;
  body.push(line('   ', ...secretFieldLine(field, 'paste the token', { ...view, columns: view.columns - 3 })));
  body.push(...readingLines(state, view));
  return { title: [line(strong('Make it on a machine with a browser'))], body, focus: [from, body.length - 1] };
}

/** What the pasted text is, as it is pasted. */
function readingLines(state: State, view: View): Line[] {
  const reading = state.signIn.reading;
  if (reading === null) return [line(dim('  Line breaks and spaces of a wrapped terminal do not matter.'))];
  if (!reading.ok) return [...problemLines(reading.problem, view, 'look')];
  const { token, remarks } = reading;
  return [
    line(mark('ok'), ' ', `A setup token: ${token.toString()} · ${token.length} characters`),
    ...remarks.flatMap((remark) => marked('look', remark, widthIn(view))),
  ];
}

/** The address as a QR code, for a phone beside a machine without a browser. */
export const qr: Screen = {
  keys: () => [CLOSE],
  draw({ overlay }, view) {
    const code = overlay?.kind === 'qr' ? overlay.code : null;
    const body = code === null ? [line(SPINNER, ' Drawing')] : qrLines(code, view);
    return { title: [], body, alone: true, bare: true };
  },
};
