// The account: its databases, their containers, and the containers' physical partitions.
import { createHash } from "node:crypto";
import { Failure } from "./failure.mjs";
import { Items } from "./items.mjs";
import { containerRid, databaseRid, itemRid } from "./rids.mjs";

const RU_PER_PHYSICAL_PARTITION = 10_000;

export class Account {
  #databases = new Map();

  database(id) {
    return find(this.#databases, id);
  }

  createDatabase({ id }) {
    if (this.#databases.has(id)) throw new Failure(409, "The database exists.");
    const database = new Database(id, databaseRid(this.#databases.size + 1));
    this.#databases.set(id, database);
    return database;
  }

  /** What the client reads first: where the regions are and what the account can do. */
  describe(address) {
    const region = [{ name: "Stand-in", databaseAccountEndpoint: address }];
    return {
      id: "standin", _rid: "standin", writableLocations: region, readableLocations: region,
      userReplicationPolicy: { minReplicaSetSize: 1, maxReplicasetSize: 4 },
      userConsistencyPolicy: { defaultConsistencyLevel: "Strong" },
      queryEngineConfiguration: JSON.stringify({ clientDisableOptimisticDirectExecution: false }),
    };
  }
}

class Database {
  #containers = new Map();

  constructor(id, rid) {
    this.resource = { id, _rid: rid, _self: `dbs/${rid}/`, _etag: '"1"', _ts: 0 };
  }

  container(id) {
    return find(this.#containers, id);
  }

  createContainer(definition, throughput) {
    if (this.#containers.has(definition.id)) throw new Failure(409, "The container exists.");
    const rid = containerRid(this.resource._rid, this.#containers.size + 1);
    const container = new Container(definition, rid, Math.ceil(throughput / RU_PER_PHYSICAL_PARTITION) || 1);
    this.#containers.set(definition.id, container);
    return container;
  }

  deleteContainer(id) {
    if (!this.#containers.delete(id)) missing();
  }
}

class Container {
  #items = 0;

  constructor(definition, rid, physicalPartitions) {
    this.resource = { ...withDefaults(definition), _rid: rid, _self: `colls/${rid}/`, _etag: '"1"', _ts: 0 };
    this.items = new Items(this.resource, () => itemRid(rid, ++this.#items));
    this.ranges = rangesOf(physicalPartitions);
  }

  /** The items on one physical partition. Which logical partition lies where is the server's own affair. */
  onRange(id) {
    const index = this.ranges.findIndex((range) => range.id === id);
    return this.items.partitions().filter((key) => slot(key, this.ranges.length) === index)
      .flatMap((key) => this.items.in(key));
  }
}

// The client names things by their resource ids, too.
function find(things, id) {
  return things.get(id) ?? [...things.values()].find(({ resource }) => resource._rid === id) ?? missing();
}

function withDefaults(definition) {
  const excludes = [...(definition.indexingPolicy?.excludedPaths ?? []), { path: '/"_etag"/?' }];
  return {
    uniqueKeyPolicy: { uniqueKeys: [] },
    ...definition,
    indexingPolicy: { includedPaths: [{ path: "/*" }], ...definition.indexingPolicy, excludedPaths: excludes },
  };
}

function rangesOf(count) {
  const bounds = Array.from({ length: count + 1 }, (_, i) =>
    i === 0 ? "" : i === count ? "FF" : Math.floor((0x40 * i) / count).toString(16).toUpperCase().padStart(2, "0"));
  return Array.from({ length: count }, (_, i) => ({
    id: String(i), _rid: `range${i}`, minInclusive: bounds[i], maxExclusive: bounds[i + 1], status: "online", parents: [],
  }));
}

function slot(key, count) {
  return createHash("sha256").update(key).digest().readUInt32BE() % count;
}

function missing() {
  throw new Failure(404, "Owner resource does not exist", 1003);
}
