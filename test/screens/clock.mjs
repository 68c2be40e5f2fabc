// Loaded before the program (`node --import`) where pictures are taken: time stands still until the one who takes the
// pictures moves it, by writing milliseconds into the file that PICTURE_CLOCK names. Nothing else of the program differs.
import { readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const START = Date.parse('2026-11-20T19:30:00Z');
const file = process.env.PICTURE_CLOCK;
const RealDate = Date;

function passed() {
  try {
    return Number(readFileSync(file, 'utf8')) || 0;
  } catch {
    return 0;
  }
}

globalThis.Date = class PictureDate extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(START + passed());
    else super(...given);
  }
  static now() {
    return START + passed();
  }
};
const monotonic = performance.now.bind(performance);
let seen = 0;
let real = monotonic();
performance.now = () => {
  const now = passed();
  // Those who measure frames within one moment still see time go on, by less than anything that is shown.
  if (now !== seen) {
    seen = now;
    real = monotonic();
  }
  return 1000 + now + Math.min(1, (monotonic() - real) / 1e6);
};

// The usual ports of the proxy are free in the pictures, whatever runs on the machine that takes them: nothing ever
// listens on port 1.
const PROXY_PORTS = [3457, 3459];
const { connect } = net;
net.connect = (options, ...rest) =>
  connect(PROXY_PORTS.includes(options?.port) ? { ...options, port: 1 } : options, ...rest);
syncBuiltinESMExports();
