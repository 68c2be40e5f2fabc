import fc from 'fast-check';
import { expect, test } from 'vitest';
import { skipPlain } from '../../../src/normalizer/skip-plain.ts';

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
const isSpecial = (byte: number) => byte < 0x20 || byte === 0x22 || byte === 0x5c;

test('finds every special byte at every place, and takes no other for one', () => {
  for (let byte = 0; byte < 256; byte += 1) {
    for (let at = 0; at < 20; at += 1) {
      for (const around of [0x20, 0x21, 0x23, 0x5b, 0x5d, 0x7f, 0x80, 0xa2, 0xdc, 0xff]) {
        const bytes = new Uint8Array(20).fill(around);
        bytes[at] = byte;
        expect(skipPlain(bytes, viewOf(bytes), 0)).toBe(isSpecial(byte) ? at : 20);
      }
    }
  }
});

test('stops at the first one, wherever it starts and wherever the bytes lie', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(7), fc.nat(60), (all, from, start) => {
      const bytes = all.subarray(Math.min(from, all.length));
      const at = Math.min(start, bytes.length);
      const wanted = bytes.findIndex((byte, index) => index >= at && isSpecial(byte));
      expect(skipPlain(bytes, viewOf(bytes), at)).toBe(wanted === -1 ? bytes.length : wanted);
    }),
    { numRuns: 5_000 },
  );
});
