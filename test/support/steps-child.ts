/**
 * The engine with every kind of step, in a process of its own: `steps-child.mjs apply|undo|redo|resume|put-back`, the
 * plan as JSON on stdin, the receipt as JSON on stdout. It uses the HOME and the environment that it is started with.
 * Bundled by {@link buildEngineChild}.
 */
import { readFileSync } from 'node:fs';
import { actionKinds } from '../../src/actions/index.ts';
import { openEngine } from '../../src/engine/index.ts';
import { realWorld } from '../../src/system/real-world.ts';

const what = process.argv[2];
const engine = openEngine({ world: realWorld(), kinds: actionKinds, version: '1.0.0' });

async function run() {
  if (what === 'undo') return engine.undo();
  if (what === 'redo') return engine.undo((await engine.list()).find(({ purpose }) => purpose === 'undo')?.id);
  if (what === 'resume') return engine.recover('resume');
  if (what === 'put-back') return engine.recover('undo');
  return engine.apply(JSON.parse(readFileSync(0, 'utf8')), { title: 'child' });
}

try {
  console.log(JSON.stringify(await run()));
} catch (error) {
  console.log(JSON.stringify({ thrown: String(error), code: (error as { code?: string }).code }));
}
