import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes a module into `folder` and gives the `NODE_OPTIONS` that make a program of Node reach nothing but loopback. */
export function loopbackOnly(folder: string): { readonly NODE_OPTIONS: string } {
  const file = join(folder, 'loopback-only.cjs');
  writeFileSync(
    file,
    `const { Socket } = require('node:net');
const connect = Socket.prototype.connect;
Socket.prototype.connect = function (...args) {
  const [to] = Array.isArray(args[0]) ? args[0] : args;
  if (to?.path === undefined && !/^(127\\.|localhost$|::1$)/.test(to?.host ?? 'localhost')) {
    process.nextTick(() => this.destroy(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })));
    return this;
  }
  return connect.apply(this, args);
};
`,
  );
  return { NODE_OPTIONS: `--require ${file}` };
}
