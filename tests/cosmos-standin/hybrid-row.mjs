// The wire form of a batch: HybridRow records in RecordIO segments. The client's schemas are in its source under
// Microsoft.Azure.Cosmos/src/Batch/HybridRowBatchSchemas.json (operations 2145473648, results 2145473649).
import { crc32 } from "node:zlib";

const KINDS = { 0: "create", 2: "read", 4: "delete", 5: "replace", 20: "upsert" };
const SEGMENT = Buffer.from("81f0d8ff7f010a000000", "hex");
const RECORD = Buffer.from("81f1d8ff7f", "hex");
const RESULT = Buffer.from("817154e17f", "hex");
const RECORD_HEADER_BYTES = RECORD.length + 8; // its header, then the length and the checksum of the row
const ROW_HEADER_BYTES = 5;
const FIXED_BYTES = 8; // the operation and the resource type, or the status and the substatus

// The fields after the fixed ones that a bit of the mask announces, then those that a token announces.
const OPERATION_FIELDS = ["partitionKey", "effectivePartitionKey", "id", "binaryId", "body"];
const IF_MATCH = 9;
const TYPE = { int32: 7, utf8: 20, false: 2, true: 3 };

/** Reads the operations that the client sends. */
export function readOperations(bytes) {
  const operations = [];
  let at = SEGMENT.length;
  while (at < bytes.length) {
    const length = bytes.readInt32LE(at + RECORD.length);
    const row = bytes.subarray(at + RECORD_HEADER_BYTES, at + RECORD_HEADER_BYTES + length);
    operations.push(readOperation(new Reader(row, ROW_HEADER_BYTES)));
    at += RECORD_HEADER_BYTES + length;
  }
  return operations;
}

function readOperation(row) {
  const mask = row.byte();
  const kind = KINDS[row.int32()];
  row.int32();
  const fields = {};
  OPERATION_FIELDS.forEach((name, i) => {
    if (mask & (4 << i)) fields[name] = row.text();
  });
  while (!row.ended()) {
    const type = row.byte();
    const token = row.varint();
    const value = row.value(type);
    if (token === IF_MATCH) fields.ifMatch = value;
  }
  return { kind, id: fields.id, ifMatch: fields.ifMatch, body: fields.body && JSON.parse(fields.body) };
}

class Reader {
  constructor(bytes, at) {
    this.bytes = bytes;
    this.at = at;
  }

  ended() {
    return this.at >= this.bytes.length;
  }

  byte() {
    return this.bytes[this.at++];
  }

  int32() {
    this.at += 4;
    return this.bytes.readInt32LE(this.at - 4);
  }

  varint() {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  text() {
    const length = this.varint();
    this.at += length;
    return this.bytes.toString("utf8", this.at - length, this.at);
  }

  value(type) {
    if (type === TYPE.utf8) return this.text();
    if (type === TYPE.int32) return this.int32();
    if (type === TYPE.true || type === TYPE.false) return type === TYPE.true;
    throw new Error(`HybridRow type ${type} is not known here.`);
  }
}

/** Writes the results that the client reads. */
export function writeResults(results) {
  return Buffer.concat([SEGMENT, ...results.flatMap(writeResult)]);
}

function writeResult({ status, substatus = 0, item, answersItem }) {
  const fixed = Buffer.alloc(FIXED_BYTES);
  fixed.writeInt32LE(status, 0);
  fixed.writeInt32LE(substatus, 4);
  const etag = item ? text(item._etag) : [];
  const body = answersItem ? text(JSON.stringify(item)) : [];
  const mask = 3 | (etag.length ? 4 : 0) | (body.length ? 8 : 0);
  const row = Buffer.concat([RESULT, Buffer.from([mask]), fixed, ...etag, ...body]);
  const header = Buffer.alloc(RECORD_HEADER_BYTES);
  RECORD.copy(header);
  header.writeInt32LE(row.length, RECORD.length);
  header.writeUInt32LE(crc32(row), RECORD.length + 4);
  return [header, row];
}

function text(value) {
  const bytes = Buffer.from(value);
  return [varint(bytes.length), bytes];
}

function varint(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return Buffer.from([...bytes, value]);
}
