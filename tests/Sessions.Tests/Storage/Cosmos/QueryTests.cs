using System.Text.Json;
using System.Text.Json.Nodes;
using Sessions.StandIn.Charges;
using Sessions.StandIn.Queries;
using Sessions.Storage.Cosmos;
using Sessions.Tests.Support;
using Policy = Sessions.StandIn.Queries.IndexingPolicy;

namespace Sessions.Tests.Storage.Cosmos;

/// <summary>Every text that the store sends: Microsoft's planner takes it, and indexes answer it.</summary>
public sealed class QueryTests
{
    [Fact]
    public async Task Microsofts_planner_takes_each()
    {
        var queries = await StoreQueries.All();
        Assert.InRange(queries.Count, 40, 100);
        if (!NativePlanner.IsThere)
        {
            // It comes with the client for Linux alone.
            return;
        }

        foreach (var query in queries)
        {
            var plan = NativePlanner.Plan(query.Body, ContainerDefinition.PartitionKeyPath, query.InOnePartition);
            Assert.True(plan.ContainsKey("queryInfo"), query.Text);
        }
    }

    [Fact]
    public async Task Indexes_answer_all_of_each_but_what_an_operator_asks()
    {
        var indexes = Indexes();
        List<string> faults = [];
        foreach (var query in await StoreQueries.All())
        {
            var text = QueryText.Of(JsonElement.Parse(query.Body));
            var plan = IndexPlan.Of(text.Where, text.Query.OrderBy, indexes);
            faults.AddRange(plan.Uses
                .Where(use => use.Lookup is Lookup.Load && !use.Condition.Contains("c.open", StringComparison.Ordinal))
                .Select(use => $"{use.Condition} is in no index: {query.Text}"));
            faults.AddRange(plan.Order is OrderUse.Sorted ? [$"its order is in no index: {query.Text}"] : []);
        }

        Expect.None(faults);
    }

    private static Policy Indexes() => Policy.Of(new()
    {
        ["includedPaths"] = new JsonArray(
            [.. ContainerDefinition.IncludedPaths.Select(path => new JsonObject { ["path"] = path })]),
        ["excludedPaths"] = new JsonArray(new JsonObject { ["path"] = ContainerDefinition.ExcludedPath }),
        ["compositeIndexes"] = new JsonArray([.. ContainerDefinition.CompositeIndexes.Select(paths => new JsonArray(
            [.. paths.Select(path => new JsonObject { ["path"] = path, ["order"] = "ascending" })]))]),
    });
}
