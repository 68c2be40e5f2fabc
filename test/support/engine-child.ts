/**
 * A process of its own that applies or undoes edits in a home and, when told, dies by SIGKILL at the n-th changing
 * call. `engine-child.mjs HOME apply|undo|hold|recover [N]`: `hold` applies a step that waits for `HOME/go`. Bundled by
 * {@link buildEngineChild}.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openEngine } from '../../src/engine/index.ts';
import { realWorld } from '../../src/system/real-world.ts';
import { editAction, editKinds } from './edit-kind.ts';

const [home = '', what, dieAt] = process.argv.slice(2);
const env = { HOME: home, PATH: process.env.PATH };
let count = 0;
const engine = openEngine({
  world: realWorld({ home, env, cwd: home }),
  kinds: editKinds,
  version: '1.0.0',
  around: async (call, go) => {
    count += 1;
    if (dieAt !== undefined && count === Number(dieAt)) {
      await call.torn?.();
      process.kill(process.pid, 'SIGKILL');
      await new Promise(() => setInterval(() => {}, 1000));
    }
    return go();
  },
});
try {
  if (what === 'undo') await engine.undo();
  else if (what === 'recover') await engine.recover('undo');
  else {
    const edits =
      what === 'hold'
        ? [{ op: 'shell' as const, script: `touch started; while [ ! -e go ]; do sleep 0.05; done` }]
        : JSON.parse(readFileSync(join(home, 'edits.json'), 'utf8'));
    await engine.apply({ schema: 1, actions: [editAction('1', edits)], madeFrom: {} }, { title: 'child' });
  }
  console.log(JSON.stringify({ ok: true, calls: count }));
} catch (error) {
  console.log(JSON.stringify({ ok: false, code: (error as { code?: string }).code, what: String(error) }));
}
