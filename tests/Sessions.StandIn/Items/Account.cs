using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Sessions.StandIn.Items;

/// <summary>The account: its databases and what it tells clients of itself.</summary>
internal sealed class Account(CosmosAccountOptions options)
{
    // What the service sends to clients, so that the planner in them knows its bounds.
    public const string QueryEngine = """
        {"maxSqlQueryInputLength":262144,"maxJoinsPerSqlQuery":5,"maxLogicalAndPerSqlQuery":500,
        "maxLogicalOrPerSqlQuery":500,"maxUdfRefPerSqlQuery":10,"maxInExpressionItemsCount":16000,
        "queryMaxInMemorySortDocumentCount":500,"maxQueryRequestTimeoutFraction":0.9,"sqlAllowNonFiniteNumbers":false,
        "sqlAllowAggregateFunctions":true,"sqlAllowSubQuery":true,"sqlAllowScalarSubQuery":true,
        "allowNewKeywords":true,"sqlAllowLike":true,"sqlAllowGroupByClause":true,"maxSpatialQueryCells":12,
        "spatialMaxGeometryPointCount":256,"sqlDisableOptimizationFlags":0,"sqlAllowTop":true,
        "enableSpatialIndexing":true,"clientDisableOptimisticDirectExecution":false}
        """;

    private readonly ConcurrentDictionary<string, Database> _databases = new(StringComparer.Ordinal);

    public Database Database(string id) => _databases.GetValueOrDefault(id)
        ?? _databases.Values.FirstOrDefault(database => database.Rid == id)
        ?? throw Missing();

    public Database Create(string id)
    {
        var database = new Database(id, Rids.Database(_databases.Count + 1), options);
        return _databases.TryAdd(id, database) ? database : throw new ServiceException(409, "The database exists.");
    }

    /// <summary>What the client reads first: where the regions are and what the account can do.</summary>
    public JsonObject Describe(string address)
    {
        return new()
        {
            ["id"] = "standin",
            ["_rid"] = "standin",
            ["writableLocations"] = Regions(1),
            ["readableLocations"] = Regions(options.Regions.Count),
            ["userReplicationPolicy"] = new JsonObject { ["minReplicaSetSize"] = 1, ["maxReplicasetSize"] = 4 },
            ["userConsistencyPolicy"] = new JsonObject { ["defaultConsistencyLevel"] = $"{options.Consistency}" },
            ["queryEngineConfiguration"] = QueryEngine,
        };

        JsonArray Regions(int count) =>
        [
            .. options.Regions.Take(count).Select((name, index) => new JsonObject
            {
                ["name"] = name,
                ["databaseAccountEndpoint"] = index is 0 ? address : AddressOf(name, address),
            }),
        ];
    }

    private static string AddressOf(string region, string address) => new UriBuilder(address)
    {
        Host = region.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant() + ".standin",
    }.Uri.AbsoluteUri;

    /// <summary>What is asked for is not there.</summary>
    public static ServiceException Missing() => new(404, "Owner resource does not exist", 1003);
}

/// <summary>A database: its containers.</summary>
internal sealed class Database(string id, string rid, CosmosAccountOptions options)
{
    private readonly ConcurrentDictionary<string, Container> _containers = new(StringComparer.Ordinal);
    private int _made;

    public string Rid => rid;

    public JsonObject Resource => new()
    {
        ["id"] = id,
        ["_rid"] = rid,
        ["_self"] = $"dbs/{rid}/",
        ["_etag"] = "\"1\"",
        ["_ts"] = 0,
    };

    public Container Container(string name) => _containers.GetValueOrDefault(name)
        ?? _containers.Values.FirstOrDefault(container => container.Rid == name)
        ?? throw Account.Missing();

    public Container Create(JsonObject definition, int units)
    {
        var container = new Container(
            definition, Rids.Container(rid, Interlocked.Increment(ref _made)), units, options);
        return _containers.TryAdd((string)definition["id"]!, container)
            ? container
            : throw new ServiceException(409, "The container exists.");
    }

    public void Delete(string name)
    {
        if (!_containers.TryRemove(name, out _))
        {
            throw Account.Missing();
        }
    }
}
