import { basename } from 'node:path';
import { type ConfigEditParams, configEdit, type EditData } from '../actions/index.ts';
import type { Action, Words } from '../engine/types.ts';
import { Problem } from '../system/problem.ts';
import { settlesOf } from './config-guard.ts';
import { featuresOf } from './generation.ts';
import type { Target } from './openclaw-program.ts';

const MODELS = ['agents', 'defaults', 'models'];

/**
 * One step per file that owns the keys: the config itself, or a file it includes. Nothing to do gives no step. `more`: see
 * `ConfigEditParams`.
 */
export function configSteps(
  target: Target,
  id: string,
  edits: readonly EditData[],
  words: { readonly forward: Words; readonly backward: Words },
  more: Pick<ConfigEditParams, 'copiedTo' | 'moves'> = {},
): Action[] {
  const byFile = new Map<string, EditData[]>();
  for (const edit of edits) {
    const owner = ownerOf(target, edit);
    byFile.set(owner.file, [...(byFile.get(owner.file) ?? []), owner.edit]);
  }
  return [...byFile].map(([file, own], index) =>
    configEdit(index === 0 ? id : `${id}-${index + 1}`, {
      ...words,
      file,
      name: file === target.state.realConfigPath ? basename(target.state.configPath) : basename(file),
      edits: own,
      stays: true,
      ...copiesIn(target, own),
      ...(file === target.state.realConfigPath ? settlesOf(target) : {}),
      ...more,
      ...(file === target.state.realConfigPath && !target.state.configExists ? { create: '{\n}\n' } : {}),
    }),
  );
}

/** The first write of 2026.8.1 and later makes a `modelPolicy` of the models' keys, where they are the allowlist. */
export function allowlistCopies({ release }: Target): NonNullable<ConfigEditParams['copies']> {
  if (!featuresOf(release.version).modelPolicy) return [];
  return [{ from: MODELS, to: ['agents', 'defaults', 'modelPolicy', 'allow'] }];
}

function copiesIn(target: Target, edits: readonly EditData[]): { copies?: ConfigEditParams['copies'] } {
  const adds = edits.some(({ op, path }) => op === 'set' && MODELS.every((key, index) => path[index] === key));
  const copies = adds ? allowlistCopies(target) : [];
  if (copies.length === 0) return {};
  // Planned from the config without a way that goes in the same run: a `modelPolicy` that stands now goes with that way.
  const anew = target.config.allowlist?.where === 'agents.defaults.models';
  return { copies: copies.map((copy) => (anew ? { ...copy, anew } : copy)) };
}

function ownerOf({ config, state }: Target, edit: EditData): { file: string; edit: EditData } {
  for (const part of config.includedParts ?? []) {
    const shared = Math.min(part.at.length, edit.path.length);
    if (!part.at.slice(0, shared).every((key, index) => String(key) === String(edit.path[index]))) continue;
    const inside = part.at.length > 0 && part.at.length < edit.path.length;
    if (inside && part.read) return { file: part.file, edit: { ...edit, path: edit.path.slice(part.at.length) } };
    throw new Problem('config-include', `${edit.path.join('.')} may come from the included file ${part.file}.`, {
      why: 'It cannot be told which of the files should hold the change, so nothing was written.',
      next: `Move ${edit.path.slice(0, 2).join('.')} into ${state.configPath}, then run  clawauth-setup  again.`,
    });
  }
  return { file: state.realConfigPath, edit };
}
