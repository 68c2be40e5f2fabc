import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { APPLY, faultySandbox } from '../support/faulty-sandbox.ts';

/** An OpenClaw that does not come to an end, and what a person reads then. */
const { around, sandbox, run, open, files, misbehave } = faultySandbox();

/** Once it is told to `hangAfter(n)` it answers no question about models any more when n runs are done. */
function mayHang(): (runs: number) => void {
  const [folder, number] = [join(sandbox(), 'home', '.local', 'state', 'clawauth-setup', 'runs'), join(sandbox(), 'n')];
  misbehave(`{
    const { existsSync, readdirSync, readFileSync } = await import('node:fs');
    const folder = ${JSON.stringify(folder)};
    const done = (existsSync(folder) ? readdirSync(folder) : []).filter((id) => existsSync(folder + '/' + id + '/receipt.json'));
    const runs = Number(readFileSync(${JSON.stringify(number)}, 'utf8'));
    if (done.length >= runs && process.argv.includes('status')) await new Promise((r) => setTimeout(r, 600_000));
  }`);
  return (runs) => writeFileSync(number, String(runs));
}

describe('OpenClaw', () => {
  it('hangs: the second signal ends it, and everything is put back', async () => {
    await open();
    misbehave("if (process.argv.includes('paste-token')) await new Promise((r) => setTimeout(r, 600_000));");
    const before = files();
    const stopped = await run(APPLY, { killAt: /1\/\d+ Store the token/, killWith: 'SIGINT', again: true });
    expect(stopped.code, stopped.err).toBe(130);
    expect(stopped.out).toContain('Stopped, and everything was put back as it was.');
    expect(files()).toEqual(before);
  });

  it('hangs, deaf to signals: one SIGTERM ends it, and everything is put back', async () => {
    await open();
    misbehave(`if (process.argv.includes('paste-token')) {
      process.on('SIGTERM', () => {});
      await new Promise((r) => setTimeout(r, 600_000));
    }`);
    const before = files();
    const stopped = await run(APPLY, { killAt: /1\/\d+ Store the token/, killWith: 'SIGTERM' });
    // Either the grace was enough, or what stands is told: which of them is a matter of the machine's speed.
    if (stopped.code !== 130) {
      expect(stopped.code, stopped.err).toBe(143);
      expect((await run(['recover', '--undo'])).code).toBe(0);
    }
    expect(files()).toEqual(before);
  });

  it('hangs while things are put back: SIGTERM ends us all the same, and recover tells what stands', async () => {
    await open();
    const before = files();
    const stuck = around('stuck');
    writeFileSync(stuck, '');
    // Neither the second cron job can be pointed to Claude nor the first one back.
    misbehave(`{
      const { existsSync } = await import('node:fs');
      const asked = process.argv.join(' ');
      if (existsSync(${JSON.stringify(stuck)}) && /cron edit (\\S+1a03|\\S+ .*claude-max-proxy)/.test(asked)) {
        process.on('SIGTERM', () => {});
        await new Promise((r) => setTimeout(r, 600_000));
      }
    }`);
    const ended = await run([...APPLY, '--json'], { killAt: /4\/\d+ Point the cron job/, killWith: 'SIGTERM' });
    expect(ended.code, ended.err).toBe(143);
    expect(JSON.parse(ended.out)).toMatchObject({ ok: false, exitCode: 143, problem: { code: 'terminated' } });
    expect(ended.err).toContain(`Next: clawauth-setup recover --sandbox-at ${sandbox()}`);
    const told = await run(['recover']);
    expect(told.code, told.err).toBe(4);
    expect(told.out).toMatch(
      /while it was being put back\.\n {2}✔ Store the token[\s\S]+[✔✘] Point the cron job daily-brief/,
    );
    rmSync(stuck);
    const back = await run(['recover', '--undo']);
    expect(back.code, back.err).toBe(0);
    expect(files()).toEqual(before);
  });

  it('hangs in the checks: Ctrl-C ends those, and what was done stays and is told', async () => {
    await open();
    const hangAfter = mayHang();
    hangAfter(9);
    expect((await run(APPLY)).code).toBe(0);
    // No token to store: only the checks ask OpenClaw, once the run is done.
    const models = [...APPLY, '--primary', 'anthropic/claude-sonnet-5'];
    hangAfter(2);
    const waited = { killAt: /models status has not answered for 10 s/, killWith: 'SIGINT' } as const;
    const [plain, before] = [await run(models, waited), files()];
    expect(plain.code, plain.err).toBe(130);
    expect(plain.err).toContain('The checks were stopped. To run them again: clawauth-setup status --check --sandbox');
    expect(plain.out).toMatch(
      /Applied, not checked\. .*status --check --sandbox-at \S+\n {2}Undo: clawauth-setup undo /,
    );
    expect(files()).toEqual(before);
    hangAfter(9);
    expect((await run(['undo'])).code).toBe(0);

    hangAfter(4);
    const json = await run([...models, '--json'], waited);
    expect(JSON.parse(json.out)).toMatchObject({ ok: false, exitCode: 130, receipt: { outcome: 'applied' } });
    hangAfter(5);
    const gone = await run(['uninstall', '--purge', '--yes'], waited);
    expect(gone.code, gone.err).toBe(130);
    expect(gone.out).toMatch(
      /was kept: you stopped before that\.\n +Next: clawauth-setup uninstall --purge --sandbox-at /,
    );
    expect(gone.out).not.toContain('nothing of clawauth-setup is left');
    expect(gone.out).toMatch(
      /OpenClaw was not asked which model it uses now: that was stopped\.\n +Next: \S+\/bin\/openclaw/,
    );
    expect(gone.out).toContain('clawauth-setup undo');
    expect(JSON.parse((await run(['undo', '--list', '--json'])).out).runs[0].title).toBe('Uninstall');
  });

  it('hangs at every question: status names it, goes on without it, and says what to try', async () => {
    await open();
    misbehave('await new Promise((r) => setTimeout(r, 600_000));');
    const status = await run(['status', '--check']);
    expect(status.code, status.err).toBe(1);
    expect(status.err.match(/openclaw has not answered for 10 s/g)).toHaveLength(1);
    expect(status.out).toMatch(/did not answer within 40 s, and {2}openclaw --version {2}neither/);
    expect(status.out).toMatch(/ {4}\S+\/bin\/openclaw models status --agent main\n/);
    expect(status.out).toMatch(/Model +claude-max-proxy\//);
  });
});
