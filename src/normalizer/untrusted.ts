/** Parts of what another program said: nothing about them is certain. */
export type Fields = Readonly<Record<string, unknown>>;

/** undefined for what is not JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** No fields for what is not an object. */
export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

export function string(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** Finite ones only. */
export function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
