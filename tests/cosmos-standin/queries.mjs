// Queries, by the SQL engine of @vercel/cosmosdb-server.
import engine from "@zeit/cosmosdb-query";
import { Failure } from "./failure.mjs";

const MAX_COMPILED = 200;
const compiled = new Map();

/** Answers one page: at most `limit` rows from `offset` on, and where the next page begins if there is one. */
export function runQuery({ query, parameters }, items, indexingPolicy, limit, offset) {
  const { result } = compile(query).exec(items, { parameters, compositeIndexes: compositesOf(indexingPolicy) });
  const rows = limit > 0 ? result.slice(offset, offset + limit) : result.slice(offset);
  return { rows, next: offset + rows.length < result.length ? offset + rows.length : null };
}

function compile(sql) {
  if (!compiled.has(sql)) {
    if (compiled.size === MAX_COMPILED) compiled.clear();
    compiled.set(sql, parse(sql));
  }
  return compiled.get(sql);
}

function parse(sql) {
  try {
    return engine.default(sql);
  } catch (failure) {
    throw new Failure(400, `Syntax error: ${failure.message}`);
  }
}

// A composite index serves its own order and the reverse. Without one, the engine refuses an ORDER BY of many paths.
function compositesOf({ compositeIndexes = [] }) {
  return compositeIndexes.flatMap((index) => [ordered(index, false), ordered(index, true)]);
}

function ordered(index, reversed) {
  return index.map(({ path, order = "ascending" }) =>
    ({ path, order: (order === "descending") !== reversed ? "descending" : "ascending" }));
}
