import { isSignedIn } from '../facts/claude-login.ts';
import type { Facts, GatewayUnitFacts } from '../facts/types.ts';
import { commandThere, startByHand } from '../openclaw/gateway-words.ts';
import { generationOf } from '../openclaw/generation.ts';
import { howToGetNode } from '../openclaw/node-runtime.ts';
import { asTyped } from '../openclaw/openclaw-program.ts';
import type { NodeFacts, OpenClawInstall } from '../openclaw/records.ts';
import { compareVersions } from '../openclaw/version.ts';
import { factValue } from '../system/fact.ts';
import { editorAt } from '../system/file-problems.ts';
import { isTemporary } from '../system/folders.ts';
import { shellQuote } from '../text.ts';
import { runsClaudeCode } from './claude-use.ts';

import type { Repair } from './repairs.ts';
import { error, info, warning } from './types.ts';
import { several, switchOff, typed } from './words.ts';

/** It runs, or the manager keeps starting it. */
const RUNS = ['active', 'activating', 'reloading'];
const isLive = ({ enabled, active }: GatewayUnitFacts) => enabled || RUNS.includes(active ?? '');

/** As often the manager has started a service again that cannot stay up. */
const MANY_RESTARTS = 5;

const isOwnName = ({ name }: GatewayUnitFacts) => /^openclaw-gateway(-.+)?\.service$|^ai\.openclaw\./.test(name);

/** Of several units the one to keep: what runs, then what OpenClaw's own commands look for. */
function keptOf(units: readonly GatewayUnitFacts[]): GatewayUnitFacts {
  const rank = (unit: GatewayUnitFacts) =>
    (unit.active === 'active' ? 4 : 0) + (isOwnName(unit) ? 2 : 0) + (unit.manager === 'systemd-user' ? 1 : 0);
  return [...units].sort((a, b) => rank(b) - rank(a))[0] as GatewayUnitFacts;
}

const journal = ({ manager, name }: GatewayUnitFacts) =>
  `journalctl ${manager === 'systemd-user' ? '--user ' : ''}-u ${shellQuote(name)} -n 50 --no-pager`;

interface Twins {
  readonly kept: GatewayUnitFacts;
  readonly extra: GatewayUnitFacts;
}

/** Each unit beside the one to keep. */
function twins(units: readonly GatewayUnitFacts[]): readonly Twins[] {
  if (units.length < 2) return [];
  const kept = keptOf(units);
  return units.filter((unit) => unit !== kept).map((extra) => ({ kept, extra }));
}

/** What a bare `openclaw` of this shell runs, also where the gateway's own is looked at. */
function ofShell(facts: Facts): OpenClawInstall | null {
  const release = factValue(facts.release);
  const installs = factValue(facts.installs) ?? [];
  return installs.find(({ command }) => command === release?.install.command) ?? release?.install ?? null;
}

interface OtherVersion {
  readonly unit: GatewayUnitFacts;
  readonly its: string;
  readonly ours: string;
}

type UnitNode = NodeFacts & { readonly path: string };

const nodeOf = ({ gateway }: Facts, gone: boolean): readonly UnitNode[] => {
  const node = factValue(gateway)?.node;
  if (node?.ok !== false || node.path === null || (node.version === null) !== gone) return [];
  return [{ ...node, path: node.path }];
};

/** Replaces the unit's Node with the one that runs OpenClaw here, if that fits the release and outlives this shell. */
function withOurNode({ path: from }: UnitNode, facts: Facts): readonly Repair[] {
  const { unit = null, manager, startedBy: file } = factValue(facts.gateway) ?? {};
  const { path: to = null, ok = null } = factValue(facts.release)?.install.node ?? {};
  const { uid } = factValue(facts.platform) ?? {};
  const ours = manager === 'systemd-user' || (manager === 'systemd-system' && uid === 0);
  if (!ours || unit === null || file === undefined || to === null || ok !== true) return [];
  if (!/^\/[\w/.@+-]+$/.test(to) || isTemporary(to)) return [];
  return [{ kind: 'unit-program', manager, unit, file, from, to, says: `Start ${unit} with ${to}` }];
}

/** Whether the gateway runs, with what, and uses what is stored here. */
export const gateway = [
  error('gateway.two-units', 'Two services start the gateway', {
    needs: ['gatewayUnits'],
    explains: ['gateway.restarting'],
    detect: ({ gatewayUnits: { units } }) => twins(units.filter(isLive)),
    explain: ({ kept, extra }) => ({
      says: `Two services start a gateway ${kept.stateDir === extra.stateDir ? `on ${kept.stateDir}` : `on port ${kept.port}`}: ${kept.name} and ${extra.name}.`,
      why: [
        ...[kept, extra].flatMap(({ name, restarts }) =>
          restarts !== null && restarts >= MANY_RESTARTS ? [`${name} was restarted ${restarts} times.`] : [],
        ),
        'The second one finds the port taken and exits, and its manager restarts it.',
      ].join(' '),
    }),
    next: ({ extra }) => switchOff(extra, [extra.name]),
    fix: ({ extra: { manager, name, file } }, { platform }) =>
      manager === 'systemd-system' && factValue(platform)?.uid !== 0
        ? []
        : [
            {
              kind: 'retire',
              says: `Retire ${name}`,
              because: 'Another service starts the gateway.',
              manager,
              name,
              file,
            },
          ],
  }),
  info('gateway.unit-left', 'A gateway service that does not start', {
    needs: ['gatewayUnits'],
    detect: ({ gatewayUnits: { units } }) => {
      const left = units.filter((unit) => !isLive(unit));
      return units.length > 1 ? twins(units).filter(({ extra }) => left.includes(extra)) : null;
    },
    explain: ({ kept, extra }) => ({
      says: `${extra.name} would start a second gateway beside ${kept.name}; it is not enabled.`,
    }),
  }),
  error('gateway.node-gone', 'The gateway’s unit starts a Node that is gone', {
    code: 'gateway-node',
    needs: ['gateway', 'release'],
    explains: ['gateway.restarting'],
    detect: (_, facts) => nodeOf(facts, true),
    explain: ({ path }) => ({
      says: `The gateway's unit starts ${path}, which is gone.`,
      why: 'A unit keeps the path of the Node it was installed with; a version manager has removed that one since.',
    }),
    fix: withOurNode,
    next: (_, facts) => typed(facts, 'gateway', 'install', '--force'),
  }),
  error('gateway.node-too-old', 'The gateway’s unit starts a Node that is too old', {
    code: 'gateway-node',
    needs: ['gateway', 'release'],
    explains: ['gateway.restarting'],
    detect: (_, facts) => nodeOf(facts, false),
    explain: ({ path, version, wants }, { release }) => ({
      says: `The gateway's unit starts ${path}, which is Node ${version}.`,
      why: `OpenClaw ${factValue(release)?.version} needs Node ${wants}. The unit keeps its own Node, whatever this shell runs.`,
    }),
    fix: withOurNode,
    next: (node, facts) => {
      // A new unit takes the Node of this shell: that one has to be new enough first.
      const shell = factValue(facts.release)?.install.node;
      return shell?.ok === false ? howToGetNode(shell.path, node.wants) : typed(facts, 'gateway', 'install', '--force');
    },
  }),
  error('gateway.other-version', 'The gateway and this shell run different releases of OpenClaw', {
    needs: ['gatewayUnits', 'release'],
    detect: ({ gatewayUnits }, facts): readonly OtherVersion[] => {
      const ours = ofShell(facts)?.version ?? null;
      return gatewayUnits.units.flatMap((unit) =>
        unit.version === null || ours === null || unit.version === ours ? [] : [{ unit, its: unit.version, ours }],
      );
    },
    explain: ({ unit, its, ours }) => {
      const apart = generationOf(its) !== generationOf(ours);
      return {
        says: `${unit.name} runs OpenClaw ${its}; \`openclaw\` in this shell is ${ours}.`,
        why: apart
          ? `They keep credentials in different places (${unit.script}): neither sees what the other stores.`
          : `The unit starts ${unit.script}, which updating the other one does not touch.`,
        level: apart ? 'error' : 'warning',
      };
    },
    next: ({ its, ours }, facts) => {
      const [release, install, state] = [factValue(facts.release), ofShell(facts), factValue(facts.state)];
      // An older program would not read what a newer gateway has stored.
      if (compareVersions(ours, its) < 0 || release === undefined || install === null)
        return `npm install -g openclaw@${its}`;
      const place = { release: { ...release, install }, ...(state === undefined ? {} : { state }) };
      return asTyped(place, 'gateway', 'install', '--force');
    },
  }),
  error('gateway.restarting', 'The gateway keeps restarting', {
    needs: ['gatewayUnits'],
    explains: ['gateway.down'],
    detect: ({ gatewayUnits: { units } }) =>
      units.filter(({ active, restarts }) => active === 'activating' && (restarts ?? 0) >= MANY_RESTARTS),
    explain: ({ name, restarts }) => ({
      says: `${name} exits right after it starts: its manager has restarted it ${restarts} times.`,
      why: 'The last lines of its log say why: a taken port, a refused configuration, an old Node.',
    }),
    next: journal,
  }),
  warning('gateway.no-linger', 'The gateway ends with your session', {
    needs: ['gatewayUnits', 'platform'],
    detect: ({ gatewayUnits: { units, linger }, platform }) =>
      linger === false && units.some((unit) => unit.manager === 'systemd-user' && isLive(unit))
        ? [platform.user]
        : null,
    explain: (user, { gatewayUnits }) => {
      const units = (factValue(gatewayUnits)?.units ?? []).filter(({ manager }) => manager === 'systemd-user');
      return {
        says: `${several(units.map(({ name }) => name))} stops when you log out, and does not start at boot.`,
        why: `Linger is off for ${user}: without it systemd ends a user's services with the last session.`,
      };
    },
    next: (user) => `loginctl enable-linger ${shellQuote(user)}`,
    fix: (user) => [{ kind: 'linger', user }],
  }),
  warning('claude.config-dir-differs', 'The gateway’s Claude Code keeps its login elsewhere', {
    needs: ['gatewayUnits'],
    detect: ({ gatewayUnits: { units, claudeDir } }, facts) =>
      units.flatMap(({ name, manager, claudeDir: its }) =>
        its !== undefined && its.path !== claudeDir
          ? [{ name, manager, its, shell: claudeDir, runsClaude: runsClaudeCode(facts) }]
          : [],
      ),
    explain: ({ name, its, shell, runsClaude }) => ({
      says: `${name} sets CLAUDE_CONFIG_DIR to ${its.path} (${its.file}:${its.line}); Claude Code in this shell uses ${shell}.`,
      why: runsClaude
        ? 'They sign in separately: the gateway does not use a login that you make here.'
        : 'They sign in separately. As it is set up now, OpenClaw does not run Claude Code.',
      level: runsClaude ? 'warning' : 'info',
    }),
    // Where no login is, none is lost; without the variable the unit looks where Claude Code does by itself.
    fix: ({ name: unit, manager, its, shell, runsClaude }, facts) => {
      const { home } = factValue(facts.platform) ?? {};
      if (!runsClaude || !its.empty || manager !== 'systemd-user') return [];
      if (shell !== `${home}/.claude` || !isSignedIn(facts)) return [];
      const name = 'CLAUDE_CONFIG_DIR';
      const because = `There is no login in ${its.path}, and there is one in ${shell}.`;
      return [{ kind: 'unset', manager, unit, name, says: `Keep ${name} from ${unit}`, because }];
    },
    next: ({ its, runsClaude }) =>
      runsClaude ? `CLAUDE_CONFIG_DIR=${shellQuote(its.path)} claude auth status` : editorAt(its.file, its.line),
  }),
  warning('gateway.down', 'The gateway is not running', {
    // Without its configuration the port is only the usual one.
    needs: ['gateway', 'config', 'release'],
    detect: ({ gateway, config: { syntaxError }, release }, { state }) =>
      gateway.running || gateway.remote || syntaxError
        ? null
        : [{ port: gateway.port, start: startByHand({ release, state: factValue(state) }, gateway) }],
    explain: ({ port }) => ({ says: `The gateway is not running on port ${port}.` }),
    next: ({ start }) => start,
  }),
  warning('gateway.not-from-here', 'The gateway on another machine does not use what is stored here', {
    needs: ['gateway'],
    detect: ({ gateway: { remote } }) => (remote?.storeHere ? [remote.url] : null),
    explain: (url) => ({
      says: `The gateway is on another machine${url === null ? '' : ` (${url})`}: it does not use what is stored here.`,
      waits: true,
    }),
    next: commandThere,
  }),
];
