import type { Facts } from '../facts/types.ts';
import { HOST } from '../openclaw/container.ts';
import { commandThere } from '../openclaw/gateway-words.ts';
import type { Installation, OpenClawInstall, StateFacts } from '../openclaw/records.ts';
import { factValue } from '../system/fact.ts';
import { shellQuote, tilde } from '../text.ts';
import { credentialsInUse } from './claude-use.ts';
import { type Choice, error, warning } from './types.ts';
import { only } from './words.ts';

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

/**
 * One OpenClaw has a gateway, and this shell names another; or something was stored where this shell leads, and the gateway
 * has nothing that works. A shell that leads nowhere, or to a second one beside a gateway that works, is no fault.
 */
function differs(state: StateFacts, facts: Facts): boolean {
  if (state.unclear !== undefined) return state.unclear.differs === true;
  if (state.shell?.stores !== true || state.profile !== null) return false;
  if (!state.exists) return true;
  return facts.profiles.known && credentialsInUse(facts).some(({ winner }) => winner === null);
}

const by = ({ runBy = [] }: StateFacts) => (runBy.length > 0 ? ` (${runBy.join(' and ')})` : '');

const othersWith = ({ others = [] }: StateFacts, { stateDir }: NonNullable<StateFacts['shell']>) =>
  others.some((one) => one.stateDir === stateDir) ? others : [...others, { stateDir, runBy: [] }];

function choicesOf(state: StateFacts, home: string): readonly Choice[] {
  const { others = [] } = state;
  const isThere = state.configExists || (state.runBy ?? []).length > 0;
  const used = ({ stateDir, runBy, target }: Partial<Installation>) =>
    runBy?.length && target !== undefined && target !== HOST
      ? `its files are in ${tilde(stateDir ?? '', home)}`
      : runBy?.length
        ? `used by ${runBy.join(' and ')}`
        : isThere || stateDir !== state.stateDir
          ? 'no gateway uses it'
          : 'not there yet: it would be a new one';
  const itself: Installation = { ...state, runBy: state.runBy ?? [], target: state.container?.name };
  const all = isThere ? [itself, ...others] : [...others, itself];
  const several = all.some(({ target }) => target !== undefined);
  return all.map((one) => {
    const { stateDir, target = several ? HOST : undefined } = one;
    if (target !== undefined && target !== HOST) {
      return {
        label: `Container ${target}`,
        aside: used(one),
        told: { target },
        flag: `--target ${shellQuote(target)}`,
      };
    }
    return {
      label: tilde(stateDir, home),
      aside: used(one),
      told: { stateDir, ...(target === undefined ? {} : { target }) },
      flag: [`--state-dir ${shellQuote(stateDir)}`, ...(target === undefined ? [] : [`--target ${target}`])].join(' '),
    };
  });
}

/** A command on PATH that leads into a container. */
const throughContainer = (installs: readonly OpenClawInstall[] | undefined) =>
  installs?.find(({ wins, container }) => wins && container !== undefined);

/** Whether what is meant lies elsewhere, or which is meant is not known: nothing is written before the person chose. */
export const meant = [
  error('container.refused', 'The containers of this machine cannot be looked at', {
    blocks: true,
    needs: ['state'],
    explains: ['openclaw.*', 'node.*', 'install.*', 'gateway.*'],
    detect: ({ state: { refused, configExists } }, { installs }) =>
      refused !== undefined && (!configExists || throughContainer(factValue(installs)) !== undefined)
        ? [refused]
        : null,
    explain: ({ runtime, says }, { installs }) => {
      const path = throughContainer(factValue(installs))?.path;
      return {
        says:
          path === undefined
            ? 'No OpenClaw is installed here. It may run in a container.'
            : `${path} runs OpenClaw in a container.`,
        why: `${runtime} did not say which containers there are: ${says}.`,
      };
    },
    next: ({ runtime, mayNot }) => (mayNot ? 'sudo npx clawauth-setup' : `${runtime} ps`),
  }),
  error('openclaw.in-container', 'OpenClaw runs in a container that is not there', {
    blocks: true,
    needs: ['installs', 'state'],
    explains: ['openclaw.*', 'node.*', 'install.*', 'gateway.*'],
    detect: ({ installs, state }) => (state.refused === undefined ? only(throughContainer(installs)) : null),
    explain: ({ path, container }) => ({
      says: `${path} runs OpenClaw in a container (${container}), and none is there, running or stopped.`,
      why: 'Its files are found through the container. Start it once, then run this again.',
    }),
    next: ({ container }) => `${container} ps -a`,
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
    ({ inContainer, run, differs }) => inContainer !== true && run === undefined && differs !== true,
    { code: 'which-openclaw' },
  ),
  error('state.dir-differs', 'The gateway and this shell use different state directories', {
    blocks: true,
    needs: ['state'],
    explains: ['profile.agent-without', 'profile.unknown', 'state.unwritable', 'model.claude-unused'],
    detect: ({ state }, facts) =>
      state.shell !== undefined && differs(state, facts) ? [{ state, shell: state.shell }] : null,
    explain: ({ state, shell }, { gateway, platform }) => ({
      says: `The gateway${by(state)} works in ${state.stateDir}; commands in this shell work in ${shell.stateDir}.`,
      why: [
        state.exists ? '' : `${state.stateDir} is not there.`,
        shell.names.length > 0 ? `${shell.names.join(' and ')} says so in this shell.` : '',
        `What was stored in ${shell.stateDir}, the gateway does not see.`,
        factValue(gateway)?.running ? 'It runs now.' : '',
      ]
        .filter((part) => part !== '')
        .join(' '),
      choices: choicesOf({ ...state, others: othersWith(state, shell) }, factValue(platform)?.home ?? ''),
    }),
    next: ({ state, shell }, { gateway, release }) => {
      const install = factValue(release)?.install;
      const manager = factValue(gateway)?.manager;
      // Nothing of the gateway's is there yet: a new unit that leads to what is stored fixes it.
      if (!state.exists && shell.stores && (manager === 'systemd-user' || manager === 'launchd')) {
        const command = install?.typed ?? install?.command ?? 'openclaw';
        return `OPENCLAW_STATE_DIR=${shellQuote(shell.stateDir)} ${command} gateway install --force`;
      }
      const rest = shell.names.filter((name) => name !== 'OPENCLAW_STATE_DIR');
      const there = state.typed ?? `OPENCLAW_STATE_DIR=${shellQuote(state.stateDir)}`;
      return `${rest.length > 0 ? `env ${rest.map((name) => `-u ${name} `).join('')}` : ''}${there} clawauth-setup`;
    },
  }),
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
