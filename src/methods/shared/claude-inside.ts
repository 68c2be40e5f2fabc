import { ofOpenClaw } from '../../facts/claude-login.ts';
import type { Facts } from '../../facts/types.ts';
import { type Container, runs, settingsTyped, writableTyped } from '../../openclaw/container.ts';
import { factValue } from '../../system/fact.ts';
import type { Availability } from '../types.ts';
import { claudeUnready } from './claude-ready.ts';

/** Why OpenClaw has no Claude Code to run where it runs; null where it has, once the person has signed in to it. */
export function unready(facts: Facts): Availability | null {
  const container = factValue(facts.state)?.container;
  return (container === undefined ? null : unreadyIn(container, facts)) ?? claudeUnready(ofOpenClaw(facts));
}

function unreadyIn(container: Container, { claudeInside }: Facts): Availability | null {
  const { runtime, name } = container;
  const no = (because: string, help?: string) => ({ ok: false, because, ...(help === undefined ? {} : { help }) });
  if (!runs(container))
    return no(`the container ${name} does not run, so its Claude Code cannot be asked`, `${runtime} start ${name}`);
  if (!claudeInside.known)
    return no(claudeInside.reason === 'waiting' ? 'looking for Claude Code …' : claudeInside.detail);
  const { claude, login, uid } = claudeInside.value ?? {};
  if (claude?.known === false) {
    const because = `${claude.detail}: mount the program read-only, and a folder for its login (docs/docker.md)`;
    return no(because, settingsTyped(container));
  }
  const { fate = 'kept', path = '' } = login ?? {};
  switch (fate) {
    case 'lost':
      return no(
        `the login of Claude Code would be lost with the container ${name}, where ${path} is not mounted`,
        settingsTyped(container),
      );
    case 'read-only':
      return no(
        `Claude Code could not renew its login: ${path} is mounted read-only in the container ${name}`,
        settingsTyped(container),
      );
    case 'not writable': {
      const because = `Claude Code could not keep a login: uid ${uid} may not write ${path} in the container ${name}`;
      return no(because, writableTyped(container, path, uid));
    }
    case 'kept':
      return null;
  }
}
