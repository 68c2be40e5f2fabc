import * as z from 'zod/mini';
import { ChangedKeys } from './changed-keys.ts';
import { Databases } from './database-rows.ts';
import { Described, JsonPath } from './params.ts';
import { Program } from './program.ts';
import { Settles } from './settle.ts';

/** Runs a program that changes files of its own. */
export const CommandParams = z.object({
  ...Described.shape,
  /** null: nothing happens forwards; the step only does something when it is taken back. */
  program: z.nullable(Program),
  /** A file that the program reads, there while it runs. Never with a secret: it is in the journal. */
  input: z.optional(z.object({ file: z.string(), text: z.string() })),
  /** Asked afterwards: the proof that the program did what it said. */
  readBack: z.optional(Program),
  /** It is asked when every step of the run is done, so that its answer is the one that a look afterwards would get. */
  readBackLast: z.optional(z.boolean()),
  /** JSON5 files which the program rewrites: its changes are put into the text that was there, comments and all. */
  keepText: z.array(
    z.object({
      file: z.string(),
      name: z.string(),
      /**
       * Lists (`to`) that the program makes by itself of the keys of an object (`from`). One goes with the rest also where
       * another step took keys of its own out of both since.
       */
      copies: z.optional(z.array(z.object({ from: JsonPath, to: JsonPath }))),
      /** The program guards it against becoming much smaller, as its text without the program's own layout may be. */
      settles: z.optional(Settles),
    }),
  ),
  /** JSON files that are the program's own. Where somebody wrote one since, what we changed below `keys` goes, no more. */
  shared: z.optional(z.array(z.object({ file: z.string(), name: z.string(), keys: z.array(JsonPath) }))),
  /** What a preview can say: one line per thing that changes and cannot be shown as a diff. */
  outside: z.array(z.string()),
  undo: z.object({
    /**
     * `files`: put the files back where nothing else was written. `program`: always ask the program. `nothing`: the work is
     * the program's own and stays; the copies are kept.
     */
    by: z.enum(['files', 'program', 'nothing']),
    /** Databases among the touched files: put back only when no row that counts was written since. */
    databases: z.optional(Databases),
    /** Run where the files cannot simply go back. */
    program: z.optional(Program),
    /**
     * Where in the `keepText` files the program was asked to write. What it wrote elsewhere in the same breath (stamps,
     * settings that it moved) is its own metadata. One part of that without the other says something else than both, so
     * it goes as a whole, where the databases go back and the program has not written since; else all of it stays.
     */
    ownKeys: z.optional(z.array(JsonPath)),
    /** Keys of `keepText` files that the program renews at each write of its own. */
    stampKeys: z.optional(z.array(JsonPath)),
    /** In receipts without `ownKeys`: keys that must stay when the databases stay. */
    keepKeys: z.optional(z.array(JsonPath)),
    /** What stays, and how to remove it, when neither can be done. */
    otherwise: z.string(),
  }),
});
export type CommandParams = z.infer<typeof CommandParams>;

/** What a run of it leaves for taking it back. */
export const CommandUndo = z.object({
  /** By file: what changed in it. */
  marks: z.record(z.string(), ChangedKeys),
  /** By database: hash of the rows that count. */
  rows: z.record(z.string(), z.nullable(z.string())),
  /** By database: hash of the rows that the program renews at each write of its own to `keepText` files. */
  stamps: z.optional(z.record(z.string(), z.nullable(z.string()))),
});
export type CommandUndo = z.infer<typeof CommandUndo>;
