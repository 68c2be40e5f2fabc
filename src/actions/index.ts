import type { ActionKind, ActionKinds } from '../engine/types.ts';
import { commandKind } from './command.ts';
import { configEditKind } from './config-edit.ts';

/** Every kind of reversible step. The engine is handed this and knows none of them by name. */
export const actionKinds: ActionKinds = new Map(
  [configEditKind, commandKind].map((kind) => [kind.kind, kind as unknown as ActionKind]),
);

export { type CommandParams, command } from './command.ts';
export { type ConfigEditParams, configEdit } from './config-edit.ts';
export type { EditData } from './params.ts';
export type { Program } from './program.ts';
