import { claudeTyped } from '../../claude/place.ts';
import { FIRST_RENEWING } from '../../claude-sync/claude.ts';
import { loginFile, needsSignIn, ofKeptInStep } from '../../facts/claude-login.ts';
import { usableClaude } from '../../facts/own-proxy.ts';
import type { Facts } from '../../facts/types.ts';
import { credentialsInJson } from '../../openclaw/generation.ts';
import { atLeast } from '../../openclaw/version.ts';
import { factValue } from '../../system/fact.ts';
import { unready } from '../shared/claude-inside.ts';
import { claudeReady, claudeUnready } from '../shared/claude-ready.ts';
import { servicesForAnother } from '../shared/services.ts';
import type { Availability } from '../types.ts';
import { availability as words } from './words.ts';

/** Where it does what another way does not: elsewhere the reason why not. */
export function availability(told: Facts): Availability {
  const facts = ofKeptInStep(told);
  return (
    otherSystem(facts) ??
    otherRelease(facts) ??
    otherRuntime(facts) ??
    servicesForAnother(facts, words.noun) ??
    (facts === told ? claudeUnready(told) : unready(told)) ??
    otherLogin(facts) ??
    unreadable(facts) ??
    due(facts) ??
    noManager(facts) ?? { ok: true, because: [claudeReady(facts), ...turnNote(facts)].join('; ') }
  );
}

function otherSystem({ platform }: Facts): Availability | null {
  const os = factValue(platform)?.os;
  if (os === undefined || os === 'linux') return null;
  const because = words.keychain;
  return { ok: false, because: os === 'macos' ? because : words.linuxOnly };
}

function otherRelease({ release }: Facts): Availability | null {
  const known = factValue(release);
  if (known === undefined) return null;
  if (!credentialsInJson(known.generation)) {
    return {
      ok: false,
      because: words.runsClaudeCode(known.version),
    };
  }
  // 2026.1.24-3 copies the login by itself; 2026.2.1 no longer does.
  if (atLeast(known.version, '2026.2.0')) return null;
  return { ok: false, because: words.inStepItself(known.version) };
}

/** Podman has no daemon: what a service of ours starts in a container would be held to what that service itself may do. */
function otherRuntime({ state }: Facts): Availability | null {
  const container = factValue(state)?.container;
  if (container === undefined || container.runtime === 'docker') return null;
  return { ok: false, because: words.podman(container.name) };
}

/** A login in a container is read where it lies on this machine; what only the container tells of it has no fingerprint. */
function unreadable(facts: Facts): Availability | null {
  const inside = usableClaude(facts)?.inside;
  const login = factValue(facts.claudeLogin);
  if (inside === undefined || needsSignIn(facts) || login?.accessFingerprint !== undefined) return null;
  const because = words.mayNotRead(loginFile(facts), inside.name);
  return { ok: false, because, help: 'sudo -i clawauth-setup' };
}

/**
 * The service would have it renewed as soon as it starts, and a set-up restarts the container: Claude Code ended in the middle
 * of that, the login would be lost.
 */
function due(facts: Facts): Availability | null {
  const claude = usableClaude(facts);
  if (claude?.inside === undefined || !factValue(facts.claudeSignIn)?.renewsAtNextUse) return null;
  const { name } = claude.inside;
  const because = words.aboutToRenew(name);
  const renewing = turnNote(facts).length === 0 ? ['auth', 'status'] : ['-p', 'hello'];
  return { ok: false, because, help: claudeTyped(claude, ...renewing) };
}

/** Only a login that Claude Code keeps in its file, and can renew, is one to keep in step with. */
function otherLogin(facts: Facts): Availability | null {
  const login = factValue(facts.claudeLogin);
  if (needsSignIn(facts) || login === undefined || (login.present && login.renews)) return null;
  const variable = (factValue(facts.shadows) ?? []).find(
    ({ name, readers }) => name === 'CLAUDE_CODE_OAUTH_TOKEN' && readers.includes('Claude Code'),
  );
  const because = variable === undefined ? words.noLogin(login.file) : words.lasting(variable.name);
  const claude = usableClaude(facts) ?? { path: 'claude' };
  return { ok: false, because, help: claudeTyped(claude, 'auth', 'login') };
}

function noManager({ services }: Facts): Availability | null {
  const manager = factValue(services)?.manager;
  if (manager === undefined || manager.ok) return null;
  return { ok: false, because: words.noService(manager.because.replace(/\.$/, '')) };
}

/** Before, Claude Code renews its login for a turn alone. */
export function turnNote(facts: Facts): readonly string[] {
  const version = usableClaude(facts)?.version;
  if (version == null || atLeast(version, FIRST_RENEWING)) return [];
  return [words.renews(version)];
}
