import { connect } from 'node:net';
import type { Network } from './world.ts';

export const realNetwork: Network = {
  listening: (host, port, timeoutMs) =>
    new Promise((resolve) => {
      const socket = connect({ host, port });
      const answer = (open: boolean) => {
        socket.destroy();
        resolve(open);
      };
      socket.setTimeout(timeoutMs, () => answer(false));
      socket.once('connect', () => answer(true));
      socket.once('error', () => answer(false));
    }),
};
