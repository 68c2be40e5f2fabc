import { join } from 'node:path';
import { elsewhere } from '../facts/elsewhere.ts';
import type { Facts } from '../facts/types.ts';
import { agentIdOf, isAgentId } from '../openclaw/agent-id.ts';
import { configAdvice } from '../openclaw/config-advice.ts';
import { howToGetNode } from '../openclaw/node-runtime.ts';
import { asTyped, type Here } from '../openclaw/openclaw-program.ts';
import type { AgentFacts } from '../openclaw/records.ts';
import { factValue } from '../system/fact.ts';
import { editorAt } from '../system/file-problems.ts';
import { Problem } from '../system/problem.ts';
import { shellQuote } from '../text.ts';
import type { Answers, Availability } from './types.ts';

/** Everything a plan stands on. Throws the `Problem` that says what is missing. */
export function hereOf(facts: Facts): Here {
  const release = factValue(facts.release);
  const state = factValue(facts.state);
  const config = factValue(facts.config);
  const unread = facts.state.known ? facts.config : facts.state;
  if (release && !config && !unread.known) {
    throw new Problem(
      'config-unreadable',
      `${state?.configPath ?? 'The state directory of OpenClaw'} cannot be read.`,
      {
        why: `${unread.detail.replace(/\.?$/, '.')} Nothing was written.`,
        next: state === undefined ? 'clawauth-setup status --details' : `ls -ld ${shellQuote(state.configPath)}`,
      },
    );
  }
  if (!release || !state || !config) {
    refuseElsewhere(facts);
    throw new Problem('openclaw-missing', 'OpenClaw was not found.', {
      why: facts.release.known ? undefinedToNothing(facts.config) : facts.release.detail,
      next: 'npm install -g openclaw',
    });
  }
  return { release, state, config, now: Date.parse(facts.takenAt) };
}

function undefinedToNothing(fact: Facts['config']): string {
  return fact.known ? '' : fact.detail;
}

/** Throws where the OpenClaw that is meant is not the one that is looked at, or which is meant has to be said first. */
export function refuseElsewhere(facts: Facts): void {
  const is = elsewhere(facts);
  if (is === null) return;
  const { code, what, next, choices } = is;
  const flags = choices.map(({ label, aside, flag }) => `${label} (${aside}):  ${flag}`);
  const why = [is.why, ...(flags.length > 0 ? ['To choose, add a flag:', ...flags] : [])].join('\n');
  throw new Problem(code, what, { why, ...(next === undefined ? {} : { next }), exitCode: 4 });
}

/** What must be mended by hand first; nothing is written. */
export function refuse(facts: Facts, here: Here): void {
  const { config, state } = here;
  refuseElsewhere(facts);
  if (config.syntaxError) {
    const { line, column, message, text } = config.syntaxError;
    throw new Problem('config-unparseable', `${state.configPath} does not parse: ${message.replace(/\.$/, '')}.`, {
      why: 'Nothing was written. Mend that line first.',
      next: editorAt(state.configPath, line),
      at: { file: state.configPath, line, column, text },
    });
  }
  const validation = factValue(facts.validation);
  if (validation && !validation.valid) {
    const [issue] = validation.issues;
    const said = issue ? `${issue.path ? `${issue.path}: ` : ''}${issue.message}` : 'it is not valid';
    const advice = configAdvice(validation.issues, {
      doctor: asTyped(here, 'doctor', '--fix'),
      file: state.configPath,
    });
    throw new Problem('config-invalid', `OpenClaw refuses its own configuration: ${said}`, {
      why: `Nothing was written. ${advice.says ?? 'OpenClaw takes no change before this is mended.'}`,
      next: advice.next,
      ...(issue?.line === undefined
        ? {}
        : { at: { file: state.configPath, line: issue.line, column: issue.column ?? 1 } }),
    });
  }
}

/** Agents whose store gets the token: the default agent first. */
export function chosenAgents(here: Here, answers: Answers): AgentFacts[] {
  const { config, state } = here;
  if (answers.role === 'agent') {
    const present = config.agents.find((agent) => agent.id === answers.newAgent);
    if (present) return [present];
    if (!isAgentId(answers.newAgent)) {
      throw new Problem('bad-agent-id', `"${answers.newAgent}" is not an agent id in OpenClaw.`, {
        why: 'An id is also a folder name: lower-case letters, digits, - and _. Nothing was written.',
        next: `clawauth-setup apply --role agent --new-agent ${agentIdOf(answers.newAgent)}`,
        exitCode: 2,
      });
    }
    const agentDir = join(state.stateDir, 'agents', answers.newAgent, 'agent');
    const outside = config.foreignFolders?.[answers.newAgent];
    return [
      {
        id: answers.newAgent,
        isDefault: false,
        agentDir,
        agentDirExists: false,
        ...(outside === undefined ? {} : { outside }),
        model: null,
        fallbacks: [],
        heartbeatModel: null,
        at: ['agents', answers.newAgent],
      },
    ];
  }
  const unknown = answers.agents.find((id) => !config.agents.some((agent) => agent.id === id));
  if (unknown !== undefined) {
    throw new Problem('unknown-agent', `There is no agent "${unknown}".`, {
      why: `There is: ${config.agents
        .map((agent) => agent.id)
        .slice(0, 12)
        .join(', ')}.`,
      next: 'clawauth-setup status',
      exitCode: 2,
    });
  }
  const chosen = config.agents.filter((agent) => answers.agents.length === 0 || answers.agents.includes(agent.id));
  return chosen.sort((a, b) => Number(b.isDefault) - Number(a.isDefault));
}

/** Why no way can be set up in the OpenClaw that is here; null when one can. */
export function openclawUnready(facts: Facts): Availability | null {
  const platform = factValue(facts.platform);
  if (platform?.os === 'windows') {
    return { ok: false, because: 'native Windows is not supported; WSL2 is', help: 'wsl --install' };
  }
  const is = elsewhere(facts);
  if (is !== null) {
    const help = is.next === undefined ? {} : { help: is.next };
    return { ok: false, because: is.what.replace(/\.$/, ''), ...help };
  }
  const release = factValue(facts.release);
  if (!release) return { ok: false, because: 'OpenClaw was not found', help: 'npm install -g openclaw' };
  if (release.install.node.ok === false) {
    const { path, version, wants } = release.install.node;
    return {
      ok: false,
      because: `OpenClaw ${release.version} needs Node ${wants ?? 'of another version'}, and ${version ?? 'another one'} runs it`,
      help: howToGetNode(path, wants),
    };
  }
  const { finishWith } = release.install;
  if (finishWith !== undefined) {
    return { ok: false, because: `OpenClaw ${release.version} is not fully installed`, help: finishWith };
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
  return null;
}

/** What of OpenClaw is here, in a few words. */
export function openclawWords(facts: Facts): string {
  const agents = factValue(facts.config)?.agents.length ?? 1;
  const jobs = factValue(facts.cron)?.jobs.length ?? 0;
  const parts = [agents === 1 ? 'you have one agent' : `you have ${agents} agents`];
  if (jobs > 0) parts.push(jobs === 1 ? 'a cron job' : `${jobs} cron jobs`);
  const gateway = factValue(facts.gateway)?.running ? ', and the gateway runs here' : '';
  return `${parts.join(' and ')}${gateway}`;
}
