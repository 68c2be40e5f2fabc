import { commandThere } from '../openclaw/gateway-words.ts';
import type { StateFacts } from '../openclaw/records.ts';
import { factValue } from '../system/fact.ts';
import { shellQuote, tilde } from '../text.ts';
import { type Choice, error, warning } from './types.ts';

/** Several gateways, one of another user, one in a container: which OpenClaw is meant has to be said first. */
type Unclear = StateFacts & { readonly unclear: NonNullable<StateFacts['unclear']> };

const unclear = (
  id: Parameters<typeof error>[0],
  title: string,
  isIt: (unclear: Unclear['unclear']) => boolean,
  code: { readonly code?: string } = {},
) =>
  error(id, title, {
    ...code,
    blocks: true,
    needs: ['state'],
    detect: ({ state }) => (state.unclear !== undefined && isIt(state.unclear) ? [state as Unclear] : null),
    explain: (state, { platform }) => ({
      says: state.unclear.says,
      why: 'It is not clear which OpenClaw you mean.',
      choices: choicesOf(state, factValue(platform)?.home ?? ''),
    }),
    next: (state) => state.unclear.run ?? `clawauth-setup ${choicesOf(state, '')[0]?.flag}`,
  });

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

/** Whether what is meant lies elsewhere, or which is meant is not known: nothing is written before the person chose. */
export const meant = [
  error('openclaw.in-container', 'OpenClaw runs in a container', {
    blocks: true,
    needs: ['installs'],
    explains: ['openclaw.*', 'node.*', 'install.*', 'gateway.*'],
    detect: ({ installs }) => installs.filter(({ wins, container }) => wins && container !== undefined),
    explain: ({ path, container }) => ({
      says: `${path} runs OpenClaw in a container (${container}).`,
      why: 'That OpenClaw keeps its files in the container. Setting it up from here is not possible yet.',
      choices: [],
    }),
    next: ({ container }) => `${container} ps`,
  }),
  unclear('gateway.in-container', 'A gateway runs in a container', ({ inContainer }) => inContainer === true),
  unclear(
    'gateway.of-other-user',
    'A gateway belongs to another user',
    ({ inContainer, run }) => inContainer !== true && run !== undefined,
  ),
  unclear(
    'openclaw.which',
    'Several OpenClaws could be meant',
    ({ inContainer, run }) => inContainer !== true && run === undefined,
    { code: 'which-openclaw' },
  ),
  warning('gateway.elsewhere', 'The gateway is on another machine', {
    blocks: true,
    needs: ['gateway'],
    detect: ({ gateway: { remote } }) => (remote === undefined || remote.storeHere ? null : [remote.url]),
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
