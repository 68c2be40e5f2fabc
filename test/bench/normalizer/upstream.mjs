// The stand-in behind every contestant: takes a body, answers at once, as JSON or as a stream like claude-max-api-proxy's.
// It writes prepared bytes to the socket, so that what is measured is the program in front of it.
import { createServer } from 'node:net';

const chunk = (delta, finish = null) =>
  `data: ${JSON.stringify({ id: 'chatcmpl-x', object: 'chat.completion.chunk', created: 1, model: 'claude-opus-4', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const events = [
  ':ok\n\n',
  chunk({ role: 'assistant', content: 'Hello there.' }),
  chunk({}, 'stop'),
  'data: [DONE]\n\n',
];
const stream = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n${events
    .map((event) => `${Buffer.byteLength(event).toString(16)}\r\n${event}\r\n`)
    .join('')}0\r\n\r\n`,
);
const json = JSON.stringify({
  id: 'chatcmpl-x',
  object: 'chat.completion',
  created: 1,
  model: 'claude-opus-4',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello there.' }, finish_reason: 'stop' }],
});
const whole = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${json.length}\r\n\r\n${json}`,
);

const server = createServer({ noDelay: true }, (socket) => {
  let head = '';
  let left = -1;
  let streamed = false;
  socket.on('error', () => {});
  socket.on('data', (bytes) => {
    if (left === -1) {
      head += bytes.toString('latin1', 0, Math.min(bytes.length, 8192));
      const end = head.indexOf('\r\n\r\n');
      if (end === -1) return;
      const length = Number(/content-length: *(\d+)/i.exec(head)[1]);
      left = length - (bytes.length - (end + 4));
      streamed = false;
    } else left -= bytes.length;
    // Ours names the stream first in the body; the guide's and the bare one pass the client's order on.
    if (head.includes('"stream":true')) streamed = true;
    if (left > 0) {
      if (head.length < 600) head += bytes.toString('latin1', 0, 400);
      return;
    }
    head = '';
    left = -1;
    socket.write(streamed ? stream : whole);
  });
});
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
