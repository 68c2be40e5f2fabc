import { KEYS } from '../support/terminal.ts';
import { type Picture, Studio } from './studio.ts';
import { filmSvg, stillSvg } from './svg.ts';

const COLUMNS = 100;
const ROWS = 36;
const DAY = 86_400_000;

/** What each picture shows, for those who do not see it. */
const ALT = {
  look: 'The first screen: what is installed here, and that the default model is a bridge',
  choose: 'The choice of how OpenClaw should use Claude',
  'sign-in': 'Signing in: the page to open, and a masked field for the code',
  models: 'The choice of models, fallbacks, aliases, agents and cron jobs',
  proxy: 'The other way: Claude Code itself answers on this machine, with what that means',
  'proxy-models': 'The proxy: what answers, and whether a service is installed',
  'proxy-review': 'The review of the proxy, with the provider that OpenClaw gets',
  review: 'The review of every change, with the difference in openclaw.json',
  apply: 'Applying: finished steps with their time, and the one that runs',
  home: 'Coming back: the way in force, whether it works, and what can be done about it',
  uninstall: 'Removing everything: what goes and what stays',
  done: 'Done: what OpenClaw uses now, what was checked, and how to undo it',
  tour: 'The whole run, from the first look to the verified set-up',
} as const;
type Name = keyof typeof ALT;

/** Walks through the real program and gives every picture as SVG, by file name without `.svg`. */
export async function takePictures(): Promise<Record<string, string>> {
  const stills: Partial<Record<Name, Picture>> = {};
  const film: { picture: Picture; ms: number }[] = [];
  const studio = await Studio.open(COLUMNS, ROWS);
  const take = async (shows: string | RegExp, ms: number, name?: Name, spins = false) => {
    const picture = cropped(await studio.still(shows, { spins }));
    film.push({ picture, ms });
    if (name !== undefined) stills[name] = picture;
  };
  try {
    studio.hold('models status', 'auth status', 'cron list', 'models auth', 'cron edit', 'infer model');
    await studio.start();
    await studio.held('models status');
    await studio.held('auth status');
    await take('Looking around', 1300, undefined, true);
    studio.later(1900);
    for (const command of ['auth status', 'models status', 'cron list']) await studio.release(command);
    await take(/continue/, 2200, 'look');
    studio.type(KEYS.enter);
    await take(/How should OpenClaw use Claude\?/, 2600, 'choose');
    studio.type(KEYS.up);
    await take(/▸ Setup token/, 1600);
    studio.type(KEYS.enter);
    await take(/▸ paste the code/, 2200);
    studio.paste('sandbox#sandbox');
    await take('send it', 1200, 'sign-in');
    studio.type(KEYS.enter);
    await take(/108 characters · until/, 1500);
    studio.type(KEYS.enter);
    await take(/What should OpenClaw use Claude for\?/, 1600);
    studio.type(KEYS.enter);
    await take(/Models and agents/, 2200, 'models');
    studio.type(KEYS.enter);
    await take(/▸ Apply/, 2600, 'review');
    studio.type(KEYS.space);
    await take(/\+ .*anthropic\/claude/, 3200);
    studio.type(KEYS.space);
    await studio.shows(/⏎ apply/);
    studio.type(KEYS.enter);
    await studio.held('models auth');
    studio.later(1400);
    await take(/1\.4 s/, 1200, undefined, true);
    await studio.release('models auth');
    await studio.held('cron edit');
    studio.later(900);
    await take(/0\.9 s/, 1400, 'apply', true);
    await studio.release('cron edit');
    await take(/Does it work\?/, 1500);
    studio.type(KEYS.enter);
    await studio.shows(/OpenClaw uses anthropic:default/);
    await studio.held('infer model');
    studio.later(2100);
    await studio.release('infer model');
    await take(/OpenClaw now answers with Claude/, 5000, 'done');
    studio.later(40 * DAY);
    await studio.start();
    stills.home = cropped(await studio.still(/OpenClaw uses/));
    for (const step of ['What you changed', 'New token', 'Change models', 'Switch', 'Undo', 'Backups', 'Uninstall']) {
      studio.type(KEYS.down);
      await studio.shows(new RegExp(`▸ ${step}`));
    }
    studio.type(KEYS.enter);
    stills.uninstall = cropped(await studio.still(/Uninstall/));
  } finally {
    await studio.close();
  }
  Object.assign(stills, await proxyStills());
  const drawn = Object.entries(stills).map(([name, picture]) => [name, stillSvg(picture, COLUMNS, ALT[name as Name])]);
  return { ...Object.fromEntries(drawn), tour: filmSvg(film, COLUMNS, ALT.tour) };
}

/** The proxy way up to its review, in a sandbox of its own. */
async function proxyStills(): Promise<Partial<Record<Name, Picture>>> {
  const stills: Partial<Record<Name, Picture>> = {};
  const studio = await Studio.open(COLUMNS, ROWS);
  try {
    await studio.start();
    await studio.still(/continue/);
    studio.type(KEYS.enter);
    await studio.still(/How should OpenClaw use Claude\?/);
    studio.type(KEYS.down);
    stills.proxy = cropped(await studio.still(/▸ Proxy/));
    studio.type(KEYS.enter);
    await studio.still(/What should OpenClaw use Claude for\?/);
    studio.type(KEYS.enter);
    stills['proxy-models'] = cropped(await studio.still(/Models and agents/));
    studio.type(KEYS.enter);
    stills['proxy-review'] = cropped(await studio.still(/▸ Apply/));
  } finally {
    await studio.close();
  }
  return stills;
}

/** Without the words of the sandbox above the wizard, and without empty rows at the end. */
function cropped(picture: Picture): Picture {
  const first = picture.findIndex((row) => row.some((span) => span.bold && span.text.includes('clawauth-setup')));
  return picture.slice(Math.max(0, first));
}
