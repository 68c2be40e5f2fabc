import { TOKEN_LASTS_MS } from '../claude/token.ts';
import { blocker as blockedBy } from '../doctor/index.ts';
import { ownQuestions, questions } from '../methods/questions.ts';
import type { Answers } from '../methods/types.ts';
import { isoDate, plural, someOf } from '../text.ts';
import type { Choice } from './choice.ts';
import { reviewRows } from './groups.ts';
import { backupChoices, driftChoices, homeChoices, otherWays } from './home.ts';
import { blocker, noOpenClaw } from './look.ts';
import { oldModelRows, ownPlaces, ownProviders, providerIn, SAME_FAMILY, short } from './old-models.ts';
import { ourCommand } from './report.ts';
import { endsLeftover, isHalfDone } from './run.ts';
import { answersOf, methodOf, type Stage, type State } from './state.ts';

/** What the cursor of a screen moves over; empty where it has none. */
export function choicesOf(state: State): readonly Choice[] {
  if (state.overlay?.kind === 'edit') return editOptions(state, state.overlay.field);
  if (state.overlay?.kind === 'leave') {
    return [
      { id: 'stay', label: 'Stay' },
      { id: 'leave', label: 'Leave without the token', aside: 'it is only in memory and will be gone' },
    ];
  }
  const make = byStage[state.stage];
  return make === undefined ? [] : make(state);
}

export function cursorOf(state: State): number {
  const choices = choicesOf(state);
  if (state.overlay?.kind === 'edit') return Math.min(state.overlay.cursor, Math.max(0, choices.length - 1));
  const wanted = state.cursors[cursorKey(state)] ?? startOf(state);
  return Math.max(
    0,
    choices.findIndex((choice) => choice.id === wanted),
  );
}

/** The list that the cursor belongs to. */
export const cursorKey = (state: State) => (state.overlay?.kind === 'leave' ? 'leave?' : state.stage);

/** Where the cursor stands at first: on what Enter should do without further thought. */
function startOf(state: State): string | undefined {
  if (state.overlay !== null) return undefined;
  if (state.stage === 'models') return 'go';
  if (state.stage === 'drift') return 'go';
  if (state.stage === 'choose' && state.flow === 'switch') return state.edits.method ?? otherWays(state)[0]?.id;
  if (state.stage === 'choose') return answersOf(state)?.method ?? state.offer?.suggested;
  if (state.stage === 'role') return answersOf(state)?.role;
  return undefined;
}

const byStage: Partial<Record<Stage, (state: State) => readonly Choice[]>> = {
  recover: (state) => [
    { id: 'undo', label: 'Put everything back', aside: 'as it was before that run' },
    { id: 'resume', label: 'Finish it', aside: recoverAside(state) },
    { id: 'leave', label: 'Keep it like this', aside: 'what is done stays; finish or undo it later' },
  ],
  look: (state) => {
    const instead = state.gathered ? (blockedBy(state.facts)?.choices ?? []) : [];
    if (instead.length > 0) {
      return instead.map(({ label, aside, flag }) => ({ id: flag, label, aside }));
    }
    if (!noOpenClaw(state.facts) || blocker(state.facts)?.code !== 'openclaw-missing') return [];
    const again = { id: 'again', label: 'Look again', aside: 'after installing it' };
    const leave = { id: 'leave', label: 'Leave' };
    if (state.sandbox !== null) return [again, leave];
    return [{ id: 'sandbox', label: 'Try it in a sandbox', aside: 'a throw-away home, nothing real' }, again, leave];
  },
  choose: (state) =>
    (state.offer?.methods ?? []).map((method) => ({
      id: method.id,
      label: method.title,
      aside: method.summary,
      ...tagOf(state, method.id),
      ...(method.availability.ok
        ? { more: [`Because: ${method.availability.because}`, `Pays from: ${method.paysFrom}`] }
        : {
            disabled: {
              because: method.availability.because,
              help: method.availability.help,
            },
          }),
    })),
  role: (state) => roleChoices(state, answersOf(state)),
  models: (state) => modelRows(state),
  review: (state) => reviewRows(state),
  home: (state) => homeChoices(state),
  drift: (state) => driftChoices(state),
  backups: (state) => backupChoices(state),
  failed: (state) => failedChoices(state),
  verify: (state) => verifyChoices(state),
  done: (state) => [
    { id: 'leave', label: 'Leave' },
    ...(state.receipt === null ? [] : [{ id: 'undo', label: 'Undo it', aside: 'put every file back' }]),
    { id: 'home', label: 'Overview', aside: 'what is set up, and what can be done with it' },
  ],
  undone: () => [
    { id: 'leave', label: 'Leave' },
    { id: 'again', label: 'Start over', aside: 'look around again' },
  ],
};

/** The token was in memory only and is gone with the run. */
const recoverAside = (state: State) =>
  state.leftover !== null && state.leftover !== 'unknown' && state.leftover.turned
    ? 'go on with putting back'
    : 'do the rest; may need the token again';

function tagOf(state: State, id: string): { readonly tag?: string } {
  if (id === state.home.is?.inForce?.method) return { tag: 'in force' };
  return id === state.offer?.suggested ? { tag: 'suggested' } : {};
}

function roleChoices(state: State, answers: Answers | null): readonly Choice[] {
  const { config } = state.facts;
  const primary = config.known ? config.value.primary : null;
  const ours = primary === null || ownProviders(state).includes(providerIn(primary));
  return [
    {
      id: 'everything',
      label: 'Everything',
      aside: ours ? 'Claude is the default of every agent' : `replaces ${primary}, keeps it unused`,
    },
    {
      id: 'fallback',
      label: 'Fallback only',
      aside: primary === null ? 'behind the present default' : `keeps ${primary} first`,
      ...(primary === null ? { disabled: { because: 'no default model is set, so nothing to fall back from' } } : {}),
    },
    {
      id: 'agent',
      label: 'A separate agent',
      aside: `new agent “${answers?.newAgent ?? 'claude'}”, nothing else changes`,
    },
  ];
}

function modelRows(state: State): readonly Choice[] {
  const answers = answersOf(state);
  if (answers === null) return [];
  const config = state.facts.config.known ? state.facts.config.value : null;
  const agents = config?.agents.map((agent) => agent.id) ?? [];
  const rows: Choice[] = [];
  if (answers.role === 'agent') rows.push({ id: 'newAgent', label: 'New agent', aside: answers.newAgent });
  rows.push({ id: 'primary', label: answers.role === 'fallback' ? 'Model' : 'Primary', aside: answers.primary });
  rows.push({ id: 'fallbacks', label: 'Fallbacks', aside: answers.fallbacks.join(', ') || 'none' });
  if (answers.role !== 'agent') {
    const aliases = Object.entries(answers.aliases).map(([name, ref]) => `${name} → ${short(ref, state)}`);
    rows.push({ id: 'aliases', label: 'Aliases', aside: aliases.join(' · ') || 'none' });
    if (agents.length > 1) {
      const all = answers.agents.length === 0;
      rows.push({
        id: 'agents',
        label: 'Agents',
        aside: all ? `all ${agents.length}: ${someOf(agents)}` : someOf(answers.agents),
      });
    }
    rows.push(...oldModelRows(state, answers));
  }
  if (state.facts.strayStores.known && state.facts.strayStores.value.length > 0) {
    rows.push({
      id: 'doctorFix',
      label: 'Old store',
      aside: answers.doctorFix ? 'openclaw doctor --fix first' : 'leave the old credential file',
    });
  }
  rows.push({
    id: 'restartGateway',
    label: 'Gateway',
    aside: answers.restartGateway ? 'restart if needed' : 'no restart',
  });
  rows.push(...ownRows(state, answers));
  if (methodOf(state)?.needsToken === true && (state.token !== null || answers.tokenExpires !== null)) {
    rows.push({
      id: 'tokenExpires',
      label: 'Token ends',
      aside: answers.tokenExpires === null ? 'not known' : isoDate(answers.tokenExpires),
    });
  }
  const old = oldWay(state, answers);
  if (old !== null) {
    const aside = answers.keepOld ? `keep it, as the first fallback` : 'take it away; an undo brings it back';
    rows.push({ id: 'keepOld', label: old, aside });
  }
  rows.push({ id: 'go', label: 'Review', aside: 'see what will change; nothing is written yet' });
  return rows;
}

/** What only the chosen method asks. */
function ownRows({ facts }: State, answers: Answers): readonly Choice[] {
  const asked = ownQuestions(answers.method).filter((question) => question.asked(facts));
  return asked.map(({ key, label, row }) => ({ id: key, label, ...row(facts, answers) }));
}

/** What is in force and would give way to the chosen one, as it is called; only what we set up can be taken away. */
function oldWay(state: State, answers: Answers): string | null {
  const home = state.home.is;
  const inForce = home?.inForce ?? null;
  if (inForce === null || inForce.receiptId === null || inForce.method === answers.method) return null;
  return home?.way?.title ?? inForce.title;
}

/** Models to choose from: what the chosen way offers, best first, then what is set besides. */
export function modelOptions(state: State, answers: Answers): readonly string[] {
  const offered = methodOf(state)?.models ?? [];
  const set = [answers.primary, ...answers.fallbacks, ...Object.values(answers.aliases), answers.cronModel];
  return [...new Set([...offered, ...set.filter((ref) => ref !== '')])];
}

/** Alias names with the model each would get. */
export function aliasOptions(state: State): Readonly<Record<string, string>> {
  const answers = answersOf(state);
  if (answers === null || state.offer === null) return {};
  const { aliases } = methodOf(state)?.defaults ?? state.offer.defaults;
  return { ...aliases, ...answers.aliases };
}

export const isMulti = (field: string) => questions[field]?.many === true;

/** Above an opened row. */
export const titleOf = (field: string) => questions[field]?.title ?? '';

/** Options of an opened row of the models screen. */
export function editOptions(state: State, field: string): readonly Choice[] {
  const answers = answersOf(state);
  if (answers === null) return [];
  const agents = state.facts.config.known ? state.facts.config.value.agents : [];
  switch (field) {
    case 'keepModel':
      return ownPlaces(state, answers).map(({ id, name, model }) => ({
        id,
        label: name,
        aside: model,
        checked: answers.keepModel.includes(id),
      }));
    case 'cronModel':
      return ['', ...modelOptions(state, answers)].map((ref) => ({
        id: ref,
        label: ref || SAME_FAMILY,
        checked: answers.cronModel === ref,
      }));
    case 'primary':
      return modelOptions(state, answers).map((ref) => ({
        id: ref,
        label: ref,
        checked: answers.primary === ref,
      }));
    case 'fallbacks':
      return modelOptions(state, answers)
        .filter((ref) => ref !== answers.primary)
        .map((ref) => {
          const place = answers.fallbacks.indexOf(ref);
          return { id: ref, label: ref, checked: place >= 0, ...(place >= 0 ? { tag: String(place + 1) } : {}) };
        });
    case 'aliases':
      return Object.entries(aliasOptions(state)).map(([name, ref]) => ({
        id: name,
        label: name,
        aside: ref,
        checked: answers.aliases[name] !== undefined,
      }));
    case 'agents':
      return agents.map((agent) => ({
        id: agent.id,
        label: agent.id,
        ...(agent.model === null ? {} : { aside: agent.model }),
        checked: answers.agents.length === 0 || answers.agents.includes(agent.id),
      }));
    case 'tokenExpires': {
      const made = Date.parse(state.facts.takenAt);
      const year = Number.isNaN(made) ? null : made + TOKEN_LASTS_MS;
      return [
        ...(state.token?.expires == null ? [] : [String(state.token.expires)]),
        ...(year === null || state.token?.from === 'claude' ? [] : [String(year)]),
        'unknown',
      ].map((id) => ({
        id,
        label: id === 'unknown' ? 'I do not know' : isoDate(Number(id)),
        ...(id === String(year) ? { aside: 'it was made today and lasts a year' } : {}),
        checked: id === String(answers.tokenExpires ?? 'unknown'),
      }));
    }
    default: {
      const { options = {}, usual } = questions[field] ?? {};
      const now = answers[field] ?? usual;
      return Object.entries(options).map(([id, option]) => ({ id, ...option, checked: now === id }));
    }
  }
}

function failedChoices(state: State): readonly Choice[] {
  const run = state.run;
  const leave = { id: 'leave', label: 'Leave', aside: 'nothing of this run is left behind' };
  if (isHalfDone(run)) return [{ id: 'leave', label: 'Leave', aside: `then: ${ourCommand('recover', state)}` }];
  if (run?.purpose === 'uninstall') {
    return [
      { id: 'uninstall', label: 'Try it again' },
      { id: 'leave', label: 'Leave', aside: 'it can be run later as well' },
    ];
  }
  if (endsLeftover(run)) {
    const token = run?.problem?.code === 'secret-missing';
    return [
      ...(token ? [{ id: 'sign in', label: 'Sign in, then finish it', aside: 'the token is needed again' }] : []),
      { id: 'recover undo', label: 'Put everything back', aside: 'undo the unfinished run' },
      { id: 'leave', label: 'Leave it for now', aside: 'asked again next time' },
    ];
  }
  if (run?.purpose === 'undo') {
    return [
      { id: 'undo', label: 'Try the undo again' },
      { id: 'leave', label: 'Leave', aside: 'the undo can be run later as well' },
    ];
  }
  const retry = { id: 'retry', label: 'Try again', aside: 'look again, then review again' };
  if (run?.receipt?.outcome !== 'partly applied') return [retry, leave];
  const done = run.steps.filter((step) => step.state === 'done').length;
  return [
    { id: 'undo', label: 'Undo what was done', aside: `take back ${plural(done, 'step')}` },
    { id: 'retry', label: 'Try the rest again', aside: 'what is done stays done' },
    { id: 'leave', label: 'Keep it like this', aside: 'leave; undo later' },
  ];
}

function verifyChoices(state: State): readonly Choice[] {
  const { live, worst } = state.verification;
  if (live === null) {
    return [
      { id: 'yes', label: 'Yes, ask Claude once', aside: 'costs one small request' },
      { id: 'no', label: 'No, only the free checks' },
    ];
  }
  if (worst === null) return [];
  return [
    { id: 'again', label: 'Check again' },
    ...(state.receipt === null ? [] : [{ id: 'undo', label: 'Undo everything', aside: 'put every file back' }]),
    { id: 'keep', label: 'Keep it like this' },
  ];
}
