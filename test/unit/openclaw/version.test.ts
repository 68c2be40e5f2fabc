import { describe, expect, it } from 'vitest';
import { credentialsInJson, cronInFiles, featuresOf, generationOf } from '../../../src/openclaw/generation.ts';
import { atLeast, compareVersions, inRange, parseVersion } from '../../../src/openclaw/version.ts';

describe('versions', () => {
  it('orders the numbers, re-releases and betas as numbers', () => {
    const ordered = [
      '2026.1.24',
      '2026.1.24-3',
      '2026.1.29',
      '2026.2.9',
      '2026.2.17',
      '2026.7.2-beta.1',
      '2026.7.2-beta.7',
      '2026.7.2-beta.10',
      '2026.7.2',
      '2026.7.35',
      '2026.8.1-beta.1',
      '2026.8.1',
      '2026.9.6',
    ];
    const shuffled = [...ordered].reverse().sort(compareVersions);
    expect(shuffled).toEqual(ordered);
  });

  it('finds the version in what old and new releases print', () => {
    expect(parseVersion('OpenClaw 2026.9.6 (eb377ac)')?.parts).toEqual([2026, 9, 6]);
    expect(parseVersion('2026.1.24-3')).toEqual({ parts: [2026, 1, 24], rerelease: 3, prerelease: null });
    expect(parseVersion('none')).toBeNull();
    expect(atLeast('none', '2026.1.1')).toBe(false);
  });

  it.each([
    ['24.16.0', '>=24.16.0 <25 || >=26.1.0', true],
    ['24.15.9', '>=24.16.0 <25 || >=26.1.0', false],
    ['25.9.0', '>=24.16.0 <25 || >=26.1.0', false],
    ['26.1.0', '>=24.16.0 <25 || >=26.1.0', true],
    ['22.22.3', '>=22.22.3 <23 || >=24.15 <25 || >=25.9', true],
    ['23.0.0', '>=22.22.3 <23 || >=24.15 <25 || >=25.9', false],
    ['25.9.1', '>=22.22.3 <23 || >=24.15 <25 || >=25.9', true],
    ['22.12.0', '>=22.12', true],
    ['20.20.2', '>= 22.12.0', false],
    ['18.3.0', '^18.2', true],
    ['19.0.0', '^18.2', false],
    ['18.2.9', '~18.2.1', true],
    ['18.3.0', '~18.2.1', false],
    ['22.1.0', '22.x', true],
    ['20.5.0', '18 - 20', true],
    ['21.0.0', '18 - 20', false],
    ['22.0.0', '>22', false],
    ['23.0.0', '>22', true],
    ['22.9.9', '<=22', true],
    ['22.0.0', '*', true],
  ])('%s in "%s" is %s', (version, range, expected) => {
    expect(inRange(version, range)).toBe(expected);
  });

  it('says nothing about a range it cannot read', () => {
    expect(inRange('22.0.0', 'lts/*')).toBeNull();
    expect(inRange('system', '>=22')).toBeNull();
  });
});

describe('generations', () => {
  it.each([
    ['2026.1.24-3', 'G1'],
    ['2026.4.15', 'G1'],
    ['2026.4.20', 'G1b'],
    ['2026.5.28', 'G1b'],
    ['2026.6.1', 'G1c'],
    ['2026.6.5', 'G2'],
    ['2026.7.1', 'G2'],
    ['2026.7.35', 'G2'],
    ['2026.8.1', 'G3'],
    ['2026.9.6', 'G3'],
  ] as const)('%s is %s', (version, generation) => {
    expect(generationOf(version)).toBe(generation);
  });

  it('tells stores and commands apart', () => {
    expect(['G1', 'G1b', 'G1c', 'G2', 'G3'].map((one) => credentialsInJson(one as 'G1'))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(cronInFiles('G1b')).toBe(true);
    expect(cronInFiles('G1c')).toBe(false);
    expect(featuresOf('2026.5.20').pasteTokenPiped).toBe(false);
    expect(featuresOf('2026.5.22').pasteTokenPiped).toBe(true);
    expect(featuresOf('2026.2.17').configValidate).toBe(false);
    expect(featuresOf('2026.3.22').clawdbotVariables).toBe(false);
  });
});
