import { bindings } from '../../src/wizard/keys.ts';
import type { State } from '../../src/wizard/state.ts';
import type { Layout } from '../kit/compose.ts';
import { allKeys } from '../kit/help.ts';
import { line, strong } from '../kit/text.ts';
import type { SecretText } from '../kit/use-secret-text.ts';
import type { View } from '../kit/view.ts';
import { choose, rules } from './choose.ts';
import { done, leaveOrStay, undone, verify } from './end.ts';
import { backups, drift, home, takeBack } from './home.ts';
import { details, look } from './look.ts';
import { editField, models, role } from './models.ts';
import { asCommand, diff, explain, review } from './review.ts';
import { apply, failed, recover } from './run.ts';
import { shell } from './shell.ts';
import { qr, signIn } from './sign-in.ts';
import { confirm, uninstall, uninstalled } from './uninstall.ts';

/** The screen of a state. Pure: the same state, window and field length give the same rows. */
export function screenOf(state: State, view: View, field: SecretText): Layout | null {
  const overlay = state.overlay;
  switch (overlay?.kind) {
    case 'details':
      return details(state, view, overlay.scroll);
    case 'rules':
      return rules(state, view, overlay.scroll);
    case 'explain':
      return explain(state, view, overlay.scroll);
    case 'command':
      return asCommand(state, view, overlay.scroll);
    case 'diff':
      return diff(state, view, overlay.file, overlay.scroll);
    case 'qr':
      return qr(state, view, overlay.code);
    case 'edit':
      return editField(state, view, overlay.field, overlay.draft);
    case 'confirm':
      return confirm(state, view, overlay.draft);
    case 'leave':
      return leaveOrStay(state, view);
    case 'keys': {
      const body = allKeys(bindings({ ...state, overlay: null }), view);
      return shell(state, view, { title: [line(strong('Keys'))], body, scroll: overlay.scroll, alone: true });
    }
    default:
      return ofStage(state, view, field);
  }
}

function ofStage(state: State, view: View, field: SecretText): Layout | null {
  switch (state.stage) {
    case 'recover':
      return recover(state, view);
    case 'look':
      return look(state, view);
    case 'home':
      return home(state, view);
    case 'drift':
      return drift(state, view);
    case 'backups':
      return backups(state, view);
    case 'take back':
      return takeBack(state, view);
    case 'uninstall':
      return uninstall(state, view);
    case 'uninstalled':
      return uninstalled(state, view);
    case 'choose':
      return choose(state, view);
    case 'sign in':
      return signIn(state, view, field);
    case 'role':
      return role(state, view);
    case 'models':
      return models(state, view);
    case 'review':
      return review(state, view);
    case 'apply':
      return apply(state, view);
    case 'failed':
      return failed(state, view);
    case 'verify':
      return verify(state, view);
    case 'done':
      return done(state, view);
    case 'undone':
      return undone(state, view);
    case 'left':
      return null;
  }
}
