using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Azure.Cosmos;
using Sessions.Storage.Cosmos;
using Sessions.Tests.Support;

namespace Sessions.Tests.Storage.Before;

/// <summary>
/// Items that a program of version 1 wrote to Cosmos DB: they are read as they are, and each has the shape of today
/// once it is written again.
/// </summary>
public sealed class CosmosItemsOfBeforeTests : IAsyncLifetime, IDisposable
{
    private readonly FakeClock _clock = new();
    private CosmosSettings _settings = null!;
    private CosmosClient _client = null!;

    public async Task InitializeAsync()
    {
        _settings = await CosmosStandIn.NewSettings();
        _client = new CosmosClient(_settings.ConnectionString, new CosmosClientOptions
        {
            ConnectionMode = ConnectionMode.Gateway,
            LimitToEndpoint = true,
        });
        using var store = CosmosStandIn.Open(_settings, _clock, null);
        await store.Check(CancellationToken.None);
        foreach (var row in VersionOneFile.Rows(VersionOneFile.Path("version-1.db"), "SELECT * FROM documents"))
        {
            var item = Encoding.UTF8.GetBytes(ItemOf(row).ToJsonString());
            using var made = await Items.CreateItemStreamAsync(
                new MemoryStream(item), new((string)row["partition"]!));
            Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task They_are_read_back_over_HTTP_as_they_were()
    {
        await using var app = await BeforeApp.Start(_ => CosmosStandIn.Open(_settings, _clock, null));

        await Questions.Load(VersionOneFile.Path("version-1.jsonl")).ReadBack(app);
    }

    [Fact]
    public async Task What_is_written_again_has_the_shape_of_today_and_the_rest_stays()
    {
        using var store = CosmosStandIn.Open(_settings, _clock, null);
        var (session, claim) = (await First("twilio-proxy/session"), await First("twilio-proxy/claim"));
        foreach (var item in (JsonObject[])[session, claim])
        {
            var read = (await store.Read($"{item["partition"]}", $"{item["id"]}", CancellationToken.None)).Value!;
            Assert.Equal("acme", read.Account);
            Assert.Equal(item == session, read.Lifetime is not null);
            await store.Commit(
                read.Partition, [new Sessions.Storage.Write.Replace(read)], CancellationToken.None);
            var again = (await store.Read(read.Partition, read.Id, CancellationToken.None)).Value!;
            Assert.Equal(read with { Body = default, ETag = "" }, again with { Body = default, ETag = "" });
        }

        var (sessionNow, claimNow) = (await Now(session), await Now(claim));
        Assert.Equal(("acme", "acme"), ($"{sessionNow["account"]}", $"{claimNow["account"]}"));
        Assert.Equal((true, false), (sessionNow.ContainsKey("open"), claimNow.ContainsKey("open")));
        Assert.Equal($"{claim["status"]}", $"{claimNow["index"]}");
        Assert.Equal((null, $"{session["status"]}"), ((string?)sessionNow["index"], $"{sessionNow["status"]}"));
        Assert.False((await First("live-stream/room")).ContainsKey("account"));
    }

    private Container Items => _client.GetContainer(_settings.Database, _settings.Container);

    private async Task<JsonObject> First(string kind)
    {
        var row = VersionOneFile.Rows(
            VersionOneFile.Path("version-1.db"),
            $"""
            SELECT * FROM documents
            WHERE kind = '{kind}' AND partition LIKE 'acme:%' AND purge_at IS NULL LIMIT 1
            """).Single();
        return await Now(ItemOf(row));
    }

    private async Task<JsonObject> Now(JsonObject item)
    {
        using var read = await Items.ReadItemStreamAsync($"{item["id"]}", new($"{item["partition"]}"));
        return (await JsonNode.ParseAsync(read.Content))!.AsObject();
    }

    // As that program wrote them. No time to live, since the file is of a time of its own.
    private static JsonObject ItemOf(Dictionary<string, object?> row)
    {
        var item = new JsonObject
        {
            ["id"] = (string)row["id"]!,
            ["partition"] = (string)row["partition"]!,
            ["kind"] = (string)row["kind"]!,
            ["key"] = row["key"] is string key ? $"key:{key}" : $"id:{row["id"]}",
            ["status"] = (string)row["status"]!,
            ["open"] = (long)row["open"]! != 0,
            ["createdAt"] = Moment(row["created_at"]),
            ["updatedAt"] = Moment(row["updated_at"]),
            ["startedAt"] = Moment(row["started_at"]),
            ["endedAt"] = Moment(row["ended_at"]),
            ["lastActivityAt"] = Moment(row["last_activity_at"]),
            ["ttlSeconds"] = row["ttl_seconds"] is long seconds ? seconds : null,
            ["dateExpiry"] = Moment(row["date_expiry"]),
            ["closedReason"] = row["closed_reason"] as string,
            ["dueAt"] = Moment(row["due_at"]),
            ["purgeAt"] = Moment(row["purge_at"]) ?? $"{DateTime.MaxValue:O}Z",
            ["requestHash"] = row["request_hash"] as string,
            ["writtenBy"] = "before",
            ["body"] = JsonNode.Parse((byte[])row["body"]!),
        };
        foreach (var (name, _) in item.Where(member => member.Value is null).ToList())
        {
            item.Remove(name);
        }

        return item;
    }

    private static string? Moment(object? ticks) =>
        ticks is long number ? $"{new DateTime(number, DateTimeKind.Utc):O}" : null;
}
