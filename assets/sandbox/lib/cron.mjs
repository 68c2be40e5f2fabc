// `openclaw cron …` of the sandbox. Like the real one it needs the gateway.
import { fail, flag, has, print, words } from './cli.mjs';
import { reachable } from './gateway.mjs';
import { readStore, writeStore } from './state.mjs';

export async function cron(command) {
  if (!(await reachable())) return fail('gateway closed (1006): connect ECONNREFUSED');
  const store = readStore();
  if (command === 'list') {
    const jobs = store.jobs.filter((job) => job.enabled || has('--all'));
    return print(
      has('--json') ? `${JSON.stringify({ jobs }, null, 2)}\n` : `${jobs.map((job) => job.name).join('\n')}\n`,
    );
  }
  const job = store.jobs.find((one) => one.id === words()[2]);
  if (job === undefined) return fail(`Cron job not found: ${words()[2]}`);
  if (command === 'edit') {
    const model = flag('--model');
    if (model !== undefined) job.payload.model = model;
    if (has('--clear-model')) delete job.payload.model;
    job.updatedAtMs = Date.now();
    writeStore(store);
  }
  return print(`${JSON.stringify(job, null, 2)}\n`);
}
