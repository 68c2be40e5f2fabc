import * as z from 'zod/mini';

const Severity = z.enum(['error', 'warning', 'info']);
const Id = z.string();
/** How the command ends; see `--help`. */
const ExitCode = z.number();
const Place = z.strictObject({
  file: z.string(),
  line: z.number(),
  column: z.number(),
  /** That line, secrets masked. */
  text: z.optional(z.string()),
});

const Finding = z.strictObject({
  /** Stable: `docs/doctor.md` lists them. */
  id: Id,
  /** What `status --json` calls it. */
  code: z.string(),
  level: Severity,
  says: z.string(),
  why: z.optional(z.string()),
  at: z.optional(Place),
  /** Files that were read and commands that were asked. */
  from: z.optional(z.array(z.string())),
  /** The next command, ready to paste; of a fix of ours where there is one. */
  next: z.optional(z.string()),
  fix: z.boolean(),
  fixSays: z.optional(z.array(z.string())),
  /** The command that comes to the same without us. */
  byHand: z.optional(z.string()),
  needsToken: z.boolean(),
  needsLogin: z.boolean(),
});

const Step = z.looseObject({ id: z.string(), kind: z.string(), state: z.string() });
const Receipt = z.looseObject({
  id: z.string(),
  outcome: z.enum(['applied', 'put back', 'partly applied', 'in progress']),
  title: z.string(),
  startedAt: z.string(),
  steps: z.array(Step),
});

/** With `--dry-run`, or where nothing could be fixed. */
const WouldFix = z.strictObject({ dryRun: z.boolean(), would: z.array(Id), waits: z.array(Id) });
const Fixed = z.strictObject({
  receipt: Receipt,
  /** A sign-in to Claude Code that came first. */
  login: z.optional(Receipt),
  fixed: z.array(Id),
  left: z.array(Id),
  new: z.array(Id),
});

/** Beside what every answer has: whether it went well, and how the command ends. */
const envelope = { schema: z.literal(1), command: z.literal('doctor'), ok: z.boolean(), exitCode: ExitCode };
/** And whether anything is other than before; with `--dry-run`, whether it would be. */
const answered = { ...envelope, changed: z.boolean() };

/** What was found, worst first; `fix`: what `--fix` did, or would do. */
const Look = z.strictObject({
  ...answered,
  says: z.string(),
  findings: z.array(Finding),
  /** Effects of what was found, which are not told beside their cause. */
  explained: z.array(z.strictObject({ id: Id, by: Id })),
  notMade: z.array(z.strictObject({ id: Id, verdict: z.enum(['skipped', 'crashed']), why: z.string() })),
  /** Who answers for each agent, and why each other credential does not. */
  answers: z.array(z.strictObject({ agent: z.string(), says: z.string(), others: z.array(z.string()) })),
  /** What Claude and Anthropic's address answered, with `--live`. */
  asked: z.optional(z.array(z.looseObject({ check: z.string(), verdict: z.string(), says: z.string() }))),
  fix: z.optional(z.union([WouldFix, Fixed])),
});

/** With `--list` and `--explain`. */
const Listed = z.strictObject({
  ...answered,
  checks: z.array(
    z.strictObject({ id: Id, level: Severity, title: z.string(), fix: z.boolean(), explains: z.array(z.string()) }),
  ),
});

/** A run of `--fix` that did not come to its end. */
const Ended = z.strictObject({ ...answered, receipt: Receipt });

/** What could not be done at all, such as a flag that contradicts another. */
const Refused = z.strictObject({
  ...envelope,
  /** null where the command line could not be read. */
  command: z.nullable(z.literal('doctor')),
  problem: z.strictObject({
    code: z.string(),
    what: z.string(),
    why: z.optional(z.string()),
    next: z.optional(z.string()),
    at: z.optional(Place),
  }),
});

/** The one object that `doctor --json` prints. Published as `assets/doctor.schema.json`. */
export const DoctorAnswer = z.union([Look, Listed, Ended, Refused]);
