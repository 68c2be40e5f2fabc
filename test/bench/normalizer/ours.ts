// The normalizer as it is, in front of the same upstream. The argument limit of the real claude-max-api-proxy is the
// only thing lifted: the guide's normalizer does not know it either.
import { openSync, writeSync } from 'node:fs';
import { claudeMaxApiUpstream } from '../../../src/normalizer/claude-max-api.ts';
import { DEFAULT_LIMITS } from '../../../src/normalizer/limits.ts';
import { makeLog } from '../../../src/normalizer/log.ts';
import { makeService } from '../../../src/normalizer/server.ts';
import { DEFAULT_MODELS } from '../../../src/normalizer/upstream.ts';

const sink = openSync('/dev/null', 'w');
const upstream = claudeMaxApiUpstream({
  port: Number(process.argv[2]),
  models: DEFAULT_MODELS,
  statusCommand: 'true',
  signInCommand: 'true',
});
const { server } = makeService({
  upstream: { ...upstream, accept() {} },
  key: 'bench-key-bench-key-bench-key',
  version: '0',
  limits: { ...DEFAULT_LIMITS, runs: 64, waiting: 1000 },
  log: makeLog('info', true, (line) => writeSync(sink, line)),
});
process.on('SIGINT', () => process.exit(0));
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as { port: number }).port }));
