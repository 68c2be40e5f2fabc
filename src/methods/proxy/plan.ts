import { dirname, join } from 'node:path/posix';
import { type Copied, copyFile, forgetKey, randomKey } from '../../actions/index.ts';
import type { Action } from '../../engine/types.ts';
import { usableClaude } from '../../facts/own-proxy.ts';
import type { Facts } from '../../facts/types.ts';
import { configSteps } from '../../openclaw/config-step.ts';
import { needsRestart, restartSteps } from '../../openclaw/gateway-steps.ts';
import type { Target } from '../../openclaw/openclaw-program.ts';
import { refuseOutside } from '../../openclaw/store-credential.ts';
import { maxApiStep } from '../../services/max-api-step.ts';
import type { ServicesFacts } from '../../services/records.ts';
import { dropInStep, serviceStep } from '../../services/steps.ts';
import { renderDropIn } from '../../services/systemd.ts';
import { factValue } from '../../system/fact.ts';
import { sha256 } from '../../system/hash.ts';
import { Problem } from '../../system/problem.ts';
import { cronActions, modelSteps } from '../model-plan.ts';
import { serviceNotes, stands } from '../shared/services.ts';
import { chosenAgents, targetOf } from '../target.ts';
import type { Answers } from '../types.ts';
import { leftoverSteps } from './leftovers.ts';
import { baseUrlOf, providerEdits, proxyRefs } from './models.ts';
import { type Programs, portNotes, programsFor } from './programs.ts';
import { PROVIDER, type ProxyAnswers, proxyAnswers } from './questions.ts';
import { plan as words } from './words.ts';

const NO_RESPAWN = { OPENCLAW_NO_RESPAWN: '1' };
const NO_RESPAWN_WHY = words.restartsInside;

/** The steps that bring `answers` about. Pure. Empty when all of it is so. */
export function planProxy(facts: Facts, given: Answers): readonly Action[] {
  const answers = proxyAnswers(given);
  const target = targetOf(facts);
  const isNew = (id: string) => !target.config.agents.some((agent) => agent.id === id);
  // OpenClaw writes the key of the proxy into the folder of a new agent.
  for (const agent of chosenAgents(target, answers)) if (isNew(agent.id)) refuseOutside(target, agent, answers.method);
  const services = servicesOf(facts, answers);
  const programs = programsOf(facts, answers, services);
  const brought = bringSteps(facts, answers, services, programs);
  const provider = providerSteps(target, answers, services);
  const refs = proxyRefs(target.config);
  const models = modelSteps(target, answers, { ...refs, everything: words.byDefault });
  const cron = cronActions(facts, target, answers, refs);
  const dropIn = dropInSteps(facts, answers, services);
  const copies = copySteps(target, answers, services);
  const steps = [...leftoverSteps(services), ...brought, ...copies, ...provider, ...models, ...cron];
  if (steps.length + dropIn.length === 0) return [];
  const changed = provider.length + models.length > 0 && needsRestart(target.release.version);
  const gateway = factValue(facts.gateway);
  const restart = answers.restartGateway && gateway?.running && (changed || dropIn.length > 0);
  if (!restart) return [...steps, ...dropIn];
  const { first, last } = restartSteps(target, gateway);
  return [first, ...steps, ...dropIn, last];
}

/** Throws the `Problem` that says why these answers cannot be had with the services of this machine. */
export function servicesOf(facts: Facts, answers: Pick<ProxyAnswers, 'service'>): ServicesFacts {
  const services = factValue(facts.services);
  if (services === undefined) {
    const why = facts.services.known ? '' : facts.services.detail;
    throw new Problem('services-unknown', words.servicesUnknown, {
      why,
      next: 'clawauth-setup status --details',
    });
  }
  const { manager, runtime } = services;
  if (runtime.source === null) {
    throw new Problem('runtime-missing', words.noNormalizer, {
      why: words.notBuilt,
      next: 'npm run build',
    });
  }
  if (answers.service === 'install' && !manager.ok) {
    throw new Problem('no-service-manager', words.noService(manager.because), {
      why: manager.help,
      next: 'clawauth-setup apply --method proxy --service none',
    });
  }
  return services;
}

/** Both programs as they would run here. Throws a `Problem` without a Node or a Claude Code for them. */
export function programsOf(facts: Facts, answers: ProxyAnswers, services: ServicesFacts): Programs {
  const claude = usableClaude(facts);
  if (claude === null || services.node === null) {
    const missing = claude === null ? 'Claude Code' : 'Node.js';
    throw new Problem('program-missing', words.noProgram(missing), {
      next: claude === null ? 'npm install -g @anthropic-ai/claude-code' : 'node --version',
    });
  }
  const gateway = factValue(facts.gateway);
  const beside = gateway?.unit != null && gateway.manager === services.place?.manager ? [gateway.unit] : [];
  const place = answers.service === 'none' ? null : services.place;
  return programsFor({ ...services, place }, services.node.path, claude, answers, beside);
}

/** Key, program, packages and services: everything that has to stand before OpenClaw is told of it. */
function bringSteps(facts: Facts, answers: ProxyAnswers, services: ServicesFacts, programs: Programs): Action[] {
  const { keyFile, runtime, place, ports, manager } = services;
  const steps: Action[] = [];
  if (!keyFile.usable) steps.push(keyStep(keyFile.path));
  if (!runtime.present && runtime.source !== null && runtime.sha256 !== null) {
    steps.push(runtimeStep(runtime.source, runtime.sha256, runtime.file));
  }
  const changedBelow = steps.length > 0;
  if (programs.maxApi !== null) steps.push(...packageSteps(services));
  if (answers.service === 'none' || place === null || !manager.ok) return steps;
  const specs = [
    ...(programs.maxApi === null ? [] : [{ spec: programs.maxApi, port: ports.claudeMaxApi }]),
    { spec: programs.normalizer, port: ports.normalizer },
  ];
  const reasons = serviceNotes(facts, services).map(({ says }) => says);
  for (const { spec, port } of specs) {
    const again = changedBelow && spec.id === 'normalizer';
    const present = services.ours.find(({ id }) => id === spec.id);
    const replaces = present !== undefined && present.sha256 !== null;
    const step = serviceStep(spec.id, spec, place, { port, env: manager.env, again, replaces, notes: reasons });
    if (again || !stands(step, present)) steps.push(step);
  }
  return steps;
}

function keyStep(file: string): Action {
  return randomKey('proxy-key', {
    forward: {
      headline: words.makeKey,
      because: words.whyKey,
    },
    backward: { headline: words.removeKey },
    file,
  });
}

function runtimeStep(from: string, sha256: string, file: string): Action {
  return copyFile('proxy-runtime', {
    forward: {
      headline: words.copyNormalizer,
      because: words.staysThere(dirname(file)),
    },
    backward: { headline: words.removeNormalizer },
    from,
    sha256,
    file,
    mode: 0o644,
  });
}

function packageSteps({ maxApi, npm, node }: ServicesFacts): Action[] {
  if (maxApi.present || maxApi.global !== null) return [];
  if (npm === null) {
    throw new Problem('npm-missing', words.noNpm, {
      why: words.withoutPackage,
      next: 'clawauth-setup apply --method proxy --upstream direct',
    });
  }
  const path = [
    ...new Set([...(node === null ? [] : [dirname(node.path)]), dirname(npm), '/usr/local/bin', '/usr/bin', '/bin']),
  ];
  return [maxApiStep(maxApi.folder, npm, { env: { PATH: path.join(':') } })];
}

function providerSteps(target: Target, answers: ProxyAnswers, services: ServicesFacts): Action[] {
  const edits = providerEdits(target.config, services, answers.upstream);
  const says = {
    forward: {
      headline: words.tell(baseUrlOf(services)),
      because: [words.asProvider(PROVIDER), ...portNotes(services, answers.upstream)].join(' '),
    },
    backward: {
      headline: target.config.providers.some(({ id }) => id === PROVIDER)
        ? words.providerBack(PROVIDER)
        : words.removeProvider(PROVIDER),
      because: words.copiesGo,
    },
  };
  return configSteps(target, 'proxy-provider', edits, says, { copiedTo: copiesOf(target, answers) });
}

/**
 * OpenClaw copies the provider, key and all, into each agent's `models.json`, and merges: an old copy stays there
 * (2026.2.17). Old ones go before the new provider comes; those of the new one go with it.
 */
function copiesOf(target: Target, answers: Answers): Copied {
  const own = answers.role === 'agent' ? chosenAgents(target, answers) : [];
  const folders = new Set([...target.config.agents, ...own].map(({ agentDir }) => agentDir));
  return { files: [...folders].map((folder) => join(folder, 'models.json')), path: ['providers', PROVIDER] };
}

function copySteps(target: Target, answers: Answers, { modelCopies }: ServicesFacts): Action[] {
  if (!modelCopies.some(({ provider, current }) => provider === PROVIDER && !current)) return [];
  return [
    forgetKey('provider-copies', {
      forward: {
        headline: words.removeCopies(PROVIDER),
        because: words.madeAgain,
      },
      backward: { headline: words.takeCopiesOut(PROVIDER) },
      ...copiesOf(target, answers),
    }),
  ];
}

function dropInSteps(facts: Facts, answers: ProxyAnswers, { dropIn, place, manager }: ServicesFacts): Action[] {
  const unit = factValue(facts.gateway)?.unit;
  if (!answers.gatewayNoRespawn || dropIn === null || place === null || unit == null || !manager.ok) return [];
  if (dropIn.sha256 === sha256(renderDropIn(NO_RESPAWN, NO_RESPAWN_WHY))) return [];
  return [dropInStep(unit, place, NO_RESPAWN, NO_RESPAWN_WHY, { env: manager.env })];
}
