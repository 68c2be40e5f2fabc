import { useRef, useState } from 'react';
import { Secret } from '../../src/system/secret.ts';

/** What a secret field shows: never the text itself. */
export interface SecretText {
  readonly length: number;
  /** The last four characters, once there are enough to hide the rest. */
  readonly tail: string;
}

export interface SecretField {
  readonly shown: SecretText;
  /**
   * Adds typed or pasted text. Line breaks and spaces stay, but do not count: they tell a wrapped token from the
   * sentences around it, and whoever reads the text drops them.
   */
  add(text: string): void;
  eraseLast(): void;
  clear(): void;
  secret(): Secret | null;
}

const EMPTY: SecretText = { length: 0, tail: '' };

/** The text of a masked field. It lives here only: the state of the wizard never holds it as a string. */
export function useSecretText(onChange: (text: Secret | null) => void): SecretField {
  const value = useRef('');
  const [shown, setShown] = useState(EMPTY);
  const put = (text: string) => {
    if (text === value.current) return;
    value.current = text;
    const dense = text.replace(/\s+/g, '');
    setShown({ length: dense.length, tail: dense.length >= 16 ? dense.slice(-4) : '' });
    onChange(dense === '' ? null : new Secret(text));
  };
  return {
    shown,
    add: (text) => put(value.current + text.replace(/\r\n?/g, '\n')),
    eraseLast: () => put(value.current.slice(0, -1)),
    clear: () => put(''),
    secret: () => (value.current.trim() === '' ? null : new Secret(value.current)),
  };
}
