import type { Refresher } from '../facts/types.ts';
import { factValue } from '../system/fact.ts';
import { check } from './types.ts';

const unitName = (path: string) => path.slice(path.lastIndexOf('/') + 1);

/** What goes on renewing a login that was copied. */
export const sync = [
  check<Refresher>({
    id: 'sync.refresher',
    code: 'refresher',
    title: 'A token refresher of an older guide',
    severity: 'warning',
    needs: ['refreshers'],
    detect: ({ refreshers }) => factValue(refreshers) ?? null,
    explain: ({ kind, where, line }) => ({
      says: `${kind === 'crontab' ? `crontab line ${line}` : where} keeps refreshing a copied Claude login. Setup tokens need no refresh, and two refreshers break a login.`,
    }),
    next: ({ kind, where }) => {
      if (kind === 'crontab') return 'crontab -e';
      return kind === 'systemd'
        ? `systemctl --user disable --now ${unitName(where)}`
        : `launchctl bootout gui/$(id -u) ${where}`;
    },
  }),
];
