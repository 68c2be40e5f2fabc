import type { Facts } from '../../facts/types.ts';
import { openclawCli } from '../../openclaw/cli.ts';
import { onHost, seenInContainer } from '../../openclaw/container.ts';
import { credentialsInJson } from '../../openclaw/generation.ts';
import { asTyped, type Target } from '../../openclaw/openclaw-program.ts';
import type { ProfileFacts } from '../../openclaw/records.ts';
import { providerNamed } from '../../openclaw/secret-file.ts';
import { storesFiles } from '../../openclaw/store-credential.ts';
import { factValue } from '../../system/fact.ts';
import { array, object, text } from '../../system/json.ts';
import { parseJsonOutput } from '../../system/json-output.ts';
import { Problem } from '../../system/problem.ts';
import { shellQuote } from '../../text.ts';
import type { StoringMethod } from '../question.ts';
import type { Answers, CheckContext, Finding } from '../types.ts';
import { file as words } from './words.ts';

/** A file of this machine as OpenClaw calls it; null where its container does not see it. */
export function seenFile({ state: { container } }: Target, path: string): string | null {
  return container === undefined ? path : seenInContainer(container, path);
}

/** What `secrets.providers` calls this file: the name that it has there, else one that no other has. */
export function secretProviderOf({ id }: StoringMethod, target: Target, path: string): string {
  const taken = target.config.secretProviders ?? {};
  const seen = seenFile(target, path);
  const present = Object.keys(taken).find((name) => taken[name] === seen);
  if (present !== undefined) return present;
  const own = `${id}-file`;
  for (let count = 1; ; count++) {
    const name = count === 1 ? own : `${own}-${count}`;
    if (!Object.hasOwn(taken, name)) return name;
  }
}

/**
 * Where a profile cannot point to a file, or not without a loss. Whether OpenClaw can read it was looked at before. `profiles`:
 * of the agents that are to get it.
 */
export function refuseFile(
  way: StoringMethod,
  target: Target,
  answers: Answers,
  path: string,
  profiles: readonly ProfileFacts[],
): void {
  const { release, state } = target;
  const { noun, one, name } = way.secret;
  const apply = `clawauth-setup apply --method ${way.id}`;
  if (!storesFiles(release)) {
    throw new Problem('no-files', words.tooOld(release.version, one), {
      why: credentialsInJson(release.generation) ? words.firstRelease : words.noWayBack,
      next: `${apply} --${name}-stdin`,
      exitCode: 2,
    });
  }
  if (seenFile(target, path) === null) {
    const folder = state.stateDir;
    throw new Problem('file-not-seen', words.containerSeesNot(state.container?.name, path), {
      why: words.mountIt(noun, folder),
      next: `${apply} --${name}-ref-file ${shellQuote(`${folder}/${way.id}`)}`,
      exitCode: 2,
    });
  }
  const there = profiles.some(({ id }) => id === answers.profileId);
  if (credentialsInJson(release.generation) || !there) return;
  throw new Problem('profile-stored', words.profileThere(answers.profileId), {
    why: words.inDatabase,
    next: `${apply} --${name}-ref-file ${shellQuote(path)} --profile-id anthropic:${way.id}-file`,
    exitCode: 2,
  });
}

/** The file that the profile of these answers names, by its path on this machine; null where it names none. */
export function namedFile(facts: Facts, { profileId }: Answers): string | null {
  const rows = (factValue(facts.profiles) ?? []).filter(({ id }) => id === profileId);
  const provider = providerNamed(rows.find(({ reference }) => reference !== undefined)?.reference);
  const path = provider === null ? null : (factValue(facts.config)?.secretProviders?.[provider] ?? null);
  const container = factValue(facts.state)?.container;
  return path === null || container === undefined ? path : onHost(container, path);
}

/** Whether OpenClaw can read the secret from the file that the profile names, in its own words (`secrets audit`). */
export async function fileFindings(
  noun: string,
  target: Target,
  facts: Facts,
  answers: Answers,
  { world, signal }: CheckContext,
): Promise<Finding[]> {
  const path = namedFile(facts, answers);
  if (path === null) return [];
  const { release, state } = target;
  const next = asTyped(target, 'secrets', 'audit');
  const ran = await openclawCli(release, state, world).run(['secrets', 'audit', '--json'], {
    signal,
    timeoutMs: 60_000,
  });
  const told = object(parseJsonOutput(ran.stdout)).findings;
  if (!Array.isArray(told)) return [{ verdict: 'skipped', says: words.didNotSay(path), next }];
  const place = `profiles.${answers.profileId}.`;
  const broken = array(told)
    .map(object)
    .find(({ code, jsonPath }) => code === 'REF_UNRESOLVED' && text(jsonPath)?.startsWith(place));
  if (broken === undefined) return [{ verdict: 'ok', says: words.reads(noun, path) }];
  return [{ verdict: 'error', says: words.readsNot(noun, text(broken.message) ?? path), next }];
}
