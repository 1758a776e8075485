// Resource ids nest: the bytes of the database's, then the container's, then the item's own. The client takes them
// apart to break ties between items, so they must have the real form.

/** The id of the database with this number. */
export function databaseRid(number) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return text(bytes);
}

/** The id of a container; its highest bit tells it from a user. */
export function containerRid(database, number) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE((number | 0x80000000) >>> 0);
  return text(Buffer.concat([parse(database), bytes]));
}

/** The id of an item. */
export function itemRid(container, number) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(number));
  return text(Buffer.concat([parse(container), bytes]));
}

function text(bytes) {
  return bytes.toString("base64").replaceAll("/", "-");
}

function parse(rid) {
  return Buffer.from(rid.replaceAll("-", "/"), "base64");
}
