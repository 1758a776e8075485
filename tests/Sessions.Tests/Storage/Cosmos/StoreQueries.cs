using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Sessions.Storage;
using Sessions.Storage.Cosmos;
using Sessions.Tests.Support;

namespace Sessions.Tests.Storage.Cosmos;

/// <summary>Every text that the store sends, with its values, as it goes over the wire.</summary>
internal sealed class StoreQueries : DelegatingHandler
{
    /// <summary>A partition and a kind that the queries are about.</summary>
    public const string Partition = "acme:bench:1";
    public const string Kind = "bench/thing";

    private static readonly DateTimeOffset _now = new(2031, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly ConcurrentDictionary<string, StoreQuery> _sent = new(StringComparer.Ordinal);

    /// <summary>Asks a store all that can be asked, in all its forms, and tells what it sent.</summary>
    public static async Task<IReadOnlyCollection<StoreQuery>> All()
    {
        var queries = new StoreQueries();
        CosmosSettings? settings = null;
        using var store = await CosmosStandIn.OpenStore(new FakeClock(), () => queries, made => settings = made);
        await AddOneOfBefore(settings!);
        await Writes(store);
        await Lists(store);
        await Across(store);
        await store.ReadByKey(Partition, "key", CancellationToken.None);
        await store.Purge(_now, 10, CancellationToken.None);
        var last = new DueDocument(Partition, "id", Kind, _now.AddDays(-1), "e");
        await store.ReadDue(new([Kind, "b"], _now, 10), CancellationToken.None);
        await store.ReadDue(new([Kind, "b"], _now, 10) { From = last.DueAt }, CancellationToken.None);
        await store.ReadDue(new([Kind], _now, 10) { From = last.DueAt }, CancellationToken.None);
        await store.ReadDue(new([Kind], _now, 10) { After = last }, CancellationToken.None);
        return [.. queries._sent.Values];
    }

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var isPlan = request.Headers.Contains("x-ms-cosmos-is-query-plan-request");
        var inOne = request.Headers.Contains("x-ms-documentdb-partitionkey");
        if (isPlan || (inOne && request.Headers.Contains("x-ms-documentdb-isquery")))
        {
            var body = await request.Content!.ReadAsStringAsync(cancellationToken);
            var text = JsonElement.Parse(body).GetProperty("query").GetString()!;
            _sent[text] = new(text, body, inOne);
        }

        return await base.SendAsync(request, cancellationToken);
    }

    private static async Task Writes(CosmosDocumentStore store)
    {
        var document = new Document
        {
            Partition = Partition,
            Id = "one",
            Kind = Kind,
            Key = "key",
            Account = "acme",
            CreatedAt = _now,
            UpdatedAt = _now,
            Body = "{}"u8.ToArray(),
        };
        await store.Commit(Partition, [new Write.Create(document)], CancellationToken.None);
        foreach (var key in (string?[])[null, "key"])
        {
            await store.Commit(Partition, [new Write.Create(document with { Key = key })], CancellationToken.None);
            await store.Commit(Partition, [new Write.Put(document with { Id = "two", Key = key })], default);
        }

        await store.Commit(Partition, [new Write.Delete("two"), new Write.Delete("three")], CancellationToken.None);
    }

    private static async Task Lists(CosmosDocumentStore store)
    {
        foreach (var index in (string?[])[null, "i"])
        {
            foreach (var withDue in (bool[])[true, false])
            {
                await store.Count(new(Partition, Kind) { Index = index, WithDue = withDue }, CancellationToken.None);
            }

            foreach (var order in Enum.GetValues<ListOrder>())
            {
                foreach (var after in (ListPosition?[])[null, new(_now, "a")])
                {
                    var list = new ListQuery(Partition, Kind, 10) { Index = index, Order = order, After = after };
                    await store.List(list, CancellationToken.None);
                    await store.ListNames(list, CancellationToken.None);
                    await store.ListNames(list with { Skip = 10 }, CancellationToken.None);
                }
            }
        }
    }

    private static async Task Across(CosmosDocumentStore store)
    {
        foreach (var after in (AcrossPosition?[])[null, new(_now, "a", "p")])
        {
            foreach (var open in (bool?[])[null, true, false])
            {
                foreach (var more in (bool[])[true, false])
                {
                    var across = new AcrossQuery("acme", [Kind, "b"], 10)
                    {
                        After = after,
                        Open = open,
                        Status = more ? "open" : null,
                        CreatedFrom = more ? _now : null,
                        CreatedBefore = more ? _now : null,
                    };
                    await store.ListAcross(across, CancellationToken.None);
                }
            }
        }
    }

    private static async Task AddOneOfBefore(CosmosSettings settings)
    {
        using var client = new CosmosClient(settings.ConnectionString, new CosmosClientOptions
        {
            ConnectionMode = ConnectionMode.Gateway,
            LimitToEndpoint = true,
        });
        var item = $$"""
            {"id":"before","partition":"{{Partition}}","kind":"{{Kind}}","key":"id:before","status":"","open":true,
            "createdAt":"2030-01-01T00:00:00.0000000Z","updatedAt":"2030-01-01T00:00:00.0000000Z",
            "dueAt":"2030-01-01T00:00:00.0000000Z","purgeAt":"9999-12-31T23:59:59.9999999Z","writtenBy":"x","body":[]}
            """;
        using var made = await client.GetContainer(settings.Database, settings.Container)
            .CreateItemStreamAsync(new MemoryStream(Encoding.UTF8.GetBytes(item)), new(Partition));
        made.EnsureSuccessStatusCode();
    }
}

/// <summary>A query that the store sends.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Body">It with its values, as it goes over the wire.</param>
/// <param name="InOnePartition">Whether it is about one logical partition.</param>
internal sealed record StoreQuery(string Text, string Body, bool InOnePartition);
