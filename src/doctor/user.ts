import type { PlatformFacts } from '../facts/types.ts';
import type { StateFacts } from '../openclaw/records.ts';
import { factValue } from '../system/fact.ts';
import { shellQuote } from '../text.ts';
import { check } from './types.ts';
import { SETUP } from './words.ts';

interface Owned {
  readonly stateDir: string;
  readonly owner: string;
  readonly user: string;
}

function otherOwner(platform: PlatformFacts | undefined, state: StateFacts | undefined): Owned[] {
  if (platform?.stateOwner === undefined || state === undefined) return [];
  return [{ stateDir: state.stateDir, owner: platform.stateOwner, user: platform.user }];
}

const belongs = ({ stateDir, owner, user }: Owned) => `${stateDir} belongs to ${owner}, but this runs as ${user}.`;
const asOwner = ({ owner }: Owned) => `sudo -u ${shellQuote(owner.replace(/^uid /, '#'))} -H ${SETUP}`;

/** Who runs this, and on what. */
export const user = [
  check({
    id: 'user.native-windows',
    code: 'native-windows',
    title: 'Native Windows, outside of WSL2',
    severity: 'error',
    blocks: true,
    needs: ['platform'],
    explains: ['openclaw.missing'],
    detect: ({ platform }) => (factValue(platform)?.os === 'windows' ? ['windows'] : null),
    explain: () => ({ says: 'This is Windows itself. OpenClaw and Claude Code are supported in WSL2.' }),
    next: () => 'wsl --install',
  }),
  check<Owned>({
    id: 'user.other-owner',
    title: 'Root looks at the OpenClaw of somebody else',
    severity: 'warning',
    blocks: true,
    needs: ['platform', 'state'],
    detect: ({ platform, state }) =>
      factValue(platform)?.uid === 0 ? otherOwner(factValue(platform), factValue(state)) : null,
    explain: (owned) => ({
      says: belongs(owned),
      why: 'What OpenClaw writes for root belongs to root, and its gateway could not read it any more.',
    }),
    next: asOwner,
  }),
  check<Owned>({
    id: 'user.not-owner',
    title: 'The OpenClaw that is looked at belongs to another user',
    severity: 'warning',
    needs: ['platform', 'state'],
    detect: ({ platform, state }) =>
      factValue(platform)?.uid === 0 ? null : otherOwner(factValue(platform), factValue(state)),
    explain: (owned) => ({ says: belongs(owned) }),
    next: asOwner,
  }),
  check<string>({
    id: 'user.sudo',
    title: 'Run with sudo',
    severity: 'warning',
    needs: ['platform'],
    detect: ({ platform }) => {
      const { sudoUser, stateOwner } = factValue(platform) ?? {};
      return sudoUser === undefined || stateOwner !== undefined ? null : [sudoUser];
    },
    explain: (name) => ({
      says: `This runs under sudo for ${name}. Run it as the user whose OpenClaw it is, without sudo.`,
    }),
    next: () => SETUP,
  }),
  check<string>({
    id: 'state.unwritable',
    title: 'The state directory cannot be written',
    severity: 'warning',
    blocks: true,
    needs: ['state'],
    detect: ({ state }) => {
      const { stateDir, writable } = factValue(state) ?? {};
      return stateDir === undefined || writable ? null : [stateDir];
    },
    explain: (stateDir) => ({ says: `${stateDir} cannot be written by this user.` }),
    next: (stateDir) => `ls -ld ${shellQuote(stateDir)}`,
  }),
];
