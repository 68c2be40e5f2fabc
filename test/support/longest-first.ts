import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take minutes, the longest first: begun last, one of them would keep one worker busy and the other idle. */
const LONGEST = [
  'real/coming-back',
  'real/setup-token',
  'real/sequences',
  'real/switch',
  'real/nothing-lost',
  'real/gateway',
  'real/wizard',
  'real/small-config',
  'real/new-token',
  'real/models',
  'real/installations',
  'real/facts',
  'unit/actions/proxy-kinds.crash',
  'unit/engine/switch',
  'unit/property/coming-back',
  'unit/engine/crash',
  'unit/commands/coming-back',
  'e2e/faults',
  'e2e/hangs',
  'e2e/proxy',
  'e2e/headless',
  'e2e/wizard',
  'e2e/home',
];

/** By what is known of the files, as a clean checkout remembers no times; vitest's own order for the others. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const group = (file: TestSpecification) => file.project.config.sequence.groupOrder;
    const place = ({ moduleId }: TestSpecification) => {
      const found = LONGEST.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return found === -1 ? LONGEST.length : found;
    };
    return (await super.sort(files)).sort((a, b) => group(a) - group(b) || place(a) - place(b));
  }
}
