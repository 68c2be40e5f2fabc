import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Keeps the connections that have not shown the key few, so that whoever opens many cannot shut out those who have it:
 * beyond `most` the oldest goes. Gives the function that a connection is told to once it has shown the key.
 */
export function limitStrangers(server: Server, most: number): (known: Socket) => void {
  const strangers = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    strangers.add(socket);
    socket.once('close', () => strangers.delete(socket));
    const [oldest] = strangers;
    if (strangers.size > most) oldest?.destroy();
  });
  return (known) => {
    strangers.delete(known);
  };
}
