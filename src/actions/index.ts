import type { ActionKind, ActionKinds } from '../engine/types.ts';
import { commandKind } from './command.ts';
import { configEditKind } from './config-edit.ts';
import { writeFileKind } from './write-file.ts';

/** Every kind of reversible step. The engine is handed this and knows none of them by name. */
export const actionKinds: ActionKinds = new Map(
  [configEditKind, commandKind, writeFileKind].map((kind) => [kind.kind, kind as unknown as ActionKind]),
);

export { type CommandParams, command } from './command.ts';
export { type ConfigEditParams, configEdit } from './config-edit.ts';
export type { EditData } from './params.ts';
export { fileChange } from './patch.ts';
export type { Program } from './program.ts';
export { writeFile } from './write-file.ts';
