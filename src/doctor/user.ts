import { factValue } from '../system/fact.ts';
import { shellQuote } from '../text.ts';
import { error, type Known, warning } from './types.ts';
import { only, SETUP } from './words.ts';

interface Owned {
  readonly stateDir: string;
  readonly owner: string;
  readonly user: string;
}

function otherOwner({ platform, state }: Known<'platform' | 'state'>): Owned[] {
  const { stateOwner: owner, user } = platform;
  return owner === undefined ? [] : [{ stateDir: state.stateDir, owner, user }];
}

const belongs = ({ stateDir, owner, user }: Owned) => `${stateDir} belongs to ${owner}, but this runs as ${user}.`;
const asOwner = ({ owner }: Owned) => `sudo -u ${shellQuote(owner.replace(/^uid /, '#'))} -H ${SETUP}`;

/** Who runs this, and on what. */
export const user = [
  error('user.native-windows', 'Native Windows, not WSL2', {
    code: 'native-windows',
    blocks: true,
    needs: ['platform'],
    explains: ['openclaw.missing'],
    detect: ({ platform }) => (platform.os === 'windows' ? ['windows'] : null),
    explain: () => ({ says: 'This is Windows itself. OpenClaw and Claude Code are supported in WSL2.' }),
    next: () => 'wsl --install',
  }),
  error('user.other-owner', 'Root is looking at someone else’s OpenClaw', {
    blocks: true,
    needs: ['platform', 'state'],
    // In a container OpenClaw writes as the container's user, and what we write as root keeps its owner.
    detect: (known) => (known.platform.uid === 0 && known.state.container === undefined ? otherOwner(known) : null),
    explain: (owned) => ({
      says: belongs(owned),
      why: 'What OpenClaw writes as root belongs to root, and its gateway could no longer read it.',
    }),
    next: asOwner,
  }),
  warning('user.not-owner', 'This OpenClaw belongs to another user', {
    needs: ['platform', 'state'],
    detect: (known) => (known.platform.uid === 0 ? null : otherOwner(known)),
    explain: (owned) => ({ says: belongs(owned) }),
    next: (owned, { state }) => (factValue(state)?.container === undefined ? asOwner(owned) : `sudo ${SETUP}`),
  }),
  warning('user.sudo', 'Run with sudo', {
    needs: ['platform'],
    detect: ({ platform: { sudoUser, stateOwner } }) => (stateOwner === undefined ? only(sudoUser) : null),
    explain: (name) => ({
      says: `This runs under sudo for ${name}. Run it as the user whose OpenClaw it is, without sudo.`,
    }),
    next: () => SETUP,
  }),
  warning('state.unwritable', 'The state directory cannot be written', {
    blocks: true,
    needs: ['state'],
    detect: ({ state: { stateDir, writable } }) => (writable ? null : [stateDir]),
    explain: (stateDir) => ({ says: `${stateDir} cannot be written by this user.` }),
    next: (stateDir) => `ls -ld ${shellQuote(stateDir)}`,
  }),
];
