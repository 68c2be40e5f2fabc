import type { Reporter, TestCase } from 'vitest/node';

/** Names each test that passed only when it was run once more, at the end, where nobody overlooks it. */
export default class FlakyReporter implements Reporter {
  readonly #flaky: TestCase[] = [];

  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky) this.#flaky.push(test);
  }

  onTestRunEnd(): void {
    for (const test of this.#flaky) {
      const errors = test.result().errors ?? [];
      console.log(`FLAKY  ${test.module.relativeModuleId} > ${test.fullName}: failed once, then passed.`);
      for (const { message } of errors) console.log(`       ${message}`);
    }
  }
}
