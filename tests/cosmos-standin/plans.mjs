// Query plans. Before it queries all partitions the client asks how: an ORDER BY is rewritten so that each row carries
// what it is ordered by, and the client merges what the partitions answer.

const ORDER_BY = /^\s*SELECT\s+\*\s+FROM\s+c\s+WHERE\s+(.+?)\s+ORDER\s+BY\s+(c\.\w+)(?:\s+(ASC|DESC))?\s*$/is;

/** The plan for a query over all partitions. */
export function planOf(sql) {
  return {
    partitionedQueryExecutionInfoVersion: 2,
    queryInfo: {
      distinctType: "None", top: null, offset: null, limit: null, groupByExpressions: [], groupByAliases: [],
      aggregates: [], groupByAliasToAggregateType: {}, hasSelectValue: false, hasNonStreamingOrderBy: false,
      ...orderOf(sql),
    },
    queryRanges: [{ min: "", max: "FF", isMinInclusive: true, isMaxInclusive: false }],
  };
}

function orderOf(sql) {
  const [, where, path, direction = "ASC"] = ORDER_BY.exec(sql) ?? [];
  if (!path) return { orderBy: [], orderByExpressions: [], rewrittenQuery: "" };
  return {
    orderBy: [direction.toUpperCase() === "DESC" ? "Descending" : "Ascending"],
    orderByExpressions: [path],
    rewrittenQuery: `SELECT c._rid, [{"item": ${path}}] AS orderByItems, c AS payload FROM c `
      + `WHERE ((${where}) AND ({documentdb-formattableorderbyquery-filter})) ORDER BY ${path} ${direction}`,
  };
}
