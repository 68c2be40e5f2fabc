/** One row that the cursor can stand on. */
export interface Choice {
  readonly id: string;
  readonly label: string;
  readonly aside?: string;
  /** Shown instead of `aside` where that has no room. */
  readonly brief?: string;
  /** A word at the right end: `suggested`. */
  readonly tag?: string;
  /** Shown under the row; in a narrow window while the cursor is on it. */
  readonly under?: readonly string[];
  /** Shown under the row while the cursor is on it. */
  readonly more?: readonly string[];
  readonly disabled?: { readonly because: string; readonly help?: string };
  readonly checked?: boolean;
  /** Cannot be chosen now, which is said elsewhere on the screen. Takes no more room than when it can. */
  readonly off?: true;
}
