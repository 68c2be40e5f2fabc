import { isOwnProxy, usableClaude } from '../facts/own-proxy.ts';
import type { Facts } from '../facts/types.ts';
import { methods } from '../methods/index.ts';
import type { ServicesFacts } from '../services/records.ts';
import { factValue } from '../system/fact.ts';
import { defaultModel, readConfig } from './claude-use.ts';
import { check } from './types.ts';
import { SETUP } from './words.ts';

/** The same method once more puts its services in their place. */
function again(facts: Facts): string {
  const method = methods.find((one) => one.refs(facts).isOurs(defaultModel(facts) ?? ''));
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
  check<string>({
    id: 'proxy.claude-signed-out',
    code: 'claude-signed-out',
    title: 'The Claude Code behind the proxy is not signed in',
    severity: 'error',
    needs: ['config', 'claudeSignIn', 'services'],
    detect: (facts) =>
      inUse(facts) && factValue(facts.claudeSignIn)?.loggedIn === false
        ? [usableClaude(facts)?.path ?? 'claude']
        : null,
    explain: () => ({ says: 'The proxy asks Claude Code, which is not signed in.' }),
    next: (claude) => `${claude} auth login`,
  }),
  check<string>({
    id: 'proxy.no-service',
    title: 'The proxy has no service',
    severity: 'info',
    needs: ['config', 'services'],
    detect: (facts) => (inUse(facts) && services(facts).length === 0 ? ['none'] : null),
    explain: () => ({ says: 'The proxy has no service: it answers only while you run it.' }),
  }),
  check<Service>({
    id: 'proxy.down',
    title: 'A service of the proxy does not run',
    severity: 'error',
    needs: ['config', 'services'],
    detect: (facts) => services(facts).filter(({ active }) => active === false),
    explain: (service) => ({ says: `The proxy does not answer: ${nameOf(service)} is not running.` }),
    next: (_service, facts) => again(facts),
  }),
  check<Service>({
    id: 'proxy.not-enabled',
    title: 'A service of the proxy does not start with the machine',
    severity: 'warning',
    needs: ['config', 'services'],
    detect: (facts) => services(facts).filter(({ active, enabled }) => active !== false && !enabled),
    explain: (service) => ({ says: `${nameOf(service)} is not enabled: it will not start with the machine.` }),
    next: (_service, facts) => again(facts),
  }),
  check<ServicesFacts['leftovers'][number]>({
    id: 'proxy.leftover',
    title: 'Part of a proxy that was set up by hand',
    severity: 'info',
    needs: ['services'],
    detect: ({ services }) => factValue(services)?.leftovers ?? null,
    explain: ({ name, file }) => ({ says: `${name} is part of a proxy set up by hand (${file}).` }),
  }),
];
