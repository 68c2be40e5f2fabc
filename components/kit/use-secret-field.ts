import { useRef, useState } from 'react';
import { Secret } from '../../src/system/secret.ts';
import type { KeyName } from './keys.ts';
import { edited, NOTHING, type SecretText, type Typed, withText } from './text-field.ts';

export interface SecretField {
  readonly shown: SecretText;
  /** Whether there is nothing in it now; what is `shown` is as old as the last frame. */
  isEmpty(): boolean;
  /**
   * Adds typed or pasted text. Line breaks and spaces stay, but do not count: they tell a wrapped token from the
   * sentences around it, and whoever reads the text drops them.
   */
  add(text: string): void;
  /** Whether it was an editing key. */
  edit(key: KeyName): boolean;
  clear(): void;
}

const EMPTY: SecretText = { length: 0, tail: '', at: 0 };
const dense = (text: string) => text.replace(/\s+/g, '');

/** The text of a masked field. It lives here only: the state of the wizard never holds it as a string. */
export function useSecretField(onChange: (text: Secret | null) => void): SecretField {
  const value = useRef(NOTHING);
  const [shown, setShown] = useState(EMPTY);
  const put = (next: Typed) => {
    const before = value.current.text;
    value.current = next;
    const text = dense(next.text);
    const at = dense(next.text.slice(0, next.at)).length;
    setShown({ length: text.length, tail: text.length >= 16 ? text.slice(-4) : '', at });
    if (next.text !== before) onChange(text === '' ? null : new Secret(next.text));
  };
  return {
    shown,
    isEmpty: () => dense(value.current.text) === '',
    add: (text) => put(withText(value.current, text.replace(/\r\n?/g, '\n'))),
    edit(key) {
      const next = edited(value.current, key);
      if (next === null) return false;
      put(next);
      return true;
    },
    clear: () => put(NOTHING),
  };
}
