import { spawn } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { WAIT_MS } from './processes.ts';

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface PackedOptions {
  /** All of its standard input. */
  readonly input?: string;
  readonly home: string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Sends a signal (SIGKILL unless told) as soon as standard error holds this. */
  readonly killAt?: RegExp;
  readonly killWith?: NodeJS.Signals;
  /** Sends it once more after a moment, as somebody does who is not patient. */
  readonly again?: boolean;
  /** Told all of standard error each time more of it comes. */
  readonly onErr?: (text: string) => void;
}

/** Runs the packed program without a terminal. One that says nothing for three minutes is killed. */
export function runPacked(
  node: string,
  cli: string,
  args: readonly string[],
  options: PackedOptions,
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(node, [cli, ...args], {
      cwd: options.cwd ?? options.home,
      env: { PATH: '/usr/bin:/bin', HOME: options.home, CI: 'true', LANG: 'C.UTF-8', ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    let killed = false;
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${args.join(' ')} said nothing for ${WAIT_MS / 1000} s:\n${out}\n${err}`));
    }, WAIT_MS);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      late.refresh();
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      late.refresh();
      err += text;
      options.onErr?.(err);
      if (options.killAt?.test(err) && !killed) {
        killed = true;
        child.kill(options.killWith ?? 'SIGKILL');
        if (options.again) setTimeout(() => child.kill(options.killWith ?? 'SIGKILL'), 1000);
      }
    });
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(late);
      resolve({ code, signal, out, err });
    });
  });
}

/**
 * Every path below `root` with what identifies its state: kind, mode, and content or link target. What `skip` matches is
 * not even looked at: a program that is still running may take its files away under our eyes.
 */
export function snapshot(root: string, skip?: RegExp): Record<string, string> {
  const found: Record<string, string> = {};
  const visit = (path: string, name: string) => {
    if (skip?.test(name)) return;
    const stat = lstatSync(path);
    const mode = (stat.mode & 0o7777).toString(8);
    if (stat.isSymbolicLink()) found[name] = `link ${readlinkSync(path)}`;
    else if (stat.isDirectory()) {
      found[name] = `directory ${mode}`;
      for (const entry of readdirSync(path).sort()) visit(join(path, entry), `${name}/${entry}`);
    } else if (stat.isFile()) found[name] = `file ${mode} ${readFileSync(path, 'latin1')}`;
    else found[name] = 'other';
  };
  visit(root, '.');
  return found;
}

/** The files below `root` that hold `text`, however they are encoded (UTF-8 or UTF-16). */
export function filesWith(root: string, text: string): string[] {
  const wanted = [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')];
  const hits: string[] = [];
  const visit = (path: string) => {
    const stat = lstatSync(path);
    if (stat.isDirectory()) for (const entry of readdirSync(path)) visit(join(path, entry));
    else if (stat.isFile()) {
      const bytes = readFileSync(path);
      if (wanted.some((one) => bytes.includes(one))) hits.push(path);
    }
  };
  visit(root);
  return hits;
}
