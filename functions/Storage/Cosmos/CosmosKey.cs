namespace Sessions.Storage.Cosmos;

/// <summary>
/// The item's key. Each item needs one of its own, since Cosmos DB holds all items without one to have the same. The
/// first word keeps both sorts apart, whatever keys the surfaces choose.
/// </summary>
internal static class CosmosKey
{
    private const string Natural = "key:";
    private const string ById = "id:";

    public static string Of(Document document) => document.Key is { } key ? Of(key) : ById + document.Id;

    public static string Of(string key) => Natural + key;

    public static string? ToDocument(string key) =>
        key.StartsWith(Natural, StringComparison.Ordinal) ? key[Natural.Length..] : null;
}
