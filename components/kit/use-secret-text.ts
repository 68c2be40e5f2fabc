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
  /** Adds typed or pasted text. Line breaks and spaces, which terminals put into wrapped text, are dropped. */
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
    setShown({ length: text.length, tail: text.length >= 16 ? text.slice(-4) : '' });
    onChange(text === '' ? null : new Secret(text));
  };
  return {
    shown,
    add: (text) => put(value.current + text.replace(/[\s\u0000-\u001f\u007f\u200b\ufeff]+/g, '')),
    eraseLast: () => put(value.current.slice(0, -1)),
    clear: () => put(''),
    secret: () => (value.current === '' ? null : new Secret(value.current)),
  };
}
