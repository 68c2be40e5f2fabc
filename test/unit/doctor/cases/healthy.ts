import type { DoctorCase } from '../../../support/doctor-home.ts';

const releases = ['2026.1.24-3', '2026.2.17', '2026.5.28', '2026.6.5', '2026.8.2', '2026.9.6'] as const;

/** Set-ups that work: nothing is owed. */
export const healthy: readonly DoctorCase[] = [
  ...releases.map(
    (release): DoctorCase => ({
      title: `a set-up that works, on ${release}`,
      release,
      lay: () => {},
      owes: null,
    }),
  ),
  {
    title: 'Claude Code signed in beside it',
    release: '2026.2.17',
    asks: true,
    lay: (home) => home.claude(),
    owes: null,
  },
];
