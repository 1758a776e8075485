using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sessions.StandIn.Items;
using Sessions.StandIn.Queries;

namespace Sessions.Tests.StandIn;

/// <summary>What is found by going along an index is what looking at each item finds.</summary>
public sealed class RangeSearchTests
{
    private const int Rows = 7;
    private const string By = "20";

    private const string InOrder =
        "SELECT c.id FROM c WHERE c.kind = 'a' AND c.dueAt <= @by ORDER BY c.kind, c.dueAt, c.partition, c.id";

    private readonly Random _random = new(1);
    private readonly Container _container = new(
        Definition(), Rids.Container(Rids.Database(1), 1), 0, new() { Lag = TimeSpan.Zero });
    private readonly Dictionary<string, (string Partition, string Kind, string? DueAt)> _items = [];

    [Theory]
    [InlineData(10_000)]
    [InlineData(0)]
    public void An_order_is_kept_page_by_page_whatever_was_written(int many)
    {
        for (var round = 0; round < 5; round++)
        {
            Write(200);
            var expected = _items
                .Where(item => item.Value.Kind is "a" && IsDue(item.Value.DueAt))
                .OrderBy(item => item.Value.DueAt, StringComparer.Ordinal)
                .ThenBy(item => item.Value.Partition, StringComparer.Ordinal)
                .ThenBy(item => item.Key, StringComparer.Ordinal)
                .Select(item => item.Key);

            Assert.Equal(expected, Ids(InOrder, many));
        }
    }

    [Theory]
    [InlineData(10_000, "AND c.kind IN ('b', 'a', 'c')")]
    [InlineData(0, "AND c.kind IN ('b', 'a', 'c')")]
    [InlineData(10_000, "AND c.dueAt >= '00'")]
    [InlineData(0, "AND c.dueAt >= '00'")]
    public void Without_an_order_all_come_and_each_once(int many, string also)
    {
        Write(300);
        var found = Ids($"SELECT c.id FROM c WHERE c.dueAt <= @by {also}", many);

        Assert.Distinct(found);
        Assert.Equal(_items.Where(item => IsDue(item.Value.DueAt)).Select(item => item.Key).Order(), found.Order());
    }

    [Fact]
    public void Of_many_a_page_looks_at_as_many_as_it_gives_and_is_charged_for_all()
    {
        Write(300);

        var page = Page(InOrder, null, many: 0);
        var whole = Page(InOrder, null, many: 10_000);

        Assert.Equal((Rows, Rows), (page.Facts.Loaded, page.Facts.Returned));
        Assert.True(page.Units >= whole.Units);
    }

    private static bool IsDue(string? at) => at is not null && string.CompareOrdinal(at, By) <= 0;

    // Items that are new, written again, moved in time, no longer due at all, or removed.
    private void Write(int count)
    {
        for (var number = 0; number < count; number++)
        {
            var id = $"i{_random.Next(300)}";
            var partition = $"p{id[^1]}";
            if (_items.ContainsKey(id) && _random.Next(5) is 0)
            {
                _items.Remove(id);
                _container.Partition(partition).Change(writes => writes.Delete(id, null));
                continue;
            }

            var dueAt = _random.Next(4) is 0 ? null : _random.Next(40).ToString("00", CultureInfo.InvariantCulture);
            _items[id] = (partition, _random.Next(2) is 0 ? "a" : "b", dueAt);
            var item = new JsonObject { ["id"] = id, ["partition"] = partition, ["kind"] = _items[id].Kind };
            if (dueAt is not null)
            {
                item["dueAt"] = dueAt;
            }

            var body = ItemBody.Of(JsonElement.Parse(item.ToJsonString()));
            _container.Partition(partition).Change(writes => writes.Upsert(body, null));
        }
    }

    private List<string> Ids(string sql, int many)
    {
        List<string> ids = [];
        Continuation? from = null;
        do
        {
            var page = Page(sql, from, many);
            ids.AddRange(page.Rows.Select(row => JsonElement.Parse(row.Span).GetProperty("id").GetString()!));
            from = Continuation.Parse(page.Next?.ToString());
        }
        while (from is not null);
        return ids;
    }

    private QueryPage Page(string sql, Continuation? from, int many)
    {
        var text = QueryText.Of(JsonElement.Parse(new JsonObject
        {
            ["query"] = sql,
            ["parameters"] = new JsonArray(new JsonObject { ["name"] = "@by", ["value"] = By }),
        }.ToJsonString()));
        var plan = IndexPlan.Of(text.Where, text.Query.OrderBy, _container.Indexing);
        var search = RangeSearch.Of(_container.Ranges[0], text, plan, Rows, Horizon.Everything, from, many);
        return new QueryRun(text, plan, search, new(Rows, double.PositiveInfinity)).Run(from);
    }

    private static JsonObject Definition()
    {
        JsonObject Path(string path) => new() { ["path"] = path, ["order"] = "ascending" };
        return new()
        {
            ["id"] = "items",
            ["partitionKey"] = new JsonObject { ["paths"] = new JsonArray("/partition") },
            ["indexingPolicy"] = new JsonObject
            {
                ["compositeIndexes"] = new JsonArray(
                    new JsonArray(Path("/kind"), Path("/dueAt"), Path("/partition"), Path("/id"))),
            },
        };
    }
}
