import { edit as applyEdits, EditRefused, editsBetween, parse } from '../json5/index.ts';
import { type ChangedKeys, setSince } from './changed-keys.ts';
import type { DatabaseState } from './database-rows.ts';

type Path = readonly (string | number | { readonly id: string })[];

export interface ProgramMetadataRules {
  readonly ownKeys?: readonly Path[] | undefined;
  readonly stampKeys?: readonly Path[] | undefined;
  readonly keepKeys?: readonly Path[] | undefined;
}

/** What a step knows of the moment when it was done. */
interface Left {
  readonly marks: Readonly<Record<string, ChangedKeys>>;
  readonly stamps?: Readonly<Record<string, string | null>> | undefined;
}

/** What a program writes into its text files for itself, beside what it was asked to write there. */
export class ProgramMetadata {
  readonly #rules: ProgramMetadataRules;

  constructor(rules: ProgramMetadataRules) {
    this.#rules = rules;
  }

  /** Whether anything is told apart at all. */
  get any(): boolean {
    return this.#rules.ownKeys !== undefined || (this.#rules.keepKeys ?? []).length > 0;
  }

  /** Whether what stands at this path is the program's own. */
  holds(at: Path): boolean {
    const { ownKeys, keepKeys = [] } = this.#rules;
    const begins = (path: Path, key: Path) => key.every((part, i) => path[i] === part);
    if (ownKeys === undefined) return keepKeys.some((key) => begins(at, key));
    return !ownKeys.some((key) => begins(at, key) || begins(key, at));
  }

  /** `text` with the metadata that `written`, the program's own text, has. Gives `written` where it cannot be put in. */
  carry(text: string, written: string): string {
    const [from, to] = [parse(text), parse(written)];
    if (!from.ok || !to.ok) return text;
    const edits = editsBetween(from.value, to.value).filter(({ path }) => this.holds(path));
    try {
      return edits.length === 0 ? text : applyEdits(text, edits);
    } catch (error) {
      if (error instanceof EditRefused) return written;
      throw error;
    }
  }

  /** Whether a stamp tells that the program wrote one of its text files since. Without stamps nothing is known: no. */
  async wroteSince(
    left: Left | undefined,
    states: Readonly<Record<string, DatabaseState>> | null,
    read: (file: string) => Promise<string | null>,
  ): Promise<boolean> {
    for (const [path, stamp] of Object.entries(left?.stamps ?? {})) {
      const now = states?.[path]?.stamps;
      if (now !== undefined && now !== null && now !== stamp) return true;
    }
    for (const [file, marks] of Object.entries(left?.marks ?? {})) {
      const text = await read(file);
      const now = text === null ? null : parse(text);
      if (now?.ok && (this.#rules.stampKeys ?? []).some((key) => setSince(now.value, key, marks))) return true;
    }
    return false;
  }
}
