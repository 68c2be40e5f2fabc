import { tokenLine } from '../../src/wizard/report.ts';
import { urlOf } from '../../src/wizard/sign-in.ts';
import type { State } from '../../src/wizard/state.ts';
import { problemLines } from '../kit/problem.ts';
import { qrLines } from '../kit/qr.ts';
import { secretFieldLine } from '../kit/secret-field.ts';
import { BLANK, command, cutMiddle, dim, type Line, line, paragraph, strong } from '../kit/text.ts';
import type { SecretText } from '../kit/use-secret-text.ts';
import { mark, SPINNER, type View, widthIn } from '../kit/view.ts';
import { type Inside, shell } from './shell.ts';

/** Signing in through Claude Code, or pasting a token that was made before or elsewhere. */
export function signIn(state: State, view: View, field: SecretText) {
  return shell(state, view, { ...insideOf(state, view, field), typed: field.length > 0 });
}

function insideOf(state: State, view: View, field: SecretText): Inside {
  if (state.token !== null) {
    const says =
      state.token.from === 'claude' ? 'Claude Code made a token. It is kept in memory only.' : 'Kept in memory only.';
    return {
      title: [line(strong('You have a token'))],
      body: [
        line(mark('ok'), ' ', tokenLine(state)),
        ...state.token.remarks.flatMap((remark) => remarkLines(remark, view)),
        ...paragraph(says, widthIn(view), { indent: 2, paint: 'dim' }),
      ],
    };
  }
  const { mode } = state.signIn;
  if (mode === 'claude') return throughClaude(state, view, field);
  return mode === 'paste' ? pasted(state, view, field) : elsewhere(state, view, field);
}

function throughClaude(state: State, view: View, field: SecretText): Inside {
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
          const [first = [], ...rest] = paragraph(session.says, width - 5);
          body.push(line('   ', mark('bad'), ' ', ...first), ...rest.map((one) => line('     ', ...one)));
        }
      }
      return { title, body, focus: [3, body.length - 1] };
    }
    default: {
      const body: Line[] = [line(SPINNER, ' Starting ', command('claude setup-token'))];
      if (session.state === 'starting' && session.slow === true) {
        const says = 'This takes longer than usual. A token made elsewhere can be pasted meanwhile.';
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
    ...remarks.flatMap((remark) => remarkLines(remark, view)),
  ];
}

/** A reason to look again before the token is used. */
function remarkLines(remark: string, view: View): Line[] {
  const [first = [], ...rest] = paragraph(remark, widthIn(view) - 2);
  return [line(mark('look'), ' ', ...first), ...rest.map((one) => line('  ', ...one))];
}

/** The address as a QR code, for a phone beside a machine without a browser. */
export function qr(state: State, view: View, code: readonly (readonly boolean[])[] | null) {
  const body = code === null ? [line(SPINNER, ' Drawing')] : qrLines(code, view);
  // The code needs every row: no title, no trail.
  const inside = shell(state, view, { title: [], body, alone: true });
  return { ...inside, foot: inside.foot.slice(-1) };
}
