// Transactional batches: several operations in one logical partition, all or nothing.
import { Failure } from "./failure.mjs";

const MAX_OPERATIONS = 100;
const MAX_BYTES = 2 * 1024 * 1024;

/** Runs the operations. Answers the status of the whole and one result for each operation. */
export function runBatch(items, partition, operations, bytes) {
  if (operations.length > MAX_OPERATIONS) throw new Failure(400, "A batch has at most 100 operations.");
  if (bytes > MAX_BYTES) throw new Failure(413, "Request size is too large");
  const results = [];
  try {
    items.atomically(() => operations.forEach((operation) => results.push(run(items, partition, operation))));
    return { status: 200, results };
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    const failed = results.length;
    return {
      status: 207,
      results: operations.map((_, i) => (i === failed ? failure : { status: 424 })),
    };
  }
}

function run(items, partition, { kind, id, body, ifMatch }) {
  switch (kind) {
    case "create": return { status: 201, item: items.create(partition, body) };
    case "upsert": return { status: 200, item: items.upsert(partition, body, ifMatch) };
    case "replace": return { status: 200, item: items.replace(partition, id, body, ifMatch) };
    case "read": return { status: 200, item: items.read(partition, id), answersItem: true };
    case "delete": items.delete(partition, id, ifMatch); return { status: 204 };
    default: throw new Failure(400, `There is no operation ${kind} here.`);
  }
}
