/** A lossless editor for JSON5: reads it, says where things are, and changes values without touching the rest. */
export { editsBetween } from './difference.ts';
export { edit, edited } from './edit.ts';
export { locate } from './locate.ts';
export { parse } from './read.ts';
export { type Edit, EditRefused } from './types.ts';
