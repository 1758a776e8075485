using System.Text.Json.Nodes;
using Sessions.StandIn;
using Sessions.StandIn.Charges;
using Sessions.StandIn.Queries;
using Sessions.StandIn.Sql;

namespace Sessions.Tests.StandIn;

/// <summary>
/// Which index serves what: the tables of https://learn.microsoft.com/azure/cosmos-db/index-policy#composite-indexes,
/// row by row.
/// </summary>
public sealed class IndexPlanTests
{
    [Theory]
    [InlineData("name age", "c.name ASC, c.age ASC", true)]
    [InlineData("name age", "c.age ASC, c.name ASC", false)]
    [InlineData("name age", "c.name DESC, c.age DESC", true)]
    [InlineData("name age", "c.name ASC, c.age DESC", false)]
    [InlineData("name age timestamp", "c.name ASC, c.age ASC, c.timestamp ASC", true)]
    [InlineData("name age timestamp", "c.name ASC, c.age ASC", false)]
    public void An_order_of_many_needs_its_composite_index(string index, string order, bool isServed)
    {
        var plan = () => Plan(index, $"SELECT * FROM c ORDER BY {order}");

        if (isServed)
        {
            Assert.Equal(OrderUse.FromIndex, plan().Order);
        }
        else
        {
            Assert.Throws<ServiceException>(plan);
        }
    }

    [Theory]
    [InlineData("name age", "c.name = 'John' AND c.age = 18", true)]
    [InlineData("name age", "c.name = 'John' AND c.age > 18", true)]
    [InlineData("name age", "c.name != 'John' AND c.age > 18", false)]
    [InlineData("name age timestamp", "c.name = 'John' AND c.age = 18 AND c.timestamp > 123049923", true)]
    [InlineData("name age timestamp", "c.name = 'John' AND c.age < 18 AND c.timestamp = 123049923", false)]
    [InlineData("name age,name timestamp", "c.name = 'John' AND c.age < 18 AND c.timestamp > 123049923", true)]
    [InlineData("name age timestamp", "c.name = 'John' AND c.age = 18", false)]
    public void A_filter_uses_a_composite_index_when_it_filters_by_all_of_it(
        string indexes, string filter, bool isServed) => Assert.Equal(
            isServed, !Plan(indexes, $"SELECT * FROM c WHERE {filter}").NeedsItems);

    [Theory]
    [InlineData("name timestamp", "c.name = 'John'", "c.name, c.timestamp", true)]
    [InlineData("name timestamp", "c.name = 'John' AND c.timestamp > 15", "c.name, c.timestamp", true)]
    [InlineData("timestamp name", "c.timestamp > 15 AND c.name = 'John'", "c.timestamp, c.name", false)]
    [InlineData("age name timestamp", "c.age = 18 and c.name = 'John'", "c.age, c.name,c.timestamp", true)]
    public void A_filter_and_an_order_use_one_when_the_order_begins_with_what_the_filter_fixes(
        string index, string filter, string order, bool isServed)
    {
        var plan = Plan(index, $"SELECT * FROM c WHERE {filter} ORDER BY {order}");

        Assert.Equal((isServed, isServed ? OrderUse.FromIndex : OrderUse.Sorted), (!plan.NeedsItems, plan.Order));
    }

    [Theory]
    [InlineData("c.range = 1", Lookup.Seek)]
    [InlineData("c.range IN (1, 2)", Lookup.Seek)]
    [InlineData("c.range >= 1", Lookup.Scan)]
    [InlineData("STARTSWITH(c.range, 'a')", Lookup.Scan)]
    [InlineData("IS_DEFINED(c.range) = false", Lookup.Scan)]
    [InlineData("(c.range = 1 OR c.id > 'a')", Lookup.Scan)]
    [InlineData("CONTAINS(c.range, 'a')", Lookup.FullScan)]
    [InlineData("NOT (c.range = 1)", Lookup.Load)]
    [InlineData("c.range = c.id", Lookup.Load)]
    [InlineData("ARRAY_CONTAINS(['a'], c.range)", Lookup.Load)]
    [InlineData("(c.range = 1 OR c.other = 1)", Lookup.Load)]
    [InlineData("c.other = 1", Lookup.Load)]
    public void A_condition_has_its_lookup(string condition, Lookup lookup) => Assert.Equal(
        lookup, Assert.Single(Plan("", $"SELECT * FROM c WHERE {condition}").Uses).Lookup);

    [Fact]
    public void An_order_by_a_path_without_an_index_is_refused() =>
        Assert.Throws<ServiceException>(() => Plan("", "SELECT * FROM c ORDER BY c.other"));

    [Fact]
    public void An_order_that_another_filter_does_not_fit_loads_all_that_the_filter_finds() => Assert.Equal(
        OrderUse.Sorted, Plan("", "SELECT * FROM c WHERE c.id > 'a' ORDER BY c.range").Order);

    private static IndexPlan Plan(string composites, string sql)
    {
        var query = Parser.Read(sql);
        return IndexPlan.Of(query.Where, query.OrderBy, IndexingPolicy.Of(new()
        {
            ["includedPaths"] = new JsonArray(new JsonObject { ["path"] = "/range/?" }),
            ["excludedPaths"] = new JsonArray(new JsonObject { ["path"] = "/*" }),
            ["compositeIndexes"] = new JsonArray([.. composites
                .Split(',', StringSplitOptions.RemoveEmptyEntries)
                .Select(index => new JsonArray([.. index.Split(' ')
                    .Select(path => new JsonObject { ["path"] = $"/{path}", ["order"] = "ascending" })]))]),
        }));
    }
}
