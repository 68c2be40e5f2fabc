// What guides show: buffer the body, parse it, map the messages, stringify, forward. For comparison only.
import { Agent, createServer, request } from 'node:http';

const agent = new Agent({ keepAlive: true });
const upstream = Number(process.argv[2]);

function toText(content) {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part) => (typeof part === 'string' ? part : part.type === 'text' ? part.text : ''))
    .filter((text) => text !== '')
    .join('\n');
}

const server = createServer({ requestTimeout: 0 }, (incoming, response) => {
  let body = '';
  incoming.on('data', (chunk) => {
    body += chunk;
  });
  incoming.on('end', () => {
    let data = body;
    if (incoming.method === 'POST' && incoming.url === '/v1/chat/completions') {
      try {
        const asked = JSON.parse(body);
        if (Array.isArray(asked.messages)) {
          asked.messages = asked.messages.map((message) => ({ ...message, content: toText(message.content) }));
        }
        data = JSON.stringify(asked);
      } catch {
        response.writeHead(400, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ error: { message: 'Invalid JSON' } }));
        return;
      }
    }
    const headers = { ...incoming.headers, host: `127.0.0.1:${upstream}`, 'content-length': Buffer.byteLength(data) };
    delete headers['transfer-encoding'];
    const call = request(
      { agent, host: '127.0.0.1', port: upstream, path: incoming.url, method: incoming.method, headers },
      (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
      },
    );
    call.on('error', (error) => {
      response.writeHead(502, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: error.message } }));
    });
    call.write(data);
    call.end();
  });
});
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
