import type { Program } from '../actions/index.ts';
import type { Words } from '../engine/types.ts';
import type { CredentialRequest } from './credential-request.ts';
import { featuresOf } from './generation.ts';
import { asTyped, openclawProgram, type Target } from './openclaw-program.ts';
import type { AgentFacts } from './records.ts';

/** `--agent` stands behind `auth` up to 7.x and behind the subcommand from 8.1; without a roster `main` is implied. */
function authArgs({ release, config }: Target, agent: AgentFacts, ...words: readonly string[]): string[] {
  const named = config.agents.length > 1 || agent.at !== undefined;
  if (!named) return ['models', 'auth', ...words];
  return featuresOf(release.version).explicitOwner
    ? ['models', 'auth', ...words, '--agent', agent.id]
    : ['models', 'auth', '--agent', agent.id, ...words];
}

export function pasteArgs(target: Target, { type, profileId }: CredentialRequest, agent: AgentFacts): string[] {
  const verb = type === 'token' ? 'paste-token' : 'paste-api-key';
  return authArgs(target, agent, verb, '--provider', 'anthropic', '--profile-id', profileId);
}

/** Only for a profile that was not there before: taking out a renewed one would lose the old secret as well. */
export function undoProgram(target: Target, request: CredentialRequest, agent: AgentFacts): { program?: Program } {
  if (isRenewal(request) || !featuresOf(target.release.version).modelsAuthLogout) return {};
  return { program: openclawProgram(target, logoutArgs(target, request, agent)) };
}

function isRenewal({ profiles, profileId }: CredentialRequest): boolean {
  return profiles.some((profile) => profile.id === profileId);
}

/** Whose a credential is that all agents read. */
export const EVERY_AGENT = 'every agent';

/** What an undo does: an old credential under the same profile comes back. */
export function takenBack(
  { profiles, profileId, type, noun }: CredentialRequest,
  agent: AgentFacts,
  whose: string,
): Words {
  const under = profiles.filter(({ id }) => id === profileId);
  // A database tells about the agent that was asked for, which stands for the others of its set-up.
  const old = under.find((profile) => profile.agent === agent.id) ?? under[0];
  const says = (of: string) =>
    old === undefined
      ? `Remove the ${noun} ${of === EVERY_AGENT ? 'from OpenClaw' : `of ${of}`}`
      : `Put the old ${old.type === type ? noun : 'credential'} of ${of} back`;
  return { headline: says(whose), names: [whose], many: says('# agents') };
}

function logoutArgs(target: Target, { profileId }: CredentialRequest, agent: AgentFacts): string[] {
  return authArgs(target, agent, 'logout', profileId, '--yes');
}

/**
 * What an undo says that may not replace `file`, after the reason. A file that is open can be replaced later; one that
 * was written to since holds what somebody else keeps there, and never will be.
 */
export function leftBehind(target: Target, request: CredentialRequest, agent: AgentFacts, file: string): string {
  const { profileId, noun } = request;
  const renewal = isRenewal(request);
  const pasted = asTyped(target, ...pasteArgs(target, request, agent));
  const stays = renewal
    ? `The new ${noun} stays in ${file} as ${profileId}, and the old one is not put back.`
    : `The ${noun} stays in ${file} as ${profileId}.`;
  const open = `Where the file was open, run  ${asTyped(target, 'gateway', 'stop')}  and then  clawauth-setup undo  again.`;
  const since = 'Where it was written to since,';
  if (!featuresOf(target.release.version).modelsAuthLogout) {
    const no = `OpenClaw ${target.release.version} has no command that removes a ${noun}`;
    return `${stays} ${open} ${since} put another one in its place:  ${pasted}  (${no}).`;
  }
  const out = `${since} remove it:  ${asTyped(target, ...logoutArgs(target, request, agent))}`;
  return renewal
    ? `${stays} ${open} ${out}  or put the old one back, if you have it:  ${pasted}`
    : `${stays} ${open} ${out}`;
}
