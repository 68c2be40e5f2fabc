import { commandThere, startByHand } from '../openclaw/gateway-steps.ts';
import type { GatewayFacts } from '../openclaw/records.ts';
import { factValue } from '../system/fact.ts';
import { check } from './types.ts';
import { typed } from './words.ts';

/** Whether the gateway runs, with what, and uses what is stored here. */
export const gateway = [
  check<NonNullable<GatewayFacts['node']>>({
    id: 'gateway.node',
    title: 'The unit of the gateway starts a Node that is gone or too old',
    severity: 'error',
    needs: ['gateway', 'release'],
    detect: ({ gateway }) => {
      const node = factValue(gateway)?.node;
      return node?.ok === false ? [node] : null;
    },
    explain: ({ path, version }) => ({
      says: `The gateway's unit starts ${path}, which ${version === null ? 'is gone' : `is Node ${version}`}.`,
    }),
    next: (_, facts) => typed(facts, 'gateway', 'install', '--force'),
  }),
  check<GatewayFacts>({
    id: 'gateway.down',
    title: 'The gateway does not run',
    severity: 'warning',
    // Without its configuration the port is only the usual one.
    needs: ['gateway', 'config', 'release'],
    detect: ({ gateway, config }) => {
      const value = factValue(gateway);
      const down = value !== undefined && !value.running && value.remote === undefined;
      return down && !factValue(config)?.syntaxError ? [value] : null;
    },
    explain: ({ port }) => ({ says: `The gateway is not running on port ${port}.` }),
    next: ({ unit }, facts) => typed(facts, ...startByHand(unit)),
  }),
  check<string | null>({
    id: 'gateway.not-from-here',
    title: 'The gateway on another machine does not use what is stored here',
    severity: 'warning',
    needs: ['gateway'],
    detect: ({ gateway }) => {
      const remote = factValue(gateway)?.remote;
      return remote?.storeHere ? [remote.url] : null;
    },
    explain: (url) => ({
      says: `The gateway is on another machine${url === null ? '' : ` (${url})`}: it does not use what is stored here.`,
      waits: true,
    }),
    next: commandThere,
  }),
];
