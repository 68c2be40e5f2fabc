import type { RunSummary } from '../engine/index.ts';
import type { Receipt } from '../engine/types.ts';
import type { PublicFacts } from '../facts/public/facts.ts';
import { oneOf, versionOf } from '../facts/public/names.ts';
import { isPlainWord } from '../facts/public/words.ts';
import { report as words } from './words/looking.ts';

/** Everything that `clawauth-setup report` tells, as `--json` prints it. */
export interface PublicReport {
  readonly schema: 1;
  readonly program: string;
  readonly node: string;
  /** `linux x64` */
  readonly platform: string;
  readonly sandbox: boolean;
  /** The day, UTC. */
  readonly takenAt: string;
  readonly facts: PublicFacts;
  readonly runs: ReturnType<typeof publicRuns> | { readonly notKnown: string };
}

/** Our own runs, newest first: what they were and how they ended, without what they were about. */
export function publicRuns(runs: readonly RunSummary[], newest: Receipt | null, interrupted: boolean) {
  const word = (text: string) => (isPlainWord(text) ? text : 'other');
  return {
    interrupted,
    kept: runs.slice(0, 20).map((run) => ({
      day: /^\d{4}-\d{2}-\d{2}/.exec(run.startedAt)?.[0] ?? null,
      by: versionOf(run.by),
      purpose: word(run.purpose),
      outcome: run.unreadable === undefined ? oneOf(run.outcome, OUTCOMES) : 'unreadable',
      steps: run.steps,
      takenBack: run.undoneBy !== undefined,
    })),
    newest:
      newest === null
        ? null
        : newest.steps.map((step) => ({
            kind: word(step.action.kind),
            state: step.state,
            ...(step.problem === undefined ? {} : { problem: word(step.problem.code) }),
          })),
  };
}

const OUTCOMES = ['applied', 'put back', 'partly applied', 'in progress'];

/** The report as Markdown that reads well in an issue. Ends with a line break. */
export function reportText(report: PublicReport): string {
  const { facts, runs } = report;
  const installs = Array.isArray(facts.installs) ? facts.installs : [];
  const openclaw = installs.find((install) => install.wins);
  const claude = Array.isArray(facts.claude) ? facts.claude.find((one) => one.wins) : undefined;
  const container = 'container' in facts.platform && facts.platform.container ? `, ${facts.platform.container}` : '';
  const wsl = 'wsl' in facts.platform && facts.platform.wsl ? ', WSL' : '';
  const rows = [
    `- ${words.us(report.program, report.node, report.platform)}${container}${wsl}${report.sandbox ? `, ${words.sandbox}` : ''}`,
    openclaw === undefined
      ? `- ${words.noOpenClaw}`
      : `- ${words.openclaw(openclaw.version, openclaw.node.version, installs.length)}`,
    claude === undefined ? `- ${words.noClaude}` : `- ${words.claude(claude.version)}`,
    `- ${facts.health.state}${facts.health.expires === null ? '' : words.ends(facts.health.expires)}`,
    ...facts.health.remarks.map((remark) => `  - ${remark}`),
  ];
  return [
    `### ${words.title}`,
    '',
    words.leftOut,
    '',
    ...rows,
    '',
    `<details><summary>${words.details}</summary>`,
    '',
    '```json',
    JSON.stringify({ schema: report.schema, takenAt: report.takenAt, facts, runs }, null, 1),
    '```',
    '',
    '</details>',
    '',
  ].join('\n');
}
