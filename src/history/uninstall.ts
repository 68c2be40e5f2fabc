import type { Engine, RunOptions } from '../engine/index.ts';
import type { Receipt } from '../engine/types.ts';
import { gatherFacts } from '../facts/gather.ts';
import { remarkSlow } from '../facts/timeouts.ts';
import type { Facts } from '../facts/types.ts';
import { parse } from '../json5/index.ts';
import { storing } from '../methods/asking.ts';
import { methods } from '../methods/index.ts';
import type { Finding } from '../methods/types.ts';
import { openclawCli } from '../openclaw/cli.ts';
import { meantHere } from '../openclaw/container-meant.ts';
import { featuresOf, generationOf } from '../openclaw/generation.ts';
import { askModelsStatus } from '../openclaw/models-status.ts';
import { factValue } from '../system/fact.ts';
import { Cancelled, Problem } from '../system/problem.ts';
import type { World } from '../system/world.ts';
import { answersOf, type HomeContext, takeBackView, textOf } from './overview.ts';
import type { UninstallView } from './types.ts';
import { uninstall as words } from './words.ts';

/**
 * What an uninstall would take away. Reads no network; only SQLite is asked, about a database that was written to since.
 * `facts` only make the warning better.
 */
export async function previewUninstall(context: HomeContext, facts?: Facts): Promise<UninstallView> {
  const { world, engine } = context;
  const standing = await engine.inForce();
  if (standing.length === 0) {
    return {
      steps: [],
      changes: [],
      stays: [],
      byHand: [],
      modelAfter: undefined,
      warning: null,
      confirm: 'uninstall',
    };
  }
  const { steps, changes, files } = await takeBackView(engine, 'all');
  const place = await placeOf(world).catch(() => null);
  const config = files.find(({ path }) => path === place?.state.realConfigPath || path === place?.state.configPath);
  const text = config
    ? textOf(config.then)
    : place && (await world.files.readText(place.state.configPath).catch(() => null));
  const modelAfter = place === null ? undefined : modelIn(text ?? null);
  const outside = steps.flatMap((step) =>
    step.changes.flatMap((change) => ('outside' in change ? [change.outside] : [])),
  );
  const handed = storing.filter(({ id }) => standing.some(({ about }) => about.method === id));
  return {
    steps,
    changes,
    stays: [
      ...new Set(outside.filter((line) => /changed since|left alone/.test(line))),
      words.yours,
      words.copies(engine.root),
    ],
    byHand: [
      ...handed.map(({ secret: { noun, revokedAt } }) => ({
        says: words.staysValid(noun),
        next: revokedAt,
      })),
      ...standing.flatMap((receipt) => {
        const answers = answersOf(receipt);
        return (answers && methods.find(({ id }) => id === answers.method)?.byHand?.(answers)) ?? [];
      }),
    ],
    modelAfter,
    warning: warningFor(modelAfter, standing, facts),
    confirm: 'uninstall',
  };
}

/** `provider/model` of the default; null when none is set; undefined when the text does not parse. */
function modelIn(text: string | null): string | null | undefined {
  if (text === null) return null;
  const read = parse(text);
  if (!read.ok) return undefined;
  const at = (value: unknown, key: string) => (value as Record<string, unknown> | null | undefined)?.[key];
  const model = at(at(at(read.value, 'agents'), 'defaults'), 'model');
  const ref = typeof model === 'string' ? model : at(model, 'primary');
  return typeof ref === 'string' && ref !== '' ? ref : null;
}

function warningFor(model: string | null | undefined, standing: readonly Receipt[], facts?: Facts): string | null {
  if (model === undefined) return words.modelUnknown;
  if (model === null) return words.noModelAfter;
  const profiles = facts && factValue(facts.profiles);
  if (!model.startsWith('anthropic/') || !profiles) return null;
  const ours = new Set(standing.flatMap((receipt) => answersOf(receipt)?.profileId ?? []));
  const others = profiles.filter(({ provider, id }) => provider === 'anthropic' && !ours.has(id));
  if (others.length > 0) return null;
  return words.onlyCredential(model);
}

/** The installation and its state, found on disk alone. */
async function placeOf(world: World) {
  const { installs, meant } = await meantHere(world);
  return { install: installs.find((one) => one.wins) ?? null, state: meant.found.state };
}

/** Takes everything of ours that stands back in one run. Throws `Problem('nothing-to-undo')` when there is nothing. */
export async function takeAllBack(engine: Engine, options: RunOptions): Promise<Receipt> {
  const receipt = await engine.undoAll({ ...options, title: words.title, about: { uninstall: true } });
  return receipt;
}

/** From 2026.8.1 `models status` refuses to guess whose models are meant once there are two agents. */
async function ownerOf(world: World, version: string, signal?: AbortSignal): Promise<{ agent?: string }> {
  if (!featuresOf(version).explicitOwner) return {};
  const config = factValue((await gatherFacts(world, { slow: false, signal })).config);
  return config && config.agents.length > 1 ? { agent: config.defaultAgent } : {};
}

/**
 * Asks the real OpenClaw whether it starts and which model it uses now; `onSlow` is told when that takes long. Never throws:
 * whoever stops it knows what was done before.
 */
export async function looksAfter(
  given: World,
  signal?: AbortSignal,
  onSlow: (says: string) => void = () => {},
  /** What kept OpenClaw from answering before the set-up, see `RunRecord`. */
  wrongBefore?: unknown,
): Promise<readonly Finding[]> {
  const place = await placeOf(given).catch(() => null);
  const install = place?.install;
  if (!place || !install || install.version === null) {
    return [{ verdict: 'skipped', says: words.notInstalled }];
  }
  const release = { version: install.version, generation: generationOf(install.version), install };
  const world = remarkSlow(given, onSlow, { [install.path]: install.command });
  const cli = openclawCli(release, place.state, world);
  let owner: { agent?: string } = {};
  const question = () => cli.typed(['models', 'status', ...(owner.agent ? ['--agent', owner.agent] : [])]);
  try {
    owner = await ownerOf(world, release.version, signal);
    const response = await askModelsStatus(cli, { signal, ...owner });
    if (!response.ok) {
      const same = response.detail === wrongBefore;
      const says = words.doesNotAnswer(same, response.detail);
      const verdict = response.timedOut ? 'timed out' : same ? 'warning' : 'error';
      return [{ verdict, says, next: response.timedOut ? question() : cli.typed(['doctor']) }];
    }
    const { resolvedDefault, missingProviders } = response.status;
    const starts: Finding = { verdict: 'ok', says: words.starts(install.version) };
    if (resolvedDefault === null) {
      return [starts, { verdict: 'warning', says: words.noModelNow, next: cli.typed(['configure']) }];
    }
    return [
      starts,
      {
        verdict: missingProviders.length === 0 ? 'ok' : 'warning',
        says: words.uses(resolvedDefault, missingProviders),
      },
    ];
  } catch (error) {
    if (error instanceof Cancelled) {
      const says = words.notAsked;
      return [{ verdict: 'skipped', says, next: question() }];
    }
    const said = error instanceof Problem ? error.what : (error as Error).message;
    return [{ verdict: 'crashed', says: words.couldNotAsk(said) }];
  }
}
