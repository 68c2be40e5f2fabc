import { commandThere, startByHand } from '../openclaw/gateway-words.ts';
import { factValue } from '../system/fact.ts';
import { error, warning } from './types.ts';
import { typed } from './words.ts';

/** Whether the gateway runs, with what, and uses what is stored here. */
export const gateway = [
  error('gateway.node', 'The unit of the gateway starts a Node that is gone or too old', {
    needs: ['gateway', 'release'],
    detect: ({ gateway: { node } }) => (node?.ok === false ? [node] : null),
    explain: ({ path, version }) => ({
      says: `The gateway's unit starts ${path}, which ${version === null ? 'is gone' : `is Node ${version}`}.`,
    }),
    next: (_, facts) => typed(facts, 'gateway', 'install', '--force'),
  }),
  warning('gateway.down', 'The gateway does not run', {
    // Without its configuration the port is only the usual one.
    needs: ['gateway', 'config', 'release'],
    detect: ({ gateway, config: { syntaxError }, release }, { state }) =>
      gateway.running || gateway.remote || syntaxError
        ? null
        : [{ port: gateway.port, start: startByHand({ release, state: factValue(state) }, gateway) }],
    explain: ({ port }) => ({ says: `The gateway is not running on port ${port}.` }),
    next: ({ start }) => start,
  }),
  warning('gateway.not-from-here', 'The gateway on another machine does not use what is stored here', {
    needs: ['gateway'],
    detect: ({ gateway: { remote } }) => (remote?.storeHere ? [remote.url] : null),
    explain: (url) => ({
      says: `The gateway is on another machine${url === null ? '' : ` (${url})`}: it does not use what is stored here.`,
      waits: true,
    }),
    next: commandThere,
  }),
];
