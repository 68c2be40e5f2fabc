import { render } from 'ink-testing-library';
import { afterEach, describe, expect, it } from 'vitest';
import { App } from '../../components/app.tsx';
import { createWizard, type Wizard } from '../../components/driver.ts';
import type { Services } from '../../components/services.ts';
import { cannedFacts, emptyMachine } from '../support/canned-facts.ts';
import { cannedHome } from '../support/canned-home.ts';
import { type CannedOptions, cannedServices, FAKE_TOKEN } from '../support/canned-services.ts';
import { SCREENS } from '../support/screens.ts';
import { still } from '../support/still.ts';
import { KEYS, type Mounted, mount } from '../support/terminal.ts';

const open: Mounted[] = [];
afterEach(() => {
  for (const screen of open.splice(0)) screen.unmount();
});

interface Started {
  readonly screen: Mounted;
  readonly wizard: Wizard;
  readonly copied: string[];
}

function start(options: CannedOptions & { columns?: number; rows?: number; colour?: boolean } = {}): Started {
  const copied: string[] = [];
  const services: Services = { ...cannedServices(options), copy: (text) => void copied.push(text) };
  const wizard = createWizard({ version: '1.0.0', services: async () => services });
  const app = (
    <App wizard={wizard} unicode colour={options.colour ?? false} reader={false} now={() => performance.now()} />
  );
  const screen = mount(app, { columns: options.columns ?? 80, rows: options.rows ?? 24 });
  open.push(screen);
  return { screen, wizard, copied };
}

async function toSignIn(options: Parameters<typeof start>[0] = {}): Promise<Started> {
  const started = start(options);
  await started.screen.waitForText('continue');
  await started.screen.type(KEYS.enter);
  await started.screen.waitForText('How should OpenClaw use Claude?');
  await started.screen.type(KEYS.enter);
  return started;
}

describe('the app', () => {
  it('draws the first frame before any service is there', async () => {
    let asked = 0;
    const wizard = createWizard({
      version: '1.0.0',
      services: () => {
        asked += 1;
        return new Promise(() => {});
      },
    });
    const screen = mount(<App wizard={wizard} unicode colour={false} reader={false} now={() => 0} />);
    open.push(screen);
    await screen.waitForText('Looking around');
    expect(screen.screen()).toContain('nothing is changed');
    expect(asked).toBe(1);
  });

  it('goes from the first frame to the end of the report', async () => {
    const { screen, wizard } = await toSignIn();
    await screen.waitForText('paste the code');
    await screen.paste('CODE abc\ndefghijklmnop#STATE');
    await screen.waitForText('26 characters');
    expect(screen.screen()).not.toContain('STATE');
    await screen.type(KEYS.enter);
    await screen.waitForText('You have a token');
    await screen.type(KEYS.enter);
    await screen.waitForText('What should OpenClaw use Claude for?');
    await screen.type(KEYS.enter);
    await screen.waitForText('Models and agents');
    await screen.type(KEYS.enter);
    await screen.waitForText('4 steps will change 2 files.');
    await screen.type(KEYS.enter);
    await screen.waitForText('Does it work?');
    await screen.type(KEYS.enter);
    await screen.waitForText('OpenClaw now answers with Claude Opus 5.');
    await screen.type(KEYS.enter);
    expect(await wizard.left).toBe(0);
    await screen.exited;
    const report = screen.everything();
    for (const line of ['✔ Setup token', '✔ Restart the gateway', '✔ A real answer', 'To undo: clawauth-setup undo']) {
      expect(report.split(line)).toHaveLength(2);
    }
    expect(report).not.toContain(FAKE_TOKEN.slice(0, 30));
    expect(screen.tallest().overflowed).toBe(false);
  });

  it('takes single letters for keys only while the field is empty', async () => {
    const { screen, copied } = await toSignIn();
    await screen.waitForText('paste the code');
    await screen.type('c');
    await screen.waitForText('Address copied');
    expect(copied).toHaveLength(1);
    await screen.type('xyz');
    await screen.type('c');
    await screen.waitForText('4 characters');
    expect(copied).toHaveLength(1);
    await screen.type(KEYS.backspace);
    await screen.waitForText('3 characters');
  });

  it('shows what Claude Code says about a code, and takes another', async () => {
    const { screen } = await toSignIn();
    await screen.waitForText('paste the code');
    await screen.paste('without-the-middle');
    await screen.type(KEYS.enter);
    await screen.waitForText('look like the full code');
    await screen.waitForText('▸ paste the code');
  });

  it('says what was pasted, as it is pasted, and takes a wrapped token', async () => {
    const { screen } = await toSignIn({ signInFails: true });
    await screen.waitForText('Claude Code is not on this machine.');
    await screen.paste('sk-ant-api03-FAKEFAKEFAKE');
    await screen.waitForText('This is an API key, not a setup token.');
    await screen.type('\u0015');
    await screen.waitForText('Line breaks and spaces');
    await screen.paste(FAKE_TOKEN);
    await screen.waitForText('108 characters');
    await screen.waitForText('A setup token: sk-ant-oat01-…');
    await screen.type(KEYS.enter);
    await screen.waitForText('You have a token');
    expect(screen.everything()).not.toContain(FAKE_TOKEN.slice(0, 30));
  });

  it('edits a field as a shell does, and types no letter for a key', async () => {
    const { screen } = await toSignIn();
    await screen.waitForText('paste the code');
    await screen.type('abc#def');
    await screen.waitForText('7 characters');
    for (const key of [
      '\u0001',
      '\u0005',
      '\u001b[D',
      '\u001b[C',
      '\u001b[H',
      '\u001b[F',
      '\u0006',
      '\u0002',
      '\u001bx',
    ]) {
      await screen.type(key);
    }
    await screen.type('\u0001');
    await screen.waitForText('▸ _•••••••  7 characters');
    await screen.type('\u001b[3~');
    await screen.waitForText('▸ _••••••  6 characters');
    await screen.type('\u0005');
    await screen.type('\u0017');
    await screen.waitForText('▸ paste the code');
  });

  it('counts both where text and Enter come together', async () => {
    const { screen } = await toSignIn();
    await screen.waitForText('paste the code');
    await screen.type('CODE#STATE\r');
    await screen.waitForText('You have a token');
  });

  it('keeps keys and text apart that come in one go', async () => {
    const { screen } = await toSignIn();
    await screen.waitForText('paste the code');
    await screen.type('wrong\u0015CODE#STAT\u007fTE');
    await screen.waitForText('▸ •••••••••• ');
    await screen.waitForText('10 characters');
  });

  it('takes a token that comes together with Enter once it is read', async () => {
    const { screen } = await toSignIn({ signInFails: true });
    await screen.waitForText('Claude Code is not on this machine.');
    await screen.type(`${FAKE_TOKEN}\r`);
    await screen.waitForText('You have a token');
  });

  it('finds the code in an address, and forgets what Claude Code said of the one before', async () => {
    const { screen } = await toSignIn();
    await screen.waitForText('paste the code');
    await screen.paste('without-the-middle');
    await screen.waitForText('This one');
    await screen.type(KEYS.enter);
    await screen.waitForText('look like the full code');
    await screen.paste('https://platform.claude.com/oauth/code/callback?code=CODE&state=STATE');
    await screen.waitForText('✔ The code in this address');
    expect(screen.screen()).not.toContain('look like the full code');
    await screen.type(KEYS.enter);
    await screen.waitForText('You have a token');
  });

  it('uses a setup token that is pasted into the code field, and no API key', async () => {
    const { screen } = await toSignIn();
    await screen.waitForText('paste the code');
    await screen.paste(`sk-ant-api03-${'FAKE'.repeat(24)}`);
    await screen.waitForText('This is an API key');
    expect(screen.screen()).not.toContain('send it');
    await screen.type('\u0015');
    await screen.paste(FAKE_TOKEN);
    await screen.waitForText('A setup token: sk-ant-oat01-…');
    await screen.waitForText('use it');
    await screen.type(KEYS.enter);
    await screen.waitForText('You have a token');
    expect(screen.everything()).not.toContain(FAKE_TOKEN.slice(0, 30));
  });

  it('sends a code that is pasted into the token field', async () => {
    const { screen } = await toSignIn();
    await screen.waitForText('paste the code');
    await screen.type('t');
    await screen.waitForText('Paste a token you have');
    await screen.paste('CODE#STATE');
    await screen.waitForText('Claude Code takes it');
    await screen.type(KEYS.enter);
    await screen.waitForText('You have a token');
  });

  it('goes back with Esc and keeps the answers', async () => {
    const { screen } = await toSignIn();
    await screen.waitForText('paste the code');
    await screen.paste('CODE#STATE');
    await screen.type(KEYS.enter);
    await screen.waitForText('You have a token');
    await screen.type(KEYS.enter);
    await screen.waitForText('What should OpenClaw use Claude for?');
    await screen.type(KEYS.down);
    await screen.waitForText('▸ Fallback only');
    await screen.type(KEYS.enter);
    await screen.waitForText('Models and agents');
    await screen.type(KEYS.escape);
    await screen.waitForText('▸ Fallback only');
    await screen.type(KEYS.escape);
    await screen.waitForText('You have a token');
  });

  it('can be resized at any time, down to 40x12 and up again', async () => {
    const { screen } = start();
    await screen.waitForText('continue');
    for (const [columns, rows] of [
      [40, 12],
      [120, 40],
      [60, 15],
      [80, 24],
    ] as const) {
      await screen.resize(columns, rows);
      await screen.waitForText('continue');
      expect(screen.screen().split('\n').length).toBeLessThanOrEqual(rows - 1);
    }
    expect(screen.tallest().overflowed).toBe(false);
  });

  it('leaves with Ctrl-C and says that nothing was changed', async () => {
    const { screen, wizard } = start();
    await screen.waitForText('continue');
    await screen.type(KEYS.interrupt);
    expect(await wizard.left).toBe(130);
    await screen.exited;
    expect(screen.everything()).toContain('Nothing was changed.');
  });

  it('opens on the overview, undoes, and is back on the overview', async () => {
    const { screen } = start({ home: cannedHome });
    await screen.waitForText('364 days left');
    await screen.waitForText('not pausing');
    for (let n = 0; n < 5; n += 1) await screen.type(KEYS.down);
    await screen.waitForText('▸ Undo the last change');
    await screen.type(KEYS.enter);
    await screen.waitForText('Undo: Setup token for all agents');
    await screen.type(KEYS.enter);
    await screen.waitForText('Everything is as it was before.');
    await screen.type(KEYS.down);
    await screen.type(KEYS.enter);
    await screen.waitForText('364 days left');
    expect(screen.tallest().overflowed).toBe(false);
  });

  it('uninstalls once its name was typed, letter by letter', async () => {
    const { screen, wizard } = start({ home: cannedHome });
    await screen.waitForText('not pausing');
    for (let n = 0; n < 7; n += 1) await screen.type(KEYS.down);
    await screen.waitForText('▸ Uninstall');
    await screen.type(KEYS.enter);
    await screen.waitForText('Only you can do');
    await screen.type(KEYS.enter);
    await screen.waitForText('Type uninstall');
    await screen.type('q');
    await screen.waitForText('▸ q_');
    await screen.type(KEYS.enter);
    await screen.waitForText('Type uninstall, or Esc');
    await screen.type(KEYS.backspace);
    for (const letter of 'uninstall') await screen.type(letter);
    await screen.waitForText('▸ uninstall_');
    await screen.type(KEYS.enter);
    await screen.waitForText('Everything we added is gone.');
    await screen.type(KEYS.enter);
    expect(await wizard.left).toBe(0);
    expect(screen.everything()).toContain('https://claude.ai/settings/claude-code');
  });

  it('offers a sandbox where there is no OpenClaw, and says so from then on', async () => {
    const { screen } = start({ facts: emptyMachine() });
    await screen.waitForText('Try it in a sandbox');
    await screen.type(KEYS.enter);
    await screen.waitForText('nothing real is touched');
    await screen.waitForText('continue');
    await screen.type(KEYS.enter);
    await screen.waitForText('nothing real is touched');
  });

  it('scrolls a diff to its end and no further', async () => {
    const state = SCREENS['review-diff']?.();
    if (state === undefined) throw new Error('no screen');
    const { screen } = await toSignIn({ rows: 12, columns: 60 });
    // The window is too small for what this way means: that is shown before the way is taken.
    await screen.waitForText('Rules: Setup token');
    expect(screen.screen()).toContain('You will create a one-year token');
    await screen.type(KEYS.escape);
    await screen.waitForText('How should OpenClaw use Claude?');
    await screen.type(KEYS.enter);
    await screen.waitForText('paste the code');
    await screen.paste('CODE#STATE');
    await screen.type(KEYS.enter);
    await screen.waitForText('You have a token');
    for (const next of ['What should OpenClaw', 'Models and agents', '4 steps will change']) {
      await screen.type(KEYS.enter);
      await screen.waitForText(next);
    }
    await screen.waitForText('▸ Apply');
    await screen.type(KEYS.space);
    await screen.waitForText('↓');
    for (let n = 0; n < 8; n += 1) await screen.type(KEYS.pageDown);
    await screen.waitForText(/↑ \d+ more$/m);
    expect(screen.screen()).not.toMatch(/↓ \d/);
    const end = screen.screen();
    await screen.type(KEYS.up);
    expect(screen.screen()).not.toBe(end);
  });

  it('uses colour where it says something, and none with NO_COLOR', async () => {
    const state = SCREENS.look?.();
    if (state === undefined) throw new Error('no screen');
    const app = (colour: boolean) => <App wizard={still(state)} unicode colour={colour} reader={false} now={() => 0} />;
    const plain = render(app(false));
    expect(plain.lastFrame()).toContain('✔ OpenClaw');
    expect(plain.lastFrame()).not.toMatch(/\u001b\[3\dm/);
    plain.unmount();
  });

  it('shows the same to ink-testing-library', () => {
    const state = SCREENS.choose?.();
    if (state === undefined) throw new Error('no screen');
    const drawn = render(<App wizard={still(state)} unicode colour={false} reader={false} now={() => 0} />);
    expect(drawn.lastFrame()).toContain('▸ Setup token');
    expect(drawn.lastFrame()).toContain('esc back');
    drawn.unmount();
  });
});

describe('a service that breaks its promise', () => {
  it('is told, and the wizard can be left', async () => {
    const services: Services = {
      ...cannedServices({ facts: cannedFacts() }),
      gatherFacts: async () => {
        throw new Error('the disk is gone');
      },
    };
    const wizard = createWizard({ version: '1.0.0', services: async () => services });
    const screen = mount(<App wizard={wizard} unicode colour={false} reader={false} now={() => 0} />);
    open.push(screen);
    await screen.waitForText('the disk is gone');
    await screen.type('q');
    expect(await wizard.left).toBe(0);
  });
});
