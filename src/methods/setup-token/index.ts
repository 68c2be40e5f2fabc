import type { Facts } from '../../facts/types.ts';
import { factValue } from '../../system/fact.ts';
import { shellQuote } from '../../system/file-problems.ts';
import type { Availability, Field, Method } from '../types.ts';
import { checks } from './checks.ts';
import { METHOD_ID, renewable, setupTokenDefaults } from './defaults.ts';
import { notice } from './notice.ts';
import { planSetupToken } from './plan.ts';
import { planRenewal } from './renewal.ts';

/** A one-year token made by `claude setup-token`, kept by OpenClaw in its own credential store. */
export const setupToken: Method = {
  id: METHOD_ID,
  title: 'Setup token',
  summary: 'one-year token, stored by OpenClaw',
  paysFrom: 'your plan limits (Anthropic may bill usage credits instead)',
  notice,
  needsToken: true,
  availability,
  fields,
  defaults: setupTokenDefaults,
  plan: planSetupToken,
  renewal: planRenewal,
  recognise,
  checks,
};

function availability(facts: Facts): Availability {
  const platform = factValue(facts.platform);
  if (platform?.os === 'windows') {
    return { ok: false, because: 'native Windows is not supported; WSL2 is', help: 'wsl --install' };
  }
  const release = factValue(facts.release);
  if (!release) return { ok: false, because: 'OpenClaw was not found', help: 'npm install -g openclaw' };
  if (release.install.node.ok === false) {
    const { version, wants } = release.install.node;
    return {
      ok: false,
      because: `OpenClaw ${release.version} needs Node ${wants ?? 'of another version'}, and ${version ?? 'another one'} runs it`,
      help: 'https://nodejs.org/en/download',
    };
  }
  const state = factValue(facts.state);
  if (platform?.uid === 0 && platform.stateOwner !== undefined && state) {
    // What OpenClaw writes for root belongs to root, and its owner's gateway could not read it any more.
    return {
      ok: false,
      because: `${state.stateDir} belongs to ${platform.stateOwner}, and this runs as ${platform.user}`,
      help: `sudo -u ${shellQuote(platform.stateOwner.replace(/^uid /, '#'))} -H clawauth-setup`,
    };
  }
  if (state && !state.writable)
    return {
      ok: false,
      because: `${state.stateDir} cannot be written by this user`,
      help: `ls -ld ${shellQuote(state.stateDir)}`,
    };
  return { ok: true, because: reason(facts) };
}

/** A token profile that wins is one that works, whoever stored it. */
function recognise(facts: Facts): ReturnType<NonNullable<Method['recognise']>> {
  const profile = renewable(facts);
  if (!profile?.wins) return null;
  const agents = (factValue(facts.profiles) ?? []).filter(({ id, wins }) => id === profile.id && wins);
  return {
    title: `A token under ${profile.id}, set up by hand`,
    agents: [...new Set(agents.map(({ agent }) => agent))],
    tokenEnds: profile.expires,
  };
}

function reason(facts: Facts): string {
  const agents = factValue(facts.config)?.agents.length ?? 1;
  const jobs = factValue(facts.cron)?.jobs.length ?? 0;
  const parts = [agents === 1 ? 'you have one agent' : `you have ${agents} agents`];
  if (jobs > 0) parts.push(jobs === 1 ? 'a cron job' : `${jobs} cron jobs`);
  const gateway = factValue(facts.gateway)?.running ? ', and the gateway runs here' : '';
  return `${parts.join(' and ')}${gateway}`;
}

function fields(facts: Facts): readonly Field[] {
  const many = (factValue(facts.config)?.agents.length ?? 1) > 1;
  return [
    { key: 'token', flag: 'token-stdin', ask: 'The token of claude setup-token', secret: true },
    { key: 'role', flag: 'role', ask: 'What should OpenClaw use Claude for?' },
    ...(many ? [{ key: 'agents', flag: 'agent', ask: 'Which agents?' } as const] : []),
    { key: 'primary', flag: 'primary', ask: 'Primary model' },
    { key: 'fallbacks', flag: 'fallback', ask: 'Fallback models' },
    { key: 'aliases', flag: 'alias', ask: 'Aliases' },
    { key: 'cron', flag: 'cron', ask: 'Cron jobs and agents that name the old bridge' },
    { key: 'tokenExpires', flag: 'token-expires', ask: 'When does the token end?' },
  ];
}
