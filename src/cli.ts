#!/usr/bin/env node
// The entry. It has to parse on a Node that is far too old, so that such a Node can say so: no static import, no export,
// no syntax younger than ES2018. Everything else lies behind the dynamic import.

import type { FirstFrame } from '../components/first-frame.ts';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const tooOld = major < 20 || (major === 20 && minor < 12);

if (process.platform === 'win32') {
  process.stderr.write(
    'clawauth-setup runs on Linux, macOS and WSL2. Native Windows is not supported.\n' +
      'OpenClaw on Windows belongs into WSL2: run  wsl --install  once, open the Linux shell that it gives you,\n' +
      'and type  npx clawauth-setup  there.\n',
  );
  process.exitCode = 1;
} else if (tooOld) {
  process.stderr.write(
    `clawauth-setup needs Node 20.12 or newer; this is ${process.versions.node} (${process.execPath}).\n` +
      'Install a current Node from https://nodejs.org, or run  npx --package node@24 --package clawauth-setup clawauth-setup\n',
  );
  process.exitCode = 1;
} else {
  start(process.argv.slice(2));
}

function start(argv: string[]): void {
  const main = (painted: FirstFrame | null = null) =>
    import('./commands/main.ts').then((program) => program.main(argv, painted));
  if (argv[0] === 'help' || argv.some((word) => /^(-h|--help|-v|-V|--version)$/.test(word))) {
    // Bundled into this very file: an answer that needs nothing loads nothing.
    import('./commands/quick.ts').then(({ quickAnswer }) => {
      const answer = quickAnswer(argv);
      if (answer === null) main();
      else process.stdout.write(answer);
    });
    return;
  }
  const [first = 'setup'] = argv;
  // The wizard's screens take longest to load, so they start before anybody has read the command line.
  if (process.stdout.isTTY && (first === 'setup' || first.startsWith('--sandbox'))) {
    if (argv.length === 0) {
      paintFirst(main);
      return;
    }
    loadScreens();
  }
  main();
}

/** A screen reader hears the first frame from Ink alone, once. */
function paintFirst(main: (painted: FirstFrame | null) => void): void {
  Promise.all([
    import('./commands/can-draw.ts'),
    import('../components/first-frame.ts'),
    import('./system/version.ts'),
  ]).then(([{ canDraw }, { paintFirstFrame }, { version }]) => {
    const { stdin, stdout, env } = process;
    const draws = canDraw({ stdinTty: stdin.isTTY, stdoutTty: stdout.isTTY }, env) && env.INK_SCREEN_READER !== 'true';
    // Raw from here on: what is typed meanwhile waits for Ink, and nothing of it shows.
    if (draws) stdin.setRawMode(true);
    const painted = draws ? paintFirstFrame(version, stdout, env) : null;
    loadScreens();
    main(painted);
  });
}

function loadScreens(): void {
  import('../components/mount.tsx').catch(() => {});
}
