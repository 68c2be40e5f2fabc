import type { Facts } from '../facts/types.ts';
import { config } from './config.ts';
import { container } from './container.ts';
import { cron } from './cron.ts';
import { differs } from './differs.ts';
import { env } from './env.ts';
import { files } from './files.ts';
import { gateway } from './gateway.ts';
import { inStep } from './in-step.ts';
import { covers, judgeWith } from './judge.ts';
import { log } from './log.ts';
import { login } from './login.ts';
import { meant } from './meant.ts';
import { model } from './model.ts';
import { models } from './models.ts';
import { openclaw } from './openclaw.ts';
import { configProfiles, profile } from './profile.ts';
import { proxy } from './proxy.ts';
import { session } from './session.ts';
import { store } from './store.ts';
import { sync } from './sync.ts';
import { token } from './token.ts';
import type { Check, Found, Judgement, Limits } from './types.ts';
import { user } from './user.ts';
import { wire } from './wire.ts';

/** Every check, in the order in which findings of equal weight are told. The only list of them. */
export const checks: readonly Check[] = [
  ...user,
  ...meant,
  ...openclaw,
  ...container,
  ...gateway,
  ...config,
  ...configProfiles,
  ...store,
  ...model,
  ...models,
  ...proxy,
  ...profile,
  ...inStep,
  ...differs,
  ...token,
  ...login,
  ...env,
  ...sync,
  ...cron,
  ...session,
  ...log,
  ...files,
  ...wire,
];

const blocking = checks.filter(({ blocks }) => blocks);

/** Why nothing can be set up here before something is fixed or chosen, or null. Pure. */
export function blocker(facts: Facts): Found | null {
  return judgeWith(blocking, facts, Date.parse(facts.takenAt)).findings[0] ?? null;
}

/** What a person should know about these facts; see {@link judgeWith}. */
export function judge(facts: Facts, now: number, limits?: Limits): Judgement {
  return judgeWith(checks, facts, now, limits);
}

/** What the table of facts does not tell. */
const BESIDE_TABLE = ['user.*', 'env.*', 'sync.*', 'store.*', 'gateway.node', 'proxy.leftover'];

/** What stands in no row of the table of facts, deserves a look and stops no set-up. Pure. */
export function besideTable(facts: Facts): readonly Found[] {
  const { findings } = judge(facts, Date.parse(facts.takenAt));
  return findings.filter(({ id, blocks }) => !blocks && BESIDE_TABLE.some(covers(id)));
}
