using System.Globalization;
using System.Net;
using System.Text;
using Azure.Identity;
using Microsoft.Azure.Cosmos;
using Sessions.StandIn;
using Sessions.StandIn.Charges;
using Sessions.Storage.Cosmos;
using Sessions.Tests.Storage.Cosmos;

namespace Sessions.Bench;

/// <summary>
/// Asks a real account what is assumed of it: what reads, inserts, replaces and deletes cost by size, what each query
/// costs and which indexes it uses, and whether a create meets an item whose time to live has passed. Prints each
/// figure beside that of the model, and marks what the model should be corrected by. Without an account it asks the
/// stand-in.
/// </summary>
internal static class AzureRun
{
    private const int Things = 200;
    private const double Tolerated = 0.25;
    private static readonly int[] _kilobytes = [1, 10, 100];
    private static int _corrected;

    public static async Task Run(string? connection, string? endpoint, string? database)
    {
        await using var standIn = connection is null && endpoint is null ? await CosmosAccount.Start(new()) : null;
        using var client = standIn is not null
                ? Client($"AccountEndpoint={standIn.Address};AccountKey=c3RhbmQtaW4=", true)
            : connection is not null ? Client(connection, false)
            : new CosmosClient(endpoint, new DefaultAzureCredential());
        Console.WriteLine(
            standIn is null ? $"Asked: {client.Endpoint}" : "Asked: the stand-in, since no account is named.");
        var level = (await client.ReadAccountAsync()).Consistency.DefaultConsistencyLevel;
        Console.WriteLine($"Consistency: {level}");
        Database home = await client.CreateDatabaseIfNotExistsAsync(database ?? "sessions-bench");
        var name = $"bench-{Guid.NewGuid():N}";
        Container container = await home.CreateContainerAsync(ContainerDefinition.Named(name));
        try
        {
            var times = level is ConsistencyLevel.Strong or ConsistencyLevel.BoundedStaleness ? 2 : 1;
            await Writes(container, times);
            await Queries(container, times);
            await TimeToLive(container);
            Console.WriteLine(_corrected == 0
                ? "The model needs no correction."
                : $"{_corrected} figures differ by more than a quarter: correct ChargeModel by them.");
        }
        finally
        {
            await container.DeleteContainerAsync();
        }
    }

    private static CosmosClient Client(string connection, bool standIn) => new(connection, new()
    {
        ConnectionMode = standIn ? ConnectionMode.Gateway : ConnectionMode.Direct,
        LimitToEndpoint = standIn,
    });

    private static async Task Writes(Container container, int times)
    {
        var terms = ContainerDefinition.IncludedPaths.Count + ContainerDefinition.CompositeIndexes.Count;
        foreach (var size in _kilobytes)
        {
            var item = Item($"w{size}", new('x', (size * 1024) - 500), 0);
            var key = new PartitionKey(StoreQueries.Partition);
            using var made = await container.CreateItemStreamAsync(Open(item), key);
            using var read = await container.ReadItemStreamAsync($"w{size}", key);
            using var replaced = await container.ReplaceItemStreamAsync(Open(item), $"w{size}", key);
            using var taken = await container.CreateItemStreamAsync(Open(item), key);
            using var deleted = await container.DeleteItemStreamAsync($"w{size}", key);
            Line($"insert of {size} KB", made, ChargeModel.Insert(size, terms));
            Line($"read of {size} KB", read, times * ChargeModel.Read(size));
            Line($"replace of {size} KB", replaced, ChargeModel.Replace(size, terms));
            Line($"create of what is there, {size} KB", taken, ChargeModel.Refused);
            Line($"delete of {size} KB", deleted, ChargeModel.Delete(size, terms));
        }
    }

    private static async Task Queries(Container container, int times)
    {
        for (var number = 0; number < Things; number++)
        {
            using var made = await container.CreateItemStreamAsync(
                Open(Item($"q{number}", "x", number)), new(StoreQueries.Partition));
        }

        foreach (var query in await StoreQueries.All())
        {
            var body = System.Text.Json.JsonElement.Parse(query.Body);
            IEnumerable<System.Text.Json.JsonElement> parameters =
                body.TryGetProperty("parameters", out var sent) ? sent.EnumerateArray() : [];
            var asked = parameters.Aggregate(
                new QueryDefinition(query.Text),
                static (before, one) => before.WithParameter(
                    one.GetProperty("name").GetString(),
                    one.TryGetProperty("value", out var value) ? ValueOf(value) : null));
            var options = new QueryRequestOptions
            {
                PopulateIndexMetrics = true,
                MaxItemCount = 100,
                PartitionKey = query.InOnePartition ? new PartitionKey(StoreQueries.Partition) : null,
                EnableOptimisticDirectExecution = query.InOnePartition,
            };
            using var pages = container.GetItemQueryStreamIterator(asked, requestOptions: options);
            using var page = await pages.ReadNextAsync();
            var rows = page.IsSuccessStatusCode ? await Rows(page) : 0;
            // What was loaded and not returned the service tells: the model is about the price of that alone.
            var done = page.Diagnostics.GetQueryMetrics()?.CumulativeMetrics;
            var loaded = done?.RetrievedDocumentCount ?? rows;
            var passedOver = loaded - rows > 0 ? parameters.Sum(SkippedBy) : 0;
            var work = (loaded * ChargeModel.Load(0.5)) + ((rows + passedOver) * ChargeModel.Return(0.5));
            var modelled = times * (ChargeModel.Start((int)loaded) + work);
            Line($"{rows} rows of {query.Text.ReplaceLineEndings(" ")}", page, modelled);
            Console.WriteLine($"    {page.IndexMetrics?.ReplaceLineEndings(" ")}");
        }
    }

    private static int SkippedBy(System.Text.Json.JsonElement parameter) =>
        parameter.GetProperty("name").ValueEquals("@skip") ? parameter.GetProperty("value").GetInt32() : 0;

    private static object? ValueOf(System.Text.Json.JsonElement value) => value.ValueKind switch
    {
        System.Text.Json.JsonValueKind.Number => value.GetInt32(),
        System.Text.Json.JsonValueKind.String => value.GetString(),
        _ => null,
    };

    // Does an item whose time to live has passed keep its unique key from others, and for how long?
    private static async Task TimeToLive(Container container)
    {
        var key = new PartitionKey(StoreQueries.Partition);
        var dying = Item("dying", "x", 0).Replace("{", """{"ttl":1,""", StringComparison.Ordinal);
        using var made = await container.CreateItemStreamAsync(Open(dying), key);
        for (var second = 0; second <= 10; second++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
            using var read = await container.ReadItemStreamAsync("dying", key);
            using var again = await container.CreateItemStreamAsync(
                Open(dying.Replace("\"id\":\"dying\"", $"\"id\":\"heir{second}\"", StringComparison.Ordinal)), key);
            Console.WriteLine($"after {second + 1} s: a read answers {(int)read.StatusCode}, "
                + $"a create of its unique key {(int)again.StatusCode}");
            if (again.StatusCode is HttpStatusCode.Created)
            {
                return;
            }
        }
    }

    private static string Item(string id, string text, int number) => $$"""
        {"id":"{{id}}","partition":"{{StoreQueries.Partition}}","kind":"{{StoreQueries.Kind}}","key":"id:{{id}}",
        "account":"acme","status":"open","open":true,"createdAt":"2030-01-01T00:00:{{number % 60:D2}}.0000000Z",
        "dueAt":"2030-06-01T00:00:00.0000000Z","purgeAt":"9999-12-31T23:59:59.9999999Z","body":["{{text}}"]}
        """.ReplaceLineEndings("");

    private static MemoryStream Open(string item) => new(Encoding.UTF8.GetBytes(item));

    private static async Task<int> Rows(ResponseMessage page)
    {
        using var json = await System.Text.Json.JsonDocument.ParseAsync(page.Content);
        return json.RootElement.GetProperty("Documents").GetArrayLength();
    }

    private static void Line(string what, ResponseMessage answer, double modelled)
    {
        var charged = answer.Headers.RequestCharge;
        var differs = Math.Abs(charged - modelled) > modelled * Tolerated;
        _corrected += differs ? 1 : 0;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {(int)answer.StatusCode}, {charged:0.00} units; the model says {modelled:0.00}")
            + (differs ? "  <--" : ""));
    }
}
