import { defaultModel, isOwnProxy, usableClaude } from '../facts/own-proxy.ts';
import type { Facts } from '../facts/types.ts';
import { asking } from '../methods/asking.ts';
import type { ServicesFacts } from '../services/records.ts';
import { factValue } from '../system/fact.ts';
import { readConfig } from './claude-use.ts';
import { error, info, warning } from './types.ts';
import { SETUP } from './words.ts';

/** The same method once more puts its services in their place. */
function again(facts: Facts): string {
  const provider = factValue(facts.services)?.provider?.id;
  const method = asking.find((one) => one.provider !== undefined && one.provider === provider);
  return `${SETUP} apply${method === undefined ? '' : ` --method ${method.id}`}`;
}

type Service = ServicesFacts['ours'][number];

const inUse = (facts: Facts) => readConfig(facts) !== null && isOwnProxy(defaultModel(facts), facts);

/** Services of ours that are here; none where OpenClaw does not ask the proxy. */
function services(facts: Facts): readonly Service[] {
  return inUse(facts) ? (factValue(facts.services)?.ours ?? []).filter(({ sha256 }) => sha256 !== null) : [];
}

const nameOf = ({ file }: Service) => file.slice(file.lastIndexOf('/') + 1);

/** What stands in the way of our own proxy, and what is left of one that was set up by hand. */
export const proxy = [
  error('proxy.claude-signed-out', 'The Claude Code behind the proxy is not signed in', {
    code: 'claude-signed-out',
    needs: ['config', 'claudeSignIn', 'services'],
    detect: ({ claudeSignIn }, facts) =>
      inUse(facts) && !claudeSignIn.loggedIn ? [usableClaude(facts)?.path ?? 'claude'] : null,
    explain: () => ({ says: 'The proxy asks Claude Code, which is not signed in.' }),
    next: (claude) => `${claude} auth login`,
  }),
  info('proxy.no-service', 'The proxy has no service', {
    needs: ['config', 'services'],
    detect: (_, facts) => (inUse(facts) && services(facts).length === 0 ? ['none'] : null),
    explain: () => ({ says: 'The proxy has no service: it answers only while you run it.' }),
  }),
  error('proxy.down', 'A service of the proxy does not run', {
    needs: ['config', 'services'],
    detect: (_, facts) => services(facts).filter(({ active }) => active === false),
    explain: (service) => ({ says: `The proxy does not answer: ${nameOf(service)} is not running.` }),
    next: (_service, facts) => again(facts),
  }),
  warning('proxy.not-enabled', 'A service of the proxy does not start with the machine', {
    needs: ['config', 'services'],
    detect: (_, facts) => services(facts).filter(({ active, enabled }) => active !== false && !enabled),
    explain: (service) => ({ says: `${nameOf(service)} is not enabled: it will not start with the machine.` }),
    next: (_service, facts) => again(facts),
  }),
  info('proxy.leftover', 'Part of a proxy that was set up by hand', {
    needs: ['services'],
    detect: ({ services }) => services.leftovers,
    explain: ({ name, file }) => ({ says: `${name} is part of a proxy set up by hand (${file}).` }),
  }),
];
