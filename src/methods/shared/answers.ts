import * as z from 'zod/mini';

/** What Claude is used for. */
export const Role = z.enum(['everything', 'fallback', 'agent']);
export type Role = z.infer<typeof Role>;

/** What a person decides, whatever the method: one schema for the wizard, the flags and the answers file; never a secret. */
export const SharedAnswers = z.object({
  schema: z.literal(1),
  /** A method's id, see `methods/index.ts`. */
  method: z.string(),
  /** `everything`: default of the chosen agents; `fallback`: behind the present primary; `agent`: a new agent only. */
  role: Role,
  /** Agents whose credentials are set; empty means all. */
  agents: z.array(z.string()),
  /** Id of the agent that role `agent` makes. */
  newAgent: z.string(),
  /** `provider/model` */
  primary: z.string(),
  fallbacks: z.array(z.string()),
  /** alias → `provider/model` */
  aliases: z.record(z.string(), z.string()),
  /** What happens to everything else that names the old bridge (cron jobs, agents, hooks …): `claude` points it to Claude, `keep` leaves it. */
  cron: z.enum(['claude', 'keep']),
  /** `provider/model` for those cron jobs; empty: the model of the same family as each has now. */
  cronModel: z.string(),
  /** With role `everything`: what keeps the model it has, see `reaches`. */
  keepModel: z._default(z.array(z.string()), []),
  profileId: z.string(),
  /** Unix ms when the token ends; null when not known. Set by the sign-in or asked. */
  tokenExpires: z.nullable(z.number()),
  restartGateway: z.boolean(),
  /** Run OpenClaw's own `doctor --fix` first where a stray credential file blocks it. */
  doctorFix: z.boolean(),
  /** One real request to Claude at the end. */
  liveCheck: z.boolean(),
  /** On a switch: leave the old way set up and make its model the first fallback. */
  keepOld: z._default(z.boolean(), false),
  /** The first time: also fix what else stands in the way of Claude answering. Absent: yes. */
  fixes: z.optional(z.boolean()),
});
export type SharedAnswers = z.infer<typeof SharedAnswers>;
/** What only one method asks: its own folder knows the keys. */
type OwnAnswers = { readonly [key: string]: unknown };
export type Answers = SharedAnswers & OwnAnswers;
/** What somebody decided so far, by flag, by an answers file or on a screen. */
export type GivenAnswers = Partial<Omit<SharedAnswers, 'schema'>> & OwnAnswers;
