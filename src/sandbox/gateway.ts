import { createServer, type Server } from 'node:http';

/**
 * The stand-in for a running gateway: a listener on loopback inside our own process, so that nothing stays behind when
 * the process ends, however it ends. Port 0 takes any free one; a port that is taken leaves the gateway "down".
 */
export async function startGateway(
  wanted: number,
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.end('clawauth-setup sandbox gateway\n');
  });
  const listening = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port: wanted }, () => resolve(true));
  });
  server.unref();
  const address = server.address();
  const port = listening && address !== null && typeof address === 'object' ? address.port : wanted;
  return { port, close: () => closeServer(server) };
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
