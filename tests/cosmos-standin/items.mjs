// The items of one container and the rules that every write obeys.
import { randomUUID } from "node:crypto";
import { Failure } from "./failure.mjs";

const MAX_ITEM_BYTES = 2 * 1024 * 1024;
const REFUSED_IN_IDS = /[/\\?#]/;

export class Items {
  #definition;
  #newRid;
  #partitions = new Map(); // partition key as JSON -> id -> item
  #journal = null; // how to undo what a batch has done so far

  constructor(definition, newRid) {
    this.#definition = definition;
    this.#newRid = newRid;
  }

  /** The items of one logical partition that have not expired. */
  in(partition) {
    const items = this.#partitions.get(partition) ?? new Map();
    for (const item of items.values()) {
      if (this.#isExpired(item)) this.#set(partition, item.id, undefined);
    }
    return [...items.values()];
  }

  /** The keys of the logical partitions, as JSON. */
  partitions() {
    return [...this.#partitions.keys()];
  }

  read(partition, id) {
    const item = this.#partitions.get(partition)?.get(id);
    if (!item || this.#isExpired(item)) throw new Failure(404, "Resource Not Found");
    return item;
  }

  create(partition, body) {
    if (this.#find(partition, body.id)) throw new Failure(409, "An item with this id exists.");
    return this.#write(partition, body);
  }

  upsert(partition, body, ifMatch) {
    const stored = this.#find(partition, body.id);
    if (stored) requireMatch(stored, ifMatch);
    return this.#write(partition, body, stored);
  }

  replace(partition, id, body, ifMatch) {
    const stored = this.read(partition, id);
    requireMatch(stored, ifMatch);
    if (body.id !== id) throw new Failure(400, "The id of an item cannot change.");
    return this.#write(partition, body, stored);
  }

  delete(partition, id, ifMatch) {
    requireMatch(this.read(partition, id), ifMatch);
    this.#set(partition, id, undefined);
  }

  /** Makes all of it or, when something throws, nothing. */
  atomically(work) {
    this.#journal = [];
    try {
      return work();
    } catch (failure) {
      for (const undo of this.#journal.reverse()) undo();
      throw failure;
    } finally {
      this.#journal = null;
    }
  }

  #write(partition, body, stored) {
    this.#check(partition, body, stored);
    const now = Math.floor(Date.now() / 1000);
    const item = { ...body, _rid: stored?._rid ?? this.#newRid(), _self: "", _etag: `"${randomUUID()}"`, _ts: now };
    this.#set(partition, item.id, item);
    return item;
  }

  #check(partition, body, stored) {
    if (typeof body.id !== "string" || body.id === "" || body.id.length > 255 || REFUSED_IN_IDS.test(body.id)) {
      throw new Failure(400, "The id is not valid.");
    }
    if (JSON.stringify([valueAt(body, this.#definition.partitionKey.paths[0])]) !== partition) {
      throw new Failure(400, "The partition key of the item is not that of the header.", 1001);
    }
    if (Buffer.byteLength(JSON.stringify(body)) > MAX_ITEM_BYTES) throw new Failure(413, "The item is too large.");
    if ("ttl" in body && !(Number.isInteger(body.ttl) && (body.ttl === -1 || body.ttl > 0))) {
      throw new Failure(400, "The ttl is not valid.");
    }
    for (const { paths } of this.#definition.uniqueKeyPolicy?.uniqueKeys ?? []) {
      const taken = this.in(partition).some((item) => item.id !== stored?.id && sameAt(paths, item, body));
      if (taken) throw new Failure(409, "Unique index constraint violation.");
    }
  }

  #find(partition, id) {
    const item = this.#partitions.get(partition)?.get(id);
    return item && !this.#isExpired(item) ? item : undefined;
  }

  #isExpired(item) {
    const ttl = this.#definition.defaultTtl === undefined ? -1 : item.ttl ?? this.#definition.defaultTtl;
    return ttl > 0 && item._ts + ttl <= Date.now() / 1000;
  }

  #set(partition, id, item) {
    if (!this.#partitions.has(partition)) this.#partitions.set(partition, new Map());
    const items = this.#partitions.get(partition);
    const before = items.get(id);
    this.#journal?.push(() => (before ? items.set(id, before) : items.delete(id)));
    if (item) items.set(id, item);
    else items.delete(id);
  }
}

function requireMatch(stored, ifMatch) {
  if (ifMatch && ifMatch !== "*" && ifMatch !== stored._etag) throw new Failure(412, "Another version is stored.");
}

function sameAt(paths, one, other) {
  return paths.every((path) => (valueAt(one, path) ?? null) === (valueAt(other, path) ?? null));
}

/** The value at a path such as /a/b. */
export function valueAt(item, path) {
  return path.split("/").slice(1).reduce((value, name) => value?.[name], item);
}
