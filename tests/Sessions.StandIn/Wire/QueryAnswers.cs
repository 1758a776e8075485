using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sessions.StandIn.Charges;
using Sessions.StandIn.Items;
using Sessions.StandIn.Queries;

namespace Sessions.StandIn.Wire;

/// <summary>Pages of queries as the client reads them.</summary>
internal static class QueryAnswers
{
    private static readonly ReadOnlyMemory<byte> _comma = ","u8.ToArray();

    public static Answer Of(QueryPage page, string rid, bool withIndexes)
    {
        var answer = new Answer(200, [.. Body(page.Rows, rid)])
            .With("x-ms-item-count", $"{page.Rows.Count}")
            .With("x-ms-documentdb-query-metrics", Metrics(page.Facts));
        if (withIndexes)
        {
            answer.With("x-ms-cosmos-index-utilization", Indexes(page.Facts));
        }

        return page.Next is { } next ? answer.With("x-ms-continuation", $"{next}") : answer;
    }

    /// <summary>A page of the change feed.</summary>
    public static Answer OfFeed(FeedPage page, string rid) =>
        new(200, [.. Body([.. page.Items.Select(item => (ReadOnlyMemory<byte>)item.Json)], rid)]);

    private static IEnumerable<ReadOnlyMemory<byte>> Body(IReadOnlyList<ReadOnlyMemory<byte>> rows, string rid)
    {
        yield return Encoding.UTF8.GetBytes($"{{\"_rid\":\"{rid}\",\"Documents\":[");
        for (var index = 0; index < rows.Count; index++)
        {
            if (index > 0)
            {
                yield return _comma;
            }

            yield return rows[index];
        }

        yield return Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"],\"_count\":{rows.Count}}}"));
    }

    // https://learn.microsoft.com/azure/cosmos-db/nosql/query-metrics; times are not kept here.
    private static string Metrics(QueryFacts facts) => string.Create(
        CultureInfo.InvariantCulture,
        $"totalExecutionTimeInMs=0.00;retrievedDocumentCount={facts.Loaded};retrievedDocumentSize={facts.LoadedBytes};"
        + $"outputDocumentCount={facts.Returned};outputDocumentSize={facts.ReturnedBytes};"
        + $"indexUtilizationRatio={(facts.Loaded is 0 ? 1 : (double)facts.Returned / facts.Loaded):F2}");

    // https://learn.microsoft.com/azure/cosmos-db/nosql/index-metrics. For a condition that is in no index the service
    // proposes one; here it is told as it is.
    private static string Indexes(QueryFacts facts)
    {
        var used = facts.Filters.Where(use => use.Index.Length > 0).Select(use => use.Index).Distinct().ToList();
        var composites = used.Where(index => index[0] is '(').Select(index => new JsonObject
        {
            ["IndexSpecs"] = new JsonArray([.. index[1..^1].Split(", ").Select(path => (JsonNode)$"{path} ASC")]),
        });
        var singles = used.Where(index => index[0] is not '(').SelectMany(index => index.Split(' '))
            .Select(path => new JsonObject { ["IndexSpec"] = $"{path}/?" });
        var missing = facts.Filters.Where(use => use.Lookup is Lookup.Load)
            .Select(use => new JsonObject { ["IndexSpec"] = use.Condition });
        return Uri.EscapeDataString(new JsonObject
        {
            ["Utilized"] = Both(singles, composites),
            ["Potential"] = Both(missing, []),
        }.ToJsonString());
    }

    private static JsonObject Both(IEnumerable<JsonNode> singles, IEnumerable<JsonNode> composites) => new()
    {
        ["SingleIndexes"] = new JsonArray([.. singles]),
        ["CompositeIndexes"] = new JsonArray([.. composites]),
    };
}
