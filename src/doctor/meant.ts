import type { Facts } from '../facts/types.ts';
import { commandThere } from '../openclaw/gateway-steps.ts';
import type { OpenClawInstall, StateFacts } from '../openclaw/records.ts';
import { factValue } from '../system/fact.ts';
import { shellQuote, tilde } from '../text.ts';
import { type Choice, check } from './types.ts';

const UNCLEAR = 'It is not clear which OpenClaw you mean.';

/** Several gateways, one of another user, one in a container: which OpenClaw is meant has to be said first. */
type Unclear = StateFacts & { readonly unclear: NonNullable<StateFacts['unclear']> };

const unclear =
  (wanted: (unclear: Unclear['unclear']) => boolean) =>
  ({ state }: Facts): Unclear[] | null => {
    const value = factValue(state);
    return value?.unclear !== undefined && wanted(value.unclear) ? [value as Unclear] : null;
  };

const explainUnclear = (state: Unclear, { platform }: Facts) => ({
  says: state.unclear.says,
  why: UNCLEAR,
  choices: choicesOf(state, factValue(platform)?.home ?? ''),
});

const nextOf = (state: Unclear) => state.unclear.run ?? `clawauth-setup ${choicesOf(state, '')[0]?.flag}`;

function choicesOf(state: Unclear, home: string): readonly Choice[] {
  const { others = [] } = state;
  const isThere = state.configExists || (state.runBy ?? []).length > 0;
  const used = ({ stateDir, runBy }: Pick<StateFacts, 'stateDir' | 'runBy'>) =>
    runBy?.length
      ? `used by ${runBy.join(' and ')}`
      : isThere || stateDir !== state.stateDir
        ? 'no gateway uses it'
        : 'not there yet: it would be a new one';
  return (isThere ? [state, ...others] : [...others, state]).map(({ stateDir, runBy = [] }) => ({
    label: tilde(stateDir, home),
    aside: used({ stateDir, runBy }),
    told: { stateDir },
    flag: `--state-dir ${shellQuote(stateDir)}`,
  }));
}

const remoteOf = ({ gateway }: Facts) => factValue(gateway)?.remote;

/** Whether what is meant lies elsewhere, or which is meant is not known: nothing is written before the person chose. */
export const meant = [
  check<OpenClawInstall>({
    id: 'openclaw.in-container',
    title: 'OpenClaw runs in a container',
    severity: 'error',
    blocks: true,
    needs: ['installs'],
    explains: ['openclaw.*', 'node.*', 'install.*', 'gateway.*'],
    detect: ({ installs }) =>
      factValue(installs)?.filter(({ wins, container }) => wins && container !== undefined) ?? null,
    explain: ({ path, container }) => ({
      says: `${path} runs OpenClaw in a container (${container}).`,
      why: 'That OpenClaw keeps its files in the container. Setting it up from here is not possible yet.',
      choices: [],
    }),
    next: ({ container }) => `${container} ps`,
  }),
  check<Unclear>({
    id: 'gateway.in-container',
    title: 'A gateway runs in a container',
    severity: 'error',
    blocks: true,
    needs: ['state'],
    detect: unclear(({ inContainer }) => inContainer === true),
    explain: explainUnclear,
    next: nextOf,
  }),
  check<Unclear>({
    id: 'gateway.of-other-user',
    title: 'A gateway belongs to another user',
    severity: 'error',
    blocks: true,
    needs: ['state'],
    detect: unclear(({ inContainer, run }) => inContainer !== true && run !== undefined),
    explain: explainUnclear,
    next: nextOf,
  }),
  check<Unclear>({
    id: 'openclaw.which',
    code: 'which-openclaw',
    title: 'Several OpenClaws could be meant',
    severity: 'error',
    blocks: true,
    needs: ['state'],
    detect: unclear(({ inContainer, run }) => inContainer !== true && run === undefined),
    explain: explainUnclear,
    next: nextOf,
  }),
  check<string | null>({
    id: 'gateway.elsewhere',
    title: 'The gateway is on another machine',
    severity: 'warning',
    blocks: true,
    needs: ['gateway'],
    detect: (facts) => {
      const remote = remoteOf(facts);
      return remote === undefined || remote.storeHere ? null : [remote.url];
    },
    explain: (url) => ({
      says: `The gateway is on another machine${url === null ? '' : `: ${url}`}.`,
      why: 'gateway.mode is "remote": that gateway does not read what is stored here. Run clawauth-setup on its machine.',
      choices: [
        {
          label: 'Store it on this machine all the same',
          aside: 'the gateway there does not use it',
          told: { storeHere: true },
          flag: '--store-here',
        },
      ],
    }),
    next: commandThere,
  }),
];
