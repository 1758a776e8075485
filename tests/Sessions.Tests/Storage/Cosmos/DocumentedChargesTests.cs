using System.Globalization;
using System.Text;
using Sessions.StandIn;
using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.Storage.Cosmos;

/// <summary>Holds the table of docs/cosmos.md to what the stand-in charges for an item of a kilobyte.</summary>
public sealed class DocumentedChargesTests : CosmosTests
{
    private const int Kilobyte = 1024;
    private Document _stored = null!;
    private ContainerControl _container = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _container = await CosmosStandIn.ContainerOf(Settings);
        _stored = await Add(Sized("stored", "key"));
    }

    [Fact]
    public Task A_create() => Costs("create", () => Commit(new Write.Create(Sized("new"))));

    [Fact]
    public Task A_create_with_a_claim() => Costs("create with a claim or an event", () =>
        Commit(new Write.Create(Sized("new")), new Write.Create(Sized("claim"))));

    [Fact]
    public Task A_fetch() => Costs("fetch, also of what is not there", () => Find("stored"));

    [Fact]
    public Task A_fetch_of_nothing() => Costs("fetch, also of what is not there", () => Find("absent"));

    [Fact]
    public Task A_fetch_by_name() => Costs("fetch by unique name", async () =>
        await Store.ReadByKey(Partition, "key", CancellationToken.None));

    [Fact]
    public Task A_list_page_of_one() => Costs("list page of one, the first or a later one", async () =>
        await Store.List(new(Partition, Kind, 1), CancellationToken.None));

    [Fact]
    public async Task A_list_page_of_fifty()
    {
        await Many(150);
        await Costs("list page of fifty, the first or a later one", async () =>
            await Store.List(new(Partition, Kind, 50), CancellationToken.None));
        await Costs("list page of fifty, the first or a later one", async () => await Store.List(
            new(Partition, Kind, 50) { After = new(_stored.CreatedAt, "n080") }, CancellationToken.None));
    }

    [Fact]
    public async Task A_thousand_names()
    {
        await Many(1000);
        await Costs("names of a thousand", async () =>
            await Store.ListNames(new(Partition, Kind, 1000), CancellationToken.None));
    }

    [Fact]
    public async Task A_count()
    {
        await Many(1000);
        await Costs("count of a thousand", async () => await Store.Count(new(Partition, Kind), CancellationToken.None));
    }

    [Fact]
    public Task An_update() => Costs("update", async () => await Commit(new Write.Replace((await Find("stored"))!)));

    [Fact]
    public Task A_delete() => Costs("delete", async () =>
        await Commit(new Write.Delete("stored", (await Find("stored"))!.ETag)));

    [Fact]
    public Task A_taken_id() => Costs("create of an id that is taken", () =>
        Commit(new Write.Create(Sized("stored"))));

    [Fact]
    public Task Another_version() => Costs("update of another version", () =>
        Commit(new Write.Replace(_stored with { ETag = "another" })));

    [Fact]
    public Task A_look_that_finds_nothing_due() => Costs("look for what is due, that finds nothing", async () =>
        await Store.ReadDue(new([Kind, "a/b"], Clock.Now, 1000), CancellationToken.None));

    [Fact]
    public Task A_look_that_finds_nothing_gone() => Costs("look for what is gone, that finds nothing", async () =>
        await Store.Purge(Clock.Now, 1000, CancellationToken.None));

    [Fact]
    public async Task A_look_for_what_was_written()
    {
        var place = await PlaceOf(null);
        await Costs("look for what was written, that finds nothing", () => PlaceOf(place));
        await Many(10);
        await Costs("look for what was written, that finds ten", () => PlaceOf(place));
    }

    private async Task<string> PlaceOf(string? since) =>
        (await Store.ReadMoves(since, CancellationToken.None)).Value!.Place;

    private async Task Many(int count)
    {
        foreach (var some in Enumerable.Range(0, count).Chunk(100))
        {
            await Commit([.. some.Select(number => new Write.Create(Sized($"n{number:d3}")))]);
        }
    }

    private async Task Costs(string operation, Func<Task> work)
    {
        var log = _container.Log;
        var units = log.Units;
        var requests = await Wire.RequestsOf(work);

        var row = Assert.Single(
            Repository.Read("docs/cosmos.md").Split('\n'),
            line => line.StartsWith($"| {operation} |", StringComparison.Ordinal));
        var cells = row.Split('|', StringSplitOptions.TrimEntries);
        Assert.Equal(cells[2], $"{requests}");
        Assert.Equal(double.Parse(cells[3], CultureInfo.InvariantCulture), log.Units - units, 0.15);
    }

    // With what the item has beside its body it comes to a kilobyte.
    private Document Sized(string id, string? key = null) => NewDocument(id, key) with
    {
        Body = Encoding.UTF8.GetBytes($$"""{"text":"{{new string('x', Kilobyte - 560)}}"}"""),
    };
}
