import { dirname, join } from 'node:path';
import { configHome } from '../system/folders.ts';
import type { World } from '../system/world.ts';
import { type Account, accountOf, ownAccount } from './accounts.ts';
import { readDotEnv } from './dot-env.ts';

/** A service definition on disk that starts an OpenClaw gateway. */
export interface GatewayUnit {
  readonly manager: 'systemd-user' | 'systemd-system' | 'launchd';
  /** `openclaw-gateway.service`, or the launchd label. */
  readonly name: string;
  readonly file: string;
  readonly text: string;
  /** Its drop-ins, in the order in which they count. */
  readonly dropIns: readonly { readonly file: string; readonly text: string }[];
}

/** One variable that a unit sets, and the line it stands in (from 1). */
export interface UnitVariable {
  readonly name: string;
  readonly value: string;
  readonly file: string;
  readonly line: number;
}

export interface UnitSettings {
  /** Program and arguments; empty where it starts none. */
  readonly argv: readonly string[];
  /** `Environment=` and `EnvironmentFile=` of the unit and its drop-ins: the last word on each name. */
  readonly variables: readonly UnitVariable[];
  readonly account: Account;
}

/** Names that releases give the gateway's unit (up to 2026.1.24 `clawdbot-…`), alone or with `-<profile>`. */
const UNIT_NAME = /^(openclaw|clawdbot|moltbot)-gateway(-.+)?\.service$/;
/** Units of ours name OpenClaw and an agent, which may be called so. */
const OURS = /^clawauth-/;
const STARTS_GATEWAY = /(openclaw|clawdbot|moltbot)[\s\S]*?\bgateway\b/;

export function userUnits(world: World): string {
  return join(configHome(world), 'systemd/user');
}

/** Every unit or launch agent that starts a gateway, whatever it is called. What cannot be read is not there. */
export async function findGatewayUnits(world: World): Promise<GatewayUnit[]> {
  if (world.platform === 'darwin') return launchAgents(world);
  if (world.platform !== 'linux') return [];
  const places = [
    { manager: 'systemd-user', folders: [userUnits(world), '/etc/systemd/user'] },
    { manager: 'systemd-system', folders: ['/etc/systemd/system', '/run/systemd/system'] },
  ] as const;
  const found: GatewayUnit[] = [];
  for (const { manager, folders } of places) {
    for (const folder of folders) {
      for (const name of await listed(world, folder)) {
        if (
          !name.endsWith('.service') ||
          OURS.test(name) ||
          found.some((one) => one.manager === manager && one.name === name)
        )
          continue;
        const file = join(folder, name);
        const text = await world.files.readText(file).catch(() => null);
        if (text === null) continue;
        const unit = { manager, name, file, text, dropIns: await dropInsOf(world, name, folders) };
        if (UNIT_NAME.test(name) || STARTS_GATEWAY.test(unitCommand(unit).join(' '))) found.push(unit);
      }
    }
  }
  return found;
}

async function launchAgents(world: World): Promise<GatewayUnit[]> {
  const found: GatewayUnit[] = [];
  for (const folder of [join(world.home, 'Library/LaunchAgents'), '/Library/LaunchDaemons']) {
    for (const entry of await listed(world, folder)) {
      const name = entry.replace(/\.plist$/, '');
      const file = join(folder, entry);
      const text = name === entry ? null : await world.files.readText(file).catch(() => null);
      if (text === null) continue;
      const unit = { manager: 'launchd' as const, name, file, text, dropIns: [] };
      const named = /^(ai\.openclaw|com\.clawdbot)\./.test(name);
      if (named || STARTS_GATEWAY.test(unitCommand(unit).join(' '))) found.push(unit);
    }
  }
  return found;
}

/** `X.service.d/*.conf` of all folders: by name, and the first folder's where two are called the same. */
async function dropInsOf(world: World, name: string, folders: readonly string[]): Promise<GatewayUnit['dropIns']> {
  const found = new Map<string, { file: string; text: string }>();
  for (const folder of folders) {
    for (const entry of await listed(world, join(folder, `${name}.d`))) {
      if (!entry.endsWith('.conf') || found.has(entry)) continue;
      const file = join(folder, `${name}.d`, entry);
      const text = await world.files.readText(file).catch(() => null);
      if (text !== null) found.set(entry, { file, text });
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, dropIn]) => dropIn);
}

/** The program and arguments that a unit or launch agent starts. */
export function unitCommand(unit: GatewayUnit): string[] {
  if (unit.manager === 'launchd') {
    const list = /<key>ProgramArguments<\/key>\s*<array>([\s\S]*?)<\/array>/.exec(unit.text)?.[1] ?? '';
    return [...list.matchAll(/<string>([\s\S]*?)<\/string>/g)].map((match) => unescapeXml(match[1] ?? ''));
  }
  return words((startLine(unit)?.value ?? '').replace(/^[-@:+!]+/, ''));
}

/** The file whose `ExecStart=` counts: a unit or one of its drop-ins. Not for launchd. */
export const startFile = (unit: GatewayUnit): string | null => startLine(unit)?.file ?? null;

/** An empty `ExecStart=` of a drop-in takes back those before it. */
function startLine({
  file,
  text,
  dropIns,
}: GatewayUnit): { readonly file: string; readonly value: string } | undefined {
  return [{ file, text }, ...dropIns]
    .flatMap((one) => settingsIn(one.text, 'ExecStart').map(({ value }) => ({ file: one.file, value })))
    .at(-1);
}

function launchdVariables({ text, file }: GatewayUnit): UnitVariable[] {
  const lineOf = (index: number) => text.slice(0, index).split('\n').length;
  const block = /<key>EnvironmentVariables<\/key>\s*<dict>([\s\S]*?)<\/dict>/.exec(text);
  const start = block ? block.index + block[0].indexOf(block[1] ?? '') : 0;
  const pairs = (block?.[1] ?? '').matchAll(/<key>([^<]*)<\/key>\s*<string>([\s\S]*?)<\/string>/g);
  return [...pairs].map(({ 1: name = '', 2: value = '', index }) => ({
    name: unescapeXml(name),
    value: unescapeXml(value),
    file,
    line: lineOf(start + index),
  }));
}

/** Everything that a unit gives its program, by the rules of systemd.exec(5): drop-ins later, files of variables last. */
export async function unitSettings(world: World, unit: GatewayUnit): Promise<UnitSettings> {
  const account = await accountOfUnit(world, unit);
  const argv = unitCommand(unit);
  if (unit.manager === 'launchd') return { argv, variables: launchdVariables(unit), account };
  const specified = (text: string) => text.replace(/%([hu%])/g, (_, letter) => specifier(letter, unit, account, world));
  let inline: UnitVariable[] = [];
  let files: string[] = [];
  const unset = new Set<string>();
  for (const { file, text } of [unit, ...unit.dropIns]) {
    for (const { name, value, line } of settingsIn(text, 'Environment', 'EnvironmentFile', 'UnsetEnvironment')) {
      if (name === 'UnsetEnvironment') for (const word of words(value)) unset.add(word.split('=')[0] as string);
      else if (name === 'Environment') inline = value === '' ? [] : [...inline, ...assignments(value, line, file)];
      else files = value === '' ? [] : [...files, value];
    }
  }
  const fromFiles: UnitVariable[] = [];
  for (const given of files) {
    const file = specified(given.replace(/^-/, '').replace(/^"(.*)"$/, '$1'));
    const text = await world.files.readText(file).catch(() => null);
    for (const one of readDotEnv(text ?? '')) fromFiles.push({ ...one, file });
  }
  const session = unit.manager === 'systemd-user' ? await sessionVariables(world) : [];
  const said = inline.map((variable) => ({ ...variable, value: specified(variable.value) }));
  const last = new Map([...session, ...said, ...fromFiles].map((variable) => [variable.name, variable]));
  return { argv: argv.map(specified), variables: [...last.values()].filter(({ name }) => !unset.has(name)), account };
}

/** What environment.d(5) gives to all units of a user; `${NAME}` is taken for `$HOME` alone. */
async function sessionVariables(world: World): Promise<UnitVariable[]> {
  const folder = join(configHome(world), 'environment.d');
  const found: UnitVariable[] = [];
  for (const entry of await listed(world, folder)) {
    if (!entry.endsWith('.conf')) continue;
    const file = join(folder, entry);
    const text = await world.files.readText(file).catch(() => null);
    for (const one of readDotEnv(text ?? '')) {
      found.push({ ...one, value: one.value.replace(/\$HOME\b|\$\{HOME\}/g, world.home), file });
    }
  }
  return found;
}

async function accountOfUnit(world: World, unit: GatewayUnit): Promise<Account> {
  if (unit.manager === 'systemd-user') return ownAccount(world);
  if (unit.manager === 'launchd') {
    const user = /<key>UserName<\/key>\s*<string>([^<]*)<\/string>/.exec(unit.text)?.[1];
    if (user !== undefined) return accountOf(world, user);
    return unit.file.startsWith('/Library/LaunchDaemons/') ? accountOf(world, 'root') : ownAccount(world);
  }
  const texts = [unit.text, ...unit.dropIns.map(({ text }) => text)];
  const user = texts.flatMap((text) => settingsIn(text, 'User')).at(-1)?.value;
  return accountOf(world, user === undefined || user === '' ? 'root' : user);
}

/** `%h` and `%u` are those of whoever runs the manager: root for units of the machine, also with `User=`. */
function specifier(letter: string, unit: GatewayUnit, account: Account, world: World): string {
  if (letter === '%') return '%';
  const root = unit.manager === 'systemd-system';
  if (letter === 'h') return root ? '/root' : world.home;
  return root ? 'root' : account.name;
}

/** `Name=value` lines of a unit file, continued lines joined; the line is the one that the setting begins in. */
function settingsIn(text: string, ...names: readonly string[]): { name: string; value: string; line: number }[] {
  const found: { name: string; value: string; line: number }[] = [];
  const rows = text.split(/\r?\n/);
  for (let index = 0; index < rows.length; index++) {
    const line = index + 1;
    let row = rows[index] as string;
    if (/^\s*[#;]/.test(row)) continue;
    while (row.endsWith('\\') && index + 1 < rows.length) row = `${row.slice(0, -1)} ${rows[++index] as string}`;
    const match = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(row);
    if (match && names.includes(match[1] as string))
      found.push({ name: match[1] as string, value: match[2] ?? '', line });
  }
  return found;
}

function assignments(text: string, line: number, file: string): UnitVariable[] {
  return words(text).flatMap((word) => {
    const [, name, value = ''] = /^(\w+)=([\s\S]*)$/.exec(word) ?? [];
    return name === undefined ? [] : [{ name, value, file, line }];
  });
}

/** Words as systemd splits them: quotes may stand around a word or inside it. */
function words(line: string): string[] {
  return [...line.matchAll(/(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"'])+/g)].map(([word]) =>
    word.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g, (_, double?: string, single?: string) =>
      double === undefined ? (single ?? '') : double.replace(/\\(.)/g, '$1'),
    ),
  );
}

async function listed(world: World, folder: string): Promise<readonly string[]> {
  return (await world.files.list(folder).catch(() => null)) ?? [];
}

/** Whether a unit starts by itself: a link in a `.wants` folder leads to it. Launch agents do. */
export async function isEnabled(world: World, unit: GatewayUnit): Promise<boolean> {
  if (unit.manager === 'launchd') return true;
  return isWanted(world, dirname(unit.file), unit.name);
}

/** Whether a link in a `.wants` folder of systemd's `folder` leads to a unit. */
export async function isWanted(world: World, folder: string, name: string): Promise<boolean> {
  for (const target of (await listed(world, folder)).filter((one) => one.endsWith('.wants'))) {
    if ((await listed(world, join(folder, target))).includes(name)) return true;
  }
  return false;
}

function unescapeXml(value: string): string {
  return value
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}
