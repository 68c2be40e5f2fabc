import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take minutes, the longest first: begun last, one of them would keep one worker busy and the other idle. */
const LONGEST = [
  'real/api-key',
  'real/nothing-lost',
  'real/setup-token',
  'real/coming-back',
  'real/switch',
  'real/gateway',
  'real/ways',
  'real/claude-sync',
  'real/claude-cli',
  'real/doctor',
  'real/installations',
  'real/wizard',
  'real/models',
  'real/new-token',
  'real/small-config',
  'real/sign-in',
  'real/facts',
  'real/sequences',
  'unit/commands/coming-back',
  'unit/commands/what-is-said',
  'unit/normalizer/direct',
  'unit/actions/proxy-kinds.crash',
  'unit/doctor/cases',
  'unit/engine/recover-crash',
  'screens/screens',
  'unit/engine/hard-links',
  'unit/services/steps',
  'unit/engine/switch',
  'component/toy-method',
  'unit/property/stopped-switch',
  'unit/engine/disk-faults',
  'unit/system/real-world',
  'unit/commands/first-fixes',
  'e2e/faults',
  'e2e/broken-files',
  'e2e/hangs',
  'e2e/proxy',
  'e2e/fleet',
  'e2e/headless',
  'e2e/wizard',
  'e2e/home',
];

/** By what is known of the files, as a clean checkout remembers no times; vitest's own order for the others. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const group = (file: TestSpecification) => file.project.config.sequence.groupOrder;
    const place = ({ moduleId }: TestSpecification) => {
      const found = LONGEST.findIndex((name) => moduleId.includes(`/${name}.test.ts`));
      return found === -1 ? LONGEST.length : found;
    };
    return (await super.sort(files)).sort((a, b) => group(a) - group(b) || place(a) - place(b));
  }
}
