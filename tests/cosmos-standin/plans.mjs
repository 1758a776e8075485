// Query plans. Before it queries all partitions the client asks how: an ORDER BY is rewritten so that each row carries
// what it is ordered by, and the client merges what the partitions answer.

const ORDERED = /^\s*SELECT\s+\*\s+FROM\s+c\s+WHERE\s+(.+?)\s+ORDER\s+BY\s+(.+?)\s*$/is;
const COUNTED = /^\s*SELECT\s+VALUE\s+COUNT\(1\)\s+(FROM\s.+)$/is;

/** The plan for a query. */
export function planOf(sql) {
  return {
    partitionedQueryExecutionInfoVersion: 2,
    queryInfo: {
      distinctType: "None", top: null, offset: null, limit: null, groupByExpressions: [], groupByAliases: [],
      groupByAliasToAggregateType: {}, hasNonStreamingOrderBy: false,
      ...orderOf(sql), ...aggregateOf(sql), rewrittenQuery: rewrite(sql),
    },
    queryRanges: [{ min: "", max: "FF", isMinInclusive: true, isMaxInclusive: false }],
  };
}

function orderOf(sql) {
  const terms = termsOf(sql);
  return {
    orderBy: terms.map(({ descending }) => (descending ? "Descending" : "Ascending")),
    orderByExpressions: terms.map(({ path }) => path),
  };
}

function aggregateOf(sql) {
  return COUNTED.test(sql) ? { aggregates: ["Count"], hasSelectValue: true } : { aggregates: [], hasSelectValue: false };
}

function rewrite(sql) {
  const count = COUNTED.exec(sql);
  if (count) return `SELECT VALUE [{"item": COUNT(1)}] ${count[1]}`;
  const ordered = ORDERED.exec(sql);
  if (!ordered) return "";
  const items = termsOf(sql).map(({ path }) => `{"item": ${path}}`).join(", ");
  return `SELECT c._rid, [${items}] AS orderByItems, c AS payload FROM c `
    + `WHERE ((${ordered[1]}) AND ({documentdb-formattableorderbyquery-filter})) ORDER BY ${ordered[2]}`;
}

function termsOf(sql) {
  const [, , order = ""] = ORDERED.exec(sql) ?? [];
  return order.split(",").filter(Boolean).map((term) => {
    const [path, direction = "ASC"] = term.trim().split(/\s+/);
    return { path, descending: direction.toUpperCase() === "DESC" };
  });
}
