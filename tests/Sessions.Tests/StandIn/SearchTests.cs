using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sessions.StandIn.Items;
using Sessions.StandIn.Queries;
using Sessions.StandIn.Sql;

namespace Sessions.Tests.StandIn;

/// <summary>What is found by going along an index is what looking at each item finds, and costs no less.</summary>
public sealed class SearchTests
{
    private const int Rows = 7;

    private readonly Random _random = new(1);
    private readonly Container _container = new(
        Definition(), Rids.Container(Rids.Database(1), 1), 0, new() { Lag = TimeSpan.Zero });
    private readonly HashSet<string> _ids = [];

    public static TheoryData<string, bool> Queries()
    {
        const string Behind = "c.dueAt >= '20' AND (c.dueAt > '20' OR c.partition > 'p4' "
            + "OR (c.partition = 'p4' AND c.id > 'i5'))";
        string[] over =
        [
            "c.kind = 'a' AND c.dueAt <= '20' ORDER BY c.kind, c.dueAt, c.partition, c.id",
            $"c.kind = 'a' AND {Behind} AND c.dueAt <= '30' ORDER BY c.kind, c.dueAt, c.partition, c.id",
            "c.kind IN ('b', 'a', 'c') AND c.dueAt <= '20'",
            "c.dueAt >= '03' AND c.dueAt < '20'",
            "IS_DEFINED(c.dueAt) = false AND c.kind = 'b'",
            "c.kind = 'a' AND (IS_DEFINED(c.dueAt) = false OR c.dueAt > '20')",
            "c.kind = 'a' AND c.other = 1",
            "c.other = 1",
            "c.dueAt > '10' ORDER BY c.dueAt DESC",
            "c.number >= 2 AND c.number < 4 ORDER BY c.number",
            "c.kind = 'a' AND c.kind = 'b'",
        ];
        string[] within =
        [
            "c.partition = 'p3' AND c.kind = 'a' ORDER BY c.partition DESC, c.kind DESC, c.dueAt DESC, c.id DESC",
            "c.partition = 'p3' AND c.kind = 'a' AND c.dueAt <= '20' AND (c.dueAt < '20' OR c.id < 'i5') "
                + "ORDER BY c.partition DESC, c.kind DESC, c.dueAt DESC, c.id DESC",
            "c.partition = 'p3' AND c.kind = 'b' AND c.number > 0 ORDER BY c.partition, c.kind, c.dueAt, c.id",
            "c.partition = 'p3' AND c.id IN ('i13', 'i3', 'i4')",
            "c.partition = 'p3' AND c.number <= 2 AND (c.id IN ('i13', 'i3') OR c.kind IN ('b'))",
            "c.partition = 'p3' ORDER BY c.dueAt",
        ];
        TheoryData<string, bool> all = [];
        foreach (var (queries, isOver) in new[] { (over, true), (within, false) })
        {
            foreach (var query in queries)
            {
                all.Add(query, isOver);
            }
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public void A_query_finds_page_by_page_what_there_is_whatever_was_written(string filter, bool isOver)
    {
        var text = Text($"SELECT c.id FROM c WHERE {filter}");
        for (var round = 0; round < 5; round++)
        {
            Write(200);
            var expected = _container.Ranges[0].Seen(Horizon.Everything)
                .Where(item => Evaluator.IsTrue(text.Where!, item))
                .ToList();
            expected.Sort((one, other) => text.Query.OrderBy
                .Select(term => SqlValue.Order(one.At(term.Path.Steps), other.At(term.Path.Steps))
                    * (term.Descending ? -1 : 1))
                .Append(one.Stamp.Number.CompareTo(other.Stamp.Number))
                .FirstOrDefault(way => way is not 0));

            var found = Ids(text, isOver);

            Assert.Equal(
                InOrder(text, expected.Select(item => item.Id)),
                InOrder(text, found));
        }
    }

    [Theory]
    [InlineData("c.kind = 'a' AND c.dueAt > '20'", true)]
    [InlineData("c.kind = 'a' AND c.dueAt >= '20' AND c.dueAt < '30'", true)]
    [InlineData("c.kind = 'a' AND c.dueAt = '20'", true)]
    [InlineData("c.kind = 'a' AND c.dueAt > '50'", true)]
    [InlineData("c.kind = 'a' AND c.dueAt != '20'", false)]
    [InlineData("c.kind = 'a' AND (IS_DEFINED(c.dueAt) = false OR c.dueAt > '20')", false)]
    [InlineData("c.kind IN ('a', 'b') AND c.number = 1 AND c.dueAt > '20'", false)]
    public void A_count_is_that_of_what_there_is_be_it_by_places_or_one_by_one(string filter, bool isByPlaces)
    {
        var text = Text($"SELECT VALUE COUNT(1) FROM c WHERE {filter}");
        for (var round = 0; round < 5; round++)
        {
            Write(200);
            var expected = _container.Ranges[0].Seen(Horizon.Everything)
                .Count(item => Evaluator.IsTrue(text.Where!, item));

            Assert.Equal(isByPlaces ? expected : null, Find(text, null, isOver: true).Counted);
            var row = Assert.Single(Page(text, null, isOver: true).Rows);
            Assert.Equal($"{expected}", Encoding.UTF8.GetString(row.Span));
        }
    }

    [Fact]
    public void Who_is_not_owed_the_last_write_gets_a_count_without_it()
    {
        Write(200);
        var text = Text("SELECT VALUE COUNT(1) FROM c WHERE c.kind = 'a' AND c.number >= 0");
        var (before, horizon) = (Find(text, null, isOver: true).Counted, new Horizon(
            _container.Ranges[0].Number, DateTimeOffset.MinValue));
        _container.Partition("p9").Change(writes => writes.Create(
            ItemBody.Of(JsonElement.Parse(
                """{"id":"late9","partition":"p9","kind":"a","number":1}"""))));

        var plan = IndexPlan.Of(text.Where, [], _container.Indexing);
        var search = Search.In(_container.Ranges[0], text, plan, _container.Indexing, Rows, horizon, null);

        Assert.Null(search.Counted);
        Assert.Equal(before, search.Found.Count);
        Assert.Equal(before + 1, Find(text, null, isOver: true).Counted);
    }

    [Fact]
    public void A_slice_gives_what_lies_behind_as_many_rows_and_is_charged_for_them()
    {
        Write(600);
        const string List = "SELECT c.id FROM c WHERE c.kind = 'a' ORDER BY c.kind, c.dueAt, c.partition, c.id";

        var (all, slice) = (Ids(Text(List), isOver: true), Text($"{List} OFFSET 20 LIMIT 10"));

        Assert.Equal(all.Skip(20).Take(10), Ids(slice, isOver: true));
        Assert.InRange(
            Page(slice, null, isOver: true).Units,
            0.9 * Page(Text($"{List} OFFSET 0 LIMIT 27"), null, isOver: true).Units,
            double.PositiveInfinity);
    }

    [Fact]
    public void A_page_looks_at_as_many_as_it_gives_and_is_charged_for_all()
    {
        Write(600);
        var text = Text(
            "SELECT c.id FROM c WHERE c.kind = 'a' AND c.dueAt <= '20' ORDER BY c.kind, c.dueAt, c.partition, c.id");

        var search = Find(text, null, isOver: true);
        var page = Page(text, null, isOver: true);

        Assert.Equal((Rows, Rows), (page.Facts.Loaded, page.Facts.Returned));
        Assert.InRange(search.Found.Count, Rows + 1, search.Entries - 1);
        Assert.Equal(Ids(text, isOver: true).Count, search.Entries);
    }

    [Fact]
    public void What_was_written_and_removed_leaves_nothing_in_an_index()
    {
        string[] paths = ["/kind", "/dueAt"];
        _container.Partition("p1").View(paths);
        Write(600);
        foreach (var id in _ids)
        {
            _container.Partition(PartitionOf(id)).Change(writes => writes.Delete(id, null));
        }

        Assert.Empty(_container.Ranges[0].View(paths).Entries);
        Assert.Empty(_container.Partition("p1").View(paths).Entries);
    }

    [Fact]
    public void Who_has_begun_to_look_sees_what_there_was()
    {
        Write(600);
        var partition = _container.Partition("p1");
        var before = partition.Seen(Horizon.Everything).Select(item => item.Stamp.ETag).Order().ToList();
        var view = partition.View(["/kind"]);

        Write(600);

        Assert.Equal(before, view.Entries
            .Select(entry => view.Seen(entry, Horizon.Everything)?.Stamp.ETag).OfType<string>().Order());
    }

    private static string PartitionOf(string id) => $"p{id[^1]}";

    private static IEnumerable<string> InOrder(QueryText text, IEnumerable<string> ids) =>
        text.Query.OrderBy is [] ? ids.Order(StringComparer.Ordinal) : ids;

    // Items that are new, written again, moved in time, no longer due at all, or removed.
    private void Write(int count)
    {
        for (var number = 0; number < count; number++)
        {
            var id = $"i{_random.Next(300)}";
            var partition = _container.Partition(PartitionOf(id));
            if (_ids.Contains(id) && _random.Next(5) is 0)
            {
                _ids.Remove(id);
                partition.Change(writes => writes.Delete(id, null));
                continue;
            }

            _ids.Add(id);
            var item = new JsonObject
            {
                ["id"] = id,
                ["partition"] = partition.Key,
                ["kind"] = _random.Next(2) is 0 ? "a" : "b",
                ["number"] = _random.Next(5),
                ["other"] = _random.Next(2),
            };
            if (_random.Next(4) is not 0)
            {
                item["dueAt"] = _random.Next(40).ToString("00", CultureInfo.InvariantCulture);
            }

            var body = ItemBody.Of(JsonElement.Parse(item.ToJsonString()));
            partition.Change(writes => writes.Upsert(body, null));
        }
    }

    private List<string> Ids(QueryText text, bool isOver)
    {
        List<string> ids = [];
        Continuation? from = null;
        do
        {
            var page = Page(text, from, isOver);
            ids.AddRange(page.Rows.Select(row => JsonElement.Parse(row.Span).GetProperty("id").GetString()!));
            from = Continuation.Parse(page.Next?.ToString());
        }
        while (from is not null);
        return ids;
    }

    private QueryPage Page(QueryText text, Continuation? from, bool isOver)
    {
        var plan = IndexPlan.Of(text.Where, text.Query.OrderBy, _container.Indexing);
        return new QueryRun(text, plan, Find(text, from, isOver), new(Rows, double.PositiveInfinity)).Run(from);
    }

    private Search Find(QueryText text, Continuation? from, bool isOver)
    {
        var plan = IndexPlan.Of(text.Where, text.Query.OrderBy, _container.Indexing);
        ISearchable where = isOver ? _container.Ranges[0] : _container.Partition("p3");
        return Search.In(where, text, plan, _container.Indexing, Rows, Horizon.Everything, from);
    }

    private static QueryText Text(string sql) =>
        QueryText.Of(JsonElement.Parse(new JsonObject { ["query"] = sql }.ToJsonString()));

    private static JsonObject Definition() => JsonSerializer.Deserialize<JsonObject>("""
        {
            "id": "items",
            "partitionKey": { "paths": ["/partition"] },
            "indexingPolicy": {
                "includedPaths": [
                    { "path": "/kind/?" }, { "path": "/dueAt/?" }, { "path": "/partition/?" }, { "path": "/number/?" }
                ],
                "excludedPaths": [{ "path": "/*" }],
                "compositeIndexes": [
                    [{ "path": "/kind" }, { "path": "/dueAt" }, { "path": "/partition" }, { "path": "/id" }],
                    [{ "path": "/partition" }, { "path": "/kind" }, { "path": "/dueAt" }, { "path": "/id" }]
                ]
            }
        }
        """)!;
}
