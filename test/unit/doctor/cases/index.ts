import type { DoctorCase } from '../../../support/doctor-home.ts';
import { bridge } from './bridge.ts';
import { config } from './config.ts';
import { cron } from './cron.ts';
import { differs } from './differs.ts';
import { env } from './env.ts';
import { files } from './files.ts';
import { gateway } from './gateway.ts';
import { healthy } from './healthy.ts';
import { log } from './log.ts';
import { login } from './login.ts';
import { models } from './models.ts';
import { profile } from './profile.ts';
import { proxy } from './proxy.ts';
import { session } from './session.ts';
import { store } from './store.ts';
import { sync } from './sync.ts';
import { token } from './token.ts';

/** Every case. */
export const cases: readonly DoctorCase[] = [
  ...[...healthy, ...bridge, ...token, ...profile, ...store, ...login, ...files],
  ...[...models, ...session, ...log, ...proxy, ...config, ...cron, ...env, ...gateway, ...sync, ...differs],
];
