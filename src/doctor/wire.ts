import type { Facts, WireFacts } from '../facts/types.ts';
import { factValue } from '../system/fact.ts';
import { plural } from '../text.ts';
import { warning } from './types.ts';
import { only } from './words.ts';

/** A clock that differs by less spoils nothing: logins are renewed minutes before their end. */
const SKEW_MS = 2 * 60_000;

const wireOf = (facts: Facts): WireFacts | undefined => factValue(facts.wire);

function amount(ms: number): string {
  const minutes = Math.round(Math.abs(ms) / 60_000);
  return minutes < 120 ? plural(minutes, 'minute') : plural(Math.round(minutes / 60), 'hour');
}

/** What lies between this machine and Anthropic. Asked with `--live` only: without it nothing of this is known. */
export const wire = [
  warning('wire.clock-skew', 'The clock of this machine is wrong', {
    needs: [],
    detect: (_, facts) => {
      const { aheadMs = null } = wireOf(facts) ?? {};
      return aheadMs === null || Math.abs(aheadMs) < SKEW_MS ? null : [aheadMs];
    },
    explain: (aheadMs) => ({
      says: `The clock of this machine is ${amount(aheadMs)} ${aheadMs > 0 ? 'ahead' : 'behind'}.`,
      why: 'OpenClaw and Claude Code judge by it whether a login has ended: a good one is thrown away, or a dead one sent.',
    }),
    next: (_, { platform }) =>
      factValue(platform)?.os === 'macos' ? 'sudo sntp -sS time.apple.com' : 'sudo timedatectl set-ntp true',
  }),
  warning('wire.intercepted', 'Something else answers instead of Anthropic', {
    needs: [],
    detect: (_, facts) => {
      const seen = wireOf(facts);
      return only(seen?.distrust == null ? null : seen);
    },
    explain: ({ host, issuer, distrust, roots }) => ({
      says: `What answers for ${host} has a certificate ${issuer === null ? 'that no public authority signed' : `of "${issuer}"`} (${distrust}).`,
      why: `A company's network or a virus scanner opens the connection. OpenClaw and Claude Code refuse it unless they know its certificate${
        roots === null
          ? ' (NODE_EXTRA_CA_CERTS, which is not set here).'
          : `: NODE_EXTRA_CA_CERTS says ${roots} here, and the gateway needs it too.`
      }`,
    }),
    next: () => 'https://code.claude.com/docs/en/network-config',
  }),
];
