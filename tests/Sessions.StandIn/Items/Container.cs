using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Sessions.StandIn.Charges;
using Sessions.StandIn.Queries;

namespace Sessions.StandIn.Items;

/// <summary>A container: its definition, its physical partitions, and the clock that its items live by.</summary>
internal sealed class Container
{
    private const int UnitsPerPhysicalPartition = 10_000;

    private readonly IReadOnlyList<IReadOnlyList<string>> _uniqueKeys;
    private readonly string _partitionKey;
    private readonly int? _defaultTimeToLive;
    private readonly TimeProvider _clock;
    private long _items;

    public Container(JsonObject resource, string rid, int units, CosmosAccountOptions options)
    {
        Rid = rid;
        _clock = options.Clock;
        Lag = options.Lag;
        Indexing = IndexingPolicy.Of(resource["indexingPolicy"] as JsonObject);
        _partitionKey = ((string)resource["partitionKey"]!["paths"]![0]!)[1..];
        _defaultTimeToLive = (int?)resource["defaultTtl"];
        _uniqueKeys = [.. UniqueKeys(resource)];
        Ranges = [.. Parts(Math.Max(1, (units + UnitsPerPhysicalPartition - 1) / UnitsPerPhysicalPartition))];
        UnitsPerSecond = options.UnitsPerSecond;
        Resource = Whole(resource);
    }

    public string Rid { get; }

    /// <summary>The definition as a client reads it.</summary>
    public JsonObject Resource { get; }

    public IndexingPolicy Indexing { get; }

    public IReadOnlyList<PhysicalPartition> Ranges { get; }

    /// <summary>What was asked, while somebody watches.</summary>
    public ChargeLog Log { get; } = new();

    /// <summary>How long a replica may lag behind; nothing under Strong.</summary>
    public TimeSpan Lag { get; set; }

    /// <summary>How much later than its time to live an item is purged: until then it holds its names.</summary>
    public TimeSpan PurgeDelay { get; set; } = TimeSpan.MaxValue;

    /// <summary>The time on the wall, whatever clock times to live are counted by.</summary>
    public static DateTimeOffset WallTime => TimeProvider.System.GetUtcNow();

    /// <summary>What was written by then every replica has.</summary>
    public DateTimeOffset Settled => WallTime - Lag;

    /// <summary>The throughput of the whole, shared evenly.</summary>
    public double UnitsPerSecond
    {
        set
        {
            foreach (var range in Ranges)
            {
                range.Throughput.Set(value / Ranges.Count);
            }
        }
    }

    /// <summary>The throughput of each logical partition, of those that there are and of those to come.</summary>
    public double PartitionUnitsPerSecond
    {
        get;
        set
        {
            field = value;
            foreach (var partition in Ranges.SelectMany(range => range.All))
            {
                partition.Throughput.Set(value);
            }
        }
    } = double.PositiveInfinity;

    /// <summary>How many bytes a logical partition holds at most.</summary>
    public long PartitionBytes { get; set; } = long.MaxValue;

    public LogicalPartition Partition(string key) => RangeOf(key).Of(key, this);

    /// <summary>Which logical partition lies where is the server's own affair.</summary>
    public PhysicalPartition RangeOf(string key) => Ranges.Count is 1
        ? Ranges[0]
        : Ranges[SHA256.HashData(Encoding.UTF8.GetBytes(key))[0] % Ranges.Count];

    public string PartitionKeyPath => $"/{_partitionKey}";

    public string? PartitionKeyOf(ItemBody body) => body.TextOf(_partitionKey);

    /// <summary>The names that nobody else in its partition may have.</summary>
    public IEnumerable<string> UniqueNamesOf(Item item) => _uniqueKeys.Select((paths, index) =>
        string.Create(CultureInfo.InvariantCulture, $"{index}:{string.Join('+', paths.Select(item.At))}"));

    public ItemStamp Stamp(ItemStamp? before)
    {
        var number = before?.Number ?? Interlocked.Increment(ref _items);
        var (rid, seconds) = (before?.Rid ?? Rids.Item(Rid, number), _clock.GetUtcNow().ToUnixTimeSeconds());
        return new(rid, number, $"\"{Guid.NewGuid()}\"", seconds);
    }

    /// <summary>Whether its time to live is over, so that nobody sees it.</summary>
    public bool IsExpired(Item item) => EndOf(item) is { } end && end <= _clock.GetUtcNow();

    /// <summary>Whether it has a time to live.</summary>
    public bool MayExpire(Item item) => EndOf(item) is not null;

    /// <summary>Whether it has been removed for good, so that its names are free.</summary>
    public bool IsPurged(Item item) =>
        EndOf(item) is { } end && PurgeDelay != TimeSpan.MaxValue && end + PurgeDelay <= _clock.GetUtcNow();

    private DateTimeOffset? EndOf(Item item) =>
        _defaultTimeToLive is { } inherited && (item.TimeToLive ?? inherited) is var seconds and > 0
            ? DateTimeOffset.FromUnixTimeSeconds(item.Stamp.Seconds).AddSeconds(seconds)
            : null;

    private static IEnumerable<IReadOnlyList<string>> UniqueKeys(JsonObject resource) =>
        from key in resource["uniqueKeyPolicy"]?["uniqueKeys"]?.AsArray() ?? []
        select (IReadOnlyList<string>)[.. key!["paths"]!.AsArray().Select(path => (string)path!)];

    private IEnumerable<PhysicalPartition> Parts(int count)
    {
        // The hashes of a version 2 partition key go up to 3F…
        static string Bound(int index, int of) => index == 0 ? ""
            : index == of ? "FF"
            : (0x40 * index / of).ToString("X2", CultureInfo.InvariantCulture);
        return Enumerable.Range(0, count).Select(index =>
            new PhysicalPartition(
            index, Bound(index, count), Bound(index + 1, count), new(TimeProvider.System), new(this), this));
    }

    private JsonObject Whole(JsonObject resource)
    {
        var whole = (JsonObject)resource.DeepClone();
        whole["uniqueKeyPolicy"] ??= new JsonObject { ["uniqueKeys"] = new JsonArray() };
        var indexing = (JsonObject)(whole["indexingPolicy"] ??= new JsonObject());
        indexing["includedPaths"] ??= new JsonArray(new JsonObject { ["path"] = "/*" });
        var excluded = (JsonArray)(indexing["excludedPaths"] ??= new JsonArray());
        excluded.Add(new JsonObject { ["path"] = "/\"_etag\"/?" });
        whole["_rid"] = Rid;
        whole["_self"] = $"colls/{Rid}/";
        whole["_etag"] = "\"1\"";
        whole["_ts"] = 0;
        return whole;
    }
}
