import { warning } from './types.ts';

const unitName = (path: string) => path.slice(path.lastIndexOf('/') + 1);

/** What goes on renewing a login that was copied. */
export const sync = [
  warning('sync.refresher', 'A token refresher of an older guide', {
    code: 'refresher',
    needs: ['refreshers'],
    detect: ({ refreshers }) => refreshers,
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
