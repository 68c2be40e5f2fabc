import { WARM_MB, WARM_MOST } from '../../normalizer/claude-cli.ts';
import { factValue } from '../../system/fact.ts';
import { choice, type MethodQuestions, type Option, type OwnQuestion, yes, yesOrNo } from '../question.ts';
import type { Answers } from '../types.ts';

export const METHOD_ID = 'proxy';

/** Its provider in OpenClaw's configuration. */
export const PROVIDER = 'claude-max-proxy';

/** What answers behind the normalizer: Claude Code itself, or a claude-max-api-proxy in between. */
export type Upstream = 'direct' | 'claude-max-api';

/** Answers that only this method has. */
export interface ProxyAnswers extends Answers {
  readonly upstream: Upstream;
  /** `none`: no service is installed, the person runs the normalizer in the foreground or under a supervisor. */
  readonly service: 'install' | 'none';
  /** Start Claude Code ahead of a request, for a quicker first word. */
  readonly warm: boolean;
  /** Set `OPENCLAW_NO_RESPAWN=1` for the gateway's unit, which ends a restart loop under some supervisors. */
  readonly gatewayNoRespawn: boolean;
}

/** What each upstream is called, and when to choose it. */
const UPSTREAMS: Readonly<Record<Upstream, Option>> = {
  direct: { label: 'Claude Code itself', aside: 'the simplest; prompts of any size' },
  'claude-max-api': {
    label: 'claude-max-api-proxy',
    aside: 'only if you want that program; prompts up to 128 KiB',
  },
};

const upstream: OwnQuestion<Upstream> = {
  key: 'upstream',
  ...choice('upstream', 'NAME', ['direct', 'claude-max-api']),
  about: 'What the proxy asks: direct (Claude Code itself) or claude-max-api',
  ask: 'What should the proxy ask: Claude Code itself, or claude-max-api-proxy? (direct, claude-max-api)',
  usual: 'direct',
  label: 'Answers by',
  title: 'What answers behind the proxy?',
  asked: () => true,
  row(_facts, answers) {
    const { label, aside } = UPSTREAMS[proxyAnswers(answers).upstream];
    return { aside: `${label}: ${aside}` };
  },
  options: UPSTREAMS,
};

const service: OwnQuestion<ProxyAnswers['service']> = {
  key: 'service',
  ...choice('service', 'WHAT', ['install', 'none']),
  about: 'Services of the proxy: install, or none (you run its command yourself)',
  ask: 'Install the proxy as a service, or run its command yourself? (install, none)',
  usual: 'install',
  label: 'Service',
  asked: () => true,
  row(facts, answers) {
    const manager = factValue(facts.services)?.manager;
    if (manager?.ok === false) return { aside: 'you run it yourself', disabled: { because: manager.because } };
    if (proxyAnswers(answers).service === 'none') return { aside: 'none: you run it yourself' };
    const kind = manager?.manager === 'launchd' ? 'launch agent' : 'systemd service';
    // Linger, a session that is no login: what keeps a service from doing what it is installed for.
    const more = (manager?.notes ?? []).flatMap(({ says, next }) => [
      says,
      ...(next === undefined ? [] : [`run  ${next}`]),
    ]);
    return { aside: `${kind}, started at boot`, more };
  },
};

const warm: OwnQuestion<boolean> = {
  key: 'warm',
  name: 'warm',
  off: 'no-warm',
  about: `Start Claude Code ahead of the next request: quicker, about ${WARM_MB} MB per model`,
  ask: `Start Claude Code ahead of the next request? The first word comes sooner; it takes about ${WARM_MB} MB for each of up to ${WARM_MOST} models. (yes, no)`,
  parse: yes,
  print: yesOrNo,
  usual: true,
  label: 'Head start',
  asked: () => true,
  row(_facts, answers) {
    const { upstream: by, warm: ahead } = proxyAnswers(answers);
    if (by !== 'direct')
      return { aside: 'no', disabled: { because: `${UPSTREAMS[by].label} starts Claude Code itself` } };
    return {
      aside: ahead
        ? `yes: a quicker first word, about ${WARM_MB} MB per model`
        : 'no: Claude Code starts with each request',
      more: [
        `One process for each of the last ${WARM_MOST} models, ended after 10 idle minutes or when memory gets short.`,
      ],
    };
  },
};

const gatewayNoRespawn: OwnQuestion<boolean> = {
  key: 'gatewayNoRespawn',
  name: 'gateway-no-respawn',
  off: 'gateway-respawn',
  about: 'Set OPENCLAW_NO_RESPAWN=1 for the gateway, against a restart loop of its service',
  ask: 'Set OPENCLAW_NO_RESPAWN=1 for the gateway, against a restart loop of its service? (yes, no)',
  parse: yes,
  print: yesOrNo,
  usual: false,
  label: 'Restart loop',
  asked: (facts) => factValue(facts.services)?.dropIn != null,
  row: (_facts, answers) => ({
    aside: proxyAnswers(answers).gatewayNoRespawn
      ? 'OPENCLAW_NO_RESPAWN=1 for the gateway'
      : 'leave the gateway’s unit alone',
    more: ['Only for a gateway that its service manager starts again and again.'],
  }),
};

export const proxyQuestions: MethodQuestions = {
  id: METHOD_ID,
  signsIn: 'this machine',
  provider: PROVIDER,
  questions: [upstream, service, warm, gatewayNoRespawn],
};

/** These answers with what only this method asks; what was not said is as usual. */
export function proxyAnswers(answers: Answers): ProxyAnswers {
  const {
    upstream: wanted,
    service: installed,
    warm: ahead,
    gatewayNoRespawn: respawn,
  } = answers as Partial<ProxyAnswers>;
  return {
    ...answers,
    upstream: wanted ?? upstream.usual,
    service: installed ?? service.usual,
    warm: ahead ?? warm.usual,
    gatewayNoRespawn: respawn ?? gatewayNoRespawn.usual,
  };
}
