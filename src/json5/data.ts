import { CannotEdit } from './types.ts';

/** Operations on plain data. All iterative: values may be nested as deeply as a text can be. */

export type Plain = Record<string, unknown>;

export function isContainer(value: unknown): value is Plain | unknown[] {
  return typeof value === 'object' && value !== null;
}

/** Whether a value of the kind of `a` can be merged into `b`: both objects, or both arrays. */
export function sameKind(a: unknown, b: unknown): boolean {
  return isContainer(a) && isContainer(b) && Array.isArray(a) === Array.isArray(b);
}

/** Sets an own property, also when it is called `__proto__`. */
export function put(target: Plain, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    target[key] = value;
  }
}

/** A path segment as an array index, -1 when it is none. */
export function toIndex(segment: string | number): number {
  if (typeof segment === 'number') return Number.isInteger(segment) && segment >= 0 ? segment : -1;
  return /^(?:0|[1-9][0-9]{0,14})$/.test(segment) ? Number(segment) : -1;
}

/** What `segment` names in `container`, or undefined (which no JSON5 value is). */
export function childOf(container: unknown, segment: string | number): unknown {
  if (Array.isArray(container)) return container[toIndex(segment)];
  if (!isContainer(container)) return undefined;
  const key = String(segment);
  return Object.hasOwn(container, key) ? (container as Plain)[key] : undefined;
}

/**
 * A deep copy, so that nobody else holds what an edit writes. Members that are undefined are left out, as
 * `JSON.stringify` does. Throws {@link CannotEdit} for what JSON5 cannot say: functions, class instances, cycles …
 */
export function copyPlain(value: unknown): unknown {
  const top: unknown[] = [];
  const open = new Set<object>();
  const stack: { from: Plain | unknown[]; to: Plain | unknown[]; keys: readonly string[] | null; at: number }[] = [];
  const begin = (from: unknown, into: Plain | unknown[], key: string): void => {
    let copy: unknown = from;
    if (isContainer(from)) {
      if (open.has(from)) throw new CannotEdit('The value contains itself.');
      const prototype = Object.getPrototypeOf(from);
      const isArray = Array.isArray(from);
      if (!isArray && prototype !== null && Object.getPrototypeOf(prototype) !== null) {
        throw new CannotEdit(
          `Only plain data can be written, not a ${prototype.constructor?.name ?? 'class instance'}.`,
        );
      }
      const to: Plain | unknown[] = isArray ? [] : {};
      copy = to;
      open.add(from);
      stack.push({ from, to, keys: isArray ? null : Object.keys(from), at: 0 });
    } else if (from !== null && !['string', 'number', 'boolean'].includes(typeof from)) {
      throw new CannotEdit(`JSON5 has no way to write a value of type ${typeof from}.`);
    }
    if (Array.isArray(into)) into.push(copy);
    else put(into, key, copy);
  };
  begin(value, top, '');
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const { from, to, keys } = frame;
    if (frame.at >= (keys ?? (from as unknown[])).length) {
      open.delete(from);
      stack.pop();
      continue;
    }
    const index = frame.at++;
    if (keys === null) begin((from as unknown[])[index], to, '');
    else {
      const key = keys[index] as string;
      const child = (from as Plain)[key];
      if (child !== undefined) begin(child, to, key);
    }
  }
  return top[0];
}

/**
 * Deep equality by `Object.is` (so -0 is not 0, and NaN is NaN). The order of keys counts, except inside a value of
 * `b` that `anyOrderIn` holds, or everywhere with `true`.
 */
export function sameValue(a: unknown, b: unknown, anyOrderIn: ReadonlySet<object> | boolean = true): boolean {
  const left: unknown[] = [a];
  const right: unknown[] = [b];
  const loose: boolean[] = [anyOrderIn === true];
  while (left.length > 0) {
    const x = left.pop();
    const y = right.pop();
    let isLoose = loose.pop() as boolean;
    if (!isContainer(x) || !isContainer(y)) {
      if (!Object.is(x, y)) return false;
      continue;
    }
    if (x === y) continue;
    if (Array.isArray(x) !== Array.isArray(y)) return false;
    if (!isLoose && typeof anyOrderIn === 'object' && anyOrderIn.has(y)) isLoose = true;
    if (Array.isArray(x) && Array.isArray(y)) {
      if (x.length !== y.length) return false;
      for (let i = 0; i < x.length; i++) {
        left.push(x[i]);
        right.push(y[i]);
        loose.push(isLoose);
      }
      continue;
    }
    const keys = Object.keys(x);
    const others = Object.keys(y);
    if (keys.length !== others.length) return false;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string;
      if (isLoose ? !Object.hasOwn(y, key) : key !== others[i]) return false;
      left.push((x as Plain)[key]);
      right.push((y as Plain)[key]);
      loose.push(isLoose);
    }
  }
  return true;
}
