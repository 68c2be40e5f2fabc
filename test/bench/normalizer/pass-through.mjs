// The bare minimum: pipes the request to the upstream and the answer back. Nothing is read.
import { Agent, createServer, request } from 'node:http';

const agent = new Agent({ keepAlive: true });
const upstream = Number(process.argv[2]);
const server = createServer({ requestTimeout: 0 }, (incoming, response) => {
  const call = request(
    {
      agent,
      host: '127.0.0.1',
      port: upstream,
      path: incoming.url,
      method: incoming.method,
      headers: incoming.headers,
    },
    (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    },
  );
  call.on('error', () => response.destroy());
  incoming.pipe(call);
});
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
