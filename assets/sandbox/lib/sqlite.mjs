// Writes and reads a small SQLite database without a library: one page for the schema and one leaf page per table, so
// that the sandbox's store is a real database for whoever copies it, on every Node version. Text and integers only.
// Format: https://www.sqlite.org/fileformat2.html
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';

const PAGE = 32768;

/** `tables`: name → { columns: [name…], rows: [[value…]…] }. */
export function writeDatabase(path, tables) {
  const names = Object.keys(tables);
  const schema = names.map((name, index) => [
    'table',
    name,
    name,
    index + 2,
    `CREATE TABLE ${name} (${tables[name].columns.join(', ')})`,
  ]);
  const changes = previousChanges(path) + 1;
  const pages = [leaf(schema, 100), ...names.map((name) => leaf(tables[name].rows, 0))];
  const head = pages[0];
  head.write('SQLite format 3\0', 0, 'latin1');
  head.writeUInt16BE(PAGE, 16);
  head.set([1, 1, 0, 64, 32, 32], 18);
  head.writeUInt32BE(changes, 24);
  head.writeUInt32BE(pages.length, 28);
  head.writeUInt32BE(1, 40);
  head.writeUInt32BE(4, 44);
  head.writeUInt32BE(1, 56);
  head.writeUInt32BE(18, 60);
  head.writeUInt32BE(changes, 92);
  head.writeUInt32BE(3045000, 96);
  const file = openSync(path, 'w', 0o600);
  writeSync(file, Buffer.concat(pages));
  fsyncSync(file);
  closeSync(file);
}

/** name → rows; null when the file is absent or not ours to read. */
export function readDatabase(path) {
  let bytes;
  try {
    bytes = readFileSync(path);
  } catch {
    return null;
  }
  if (bytes.length < PAGE || bytes.toString('latin1', 0, 15) !== 'SQLite format 3') return null;
  const tables = {};
  for (const [, name, , root] of rows(bytes.subarray(0, PAGE), 100)) {
    tables[name] = rows(bytes.subarray((root - 1) * PAGE, root * PAGE), 0);
  }
  return tables;
}

function previousChanges(path) {
  try {
    return readFileSync(path).readUInt32BE(24);
  } catch {
    return 0;
  }
}

function leaf(records, offset) {
  const page = Buffer.alloc(PAGE);
  let end = PAGE;
  records.forEach((record, index) => {
    const payload = encode(record);
    const cell = Buffer.concat([varint(payload.length), varint(index + 1), payload]);
    end -= cell.length;
    if (end < offset + 8 + 2 * records.length) throw new Error('The sandbox database is full.');
    cell.copy(page, end);
    page.writeUInt16BE(end, offset + 8 + 2 * index);
  });
  page[offset] = 13;
  page.writeUInt16BE(records.length, offset + 3);
  page.writeUInt16BE(end, offset + 5);
  return page;
}

function encode(record) {
  const types = [];
  const bodies = [];
  for (const value of record) {
    if (typeof value === 'number') {
      const body = Buffer.alloc(8);
      body.writeBigInt64BE(BigInt(value));
      types.push(varint(6));
      bodies.push(body);
    } else {
      const body = Buffer.from(value, 'utf8');
      types.push(varint(13 + 2 * body.length));
      bodies.push(body);
    }
  }
  const header = Buffer.concat(types);
  // One byte holds the header's own length: no record here has more than a few columns.
  return Buffer.concat([varint(header.length + 1), header, ...bodies]);
}

function rows(page, offset) {
  const count = page.readUInt16BE(offset + 3);
  return Array.from({ length: count }, (_, index) => {
    let at = page.readUInt16BE(offset + 8 + 2 * index);
    const next = () => {
      let value = 0;
      for (;;) {
        const byte = page[at++];
        value = value * 128 + (byte & 127);
        if (byte < 128) return value;
      }
    };
    next();
    next();
    const start = at;
    const headerEnd = start + next();
    const types = [];
    while (at < headerEnd) types.push(next());
    return types.map((type) => {
      if (type === 6) {
        at += 8;
        return Number(page.readBigInt64BE(at - 8));
      }
      const length = (type - 13) / 2;
      at += length;
      return page.toString('utf8', at - length, at);
    });
  });
}

function varint(value) {
  const bytes = [value & 127];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift((rest & 127) | 128);
  return Buffer.from(bytes);
}
