// The REST interface: https://learn.microsoft.com/rest/api/cosmos-db/
import { randomUUID } from "node:crypto";
import http from "node:http";
import { Account } from "./account.mjs";
import { runBatch } from "./batches.mjs";
import { Failure } from "./failure.mjs";
import { drawFaults } from "./faults.mjs";
import { readOperations, writeResults } from "./hybrid-row.mjs";
import { planOf } from "./plans.mjs";
import { runQuery } from "./queries.mjs";

/** An HTTP server over an account of its own. */
export function createServer({ faults } = {}) {
  const account = new Account();
  return http.createServer(async (request, response) => {
    const answer = await answerWithFaults(account, request, faults);
    if (answer.drop) request.socket.destroy();
    else send(response, answer);
  });
}

async function answerWithFaults(account, request, defaultFaults) {
  const body = await readAll(request);
  const isForItems = /\/docs(\/|$)/.test(request.url);
  const { before, after } = drawFaults(isForItems ? request.headers["x-standin-faults"] ?? defaultFaults : "");
  if (before) return before;
  const result = answer(account, request, body);
  return after ?? result;
}

function answer(account, request, body) {
  try {
    return route(account, request, body);
  } catch (failure) {
    if (!(failure instanceof Failure)) console.error(failure);
    return {
      status: failure.status ?? 500,
      headers: { "x-ms-substatus": String(failure.substatus ?? 0) },
      body: { code: String(failure.status ?? 500), message: failure.message },
    };
  }
}

function route(account, request, body) {
  const [, databases, database, containers, container, kind, id] =
    new URL(request.url, "http://standin").pathname.replace(/\/+/g, "/").split("/").map(decodeURIComponent);
  const to = `${request.method} ${["", databases, database && "*", containers, container && "*", kind, id && "*"]
    .filter((part) => part !== undefined).join("/")}`;
  const json = () => JSON.parse(body.toString());
  switch (to) {
    case "GET /": return { body: account.describe(`http://${request.headers.host}/`) };
    case "POST /dbs": return created(account.createDatabase(json()).resource);
    case "GET /dbs/*": return { body: account.database(database).resource };
    case "POST /dbs/*/colls": {
      const throughput = Number(request.headers["x-ms-offer-throughput"] ?? 0);
      return created(account.database(database).createContainer(json(), throughput).resource);
    }
    case "GET /dbs/*/colls/*": return { body: account.database(database).container(container).resource };
    case "DELETE /dbs/*/colls/*": account.database(database).deleteContainer(container); return { status: 204 };
    case "GET /dbs/*/colls/*/pkranges":
      return rangesOf(account.database(database).container(container), request.headers);
    case "POST /dbs/*/colls/*/docs":
      return post(account.database(database).container(container), request.headers, body);
    case "GET /dbs/*/colls/*/docs/*": case "PUT /dbs/*/colls/*/docs/*": case "DELETE /dbs/*/colls/*/docs/*":
      return onItem(account.database(database).container(container).items, request, id, body);
    default: throw new Failure(400, `The stand-in has no ${to}.`);
  }
}

// The client reads the ranges as a feed, until nothing is new.
function rangesOf({ resource, ranges }, headers) {
  const etag = `"${ranges.length}"`;
  return headers["if-none-match"] === etag
    ? { status: 304, headers: { etag } }
    : { headers: { etag }, body: { _rid: resource._rid, PartitionKeyRanges: ranges, _count: ranges.length } };
}

function post(container, headers, body) {
  const is = (name) => /^true$/i.test(headers[name] ?? "");
  const partition = headers["x-ms-documentdb-partitionkey"];
  if (is("x-ms-cosmos-is-query-plan-request")) return { body: planOf(JSON.parse(body.toString()).query) };
  if (is("x-ms-documentdb-isquery")) return query(container, headers, partition, JSON.parse(body.toString()));
  if (is("x-ms-cosmos-is-batch-request")) {
    const { status, results } = runBatch(container.items, partition, readOperations(body), body.length);
    return { status, raw: writeResults(results) };
  }
  const item = JSON.parse(body.toString());
  return is("x-ms-documentdb-is-upsert")
    ? written(container.items.upsert(partition, item, headers["if-match"]), 200)
    : written(container.items.create(partition, item), 201);
}

function query(container, headers, partition, specification) {
  const items = partition
    ? container.items.in(partition)
    : container.onRange(headers["x-ms-documentdb-partitionkeyrangeid"].split(",").at(-1));
  const { rows, next } = runQuery(
    specification, items, container.resource.indexingPolicy,
    Number(headers["x-ms-max-item-count"] ?? 0), Number(headers["x-ms-continuation"] ?? 0));
  return {
    headers: next === null ? {} : { "x-ms-continuation": String(next) },
    body: { _rid: container.resource._rid, Documents: rows, _count: rows.length },
  };
}

function onItem(items, { method, headers }, id, body) {
  const partition = headers["x-ms-documentdb-partitionkey"];
  switch (method) {
    case "GET": return whole(items.read(partition, id));
    case "PUT": return written(items.replace(partition, id, JSON.parse(body.toString()), headers["if-match"]), 200);
    default: items.delete(partition, id, headers["if-match"]); return { status: 204 };
  }
}

const created = (resource) => ({ status: 201, body: resource });
const whole = (item) => ({ headers: { etag: item._etag }, body: item });
const written = (item, status) => ({ status, headers: { etag: item._etag } });

async function readAll(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

let requests = 0;

function send(response, { status = 200, headers = {}, body, raw }) {
  response.writeHead(status, {
    "content-type": "application/json",
    "x-ms-activity-id": randomUUID(),
    "x-ms-request-charge": "1",
    "x-ms-session-token": `0:-1#${++requests}`,
    ...headers,
  });
  response.end(raw ?? (body === undefined ? undefined : JSON.stringify(body)));
}
