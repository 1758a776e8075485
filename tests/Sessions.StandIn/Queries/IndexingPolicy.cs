using System.Text.Json;
using System.Text.Json.Nodes;
using Sessions.StandIn.Items;

namespace Sessions.StandIn.Queries;

/// <summary>One path of a composite index.</summary>
internal readonly record struct CompositePath(string Path, bool Descending);

/// <summary>
/// What is indexed: https://learn.microsoft.com/azure/cosmos-db/index-policy. <c>id</c> and <c>_ts</c> always are; the
/// partition key is not, unless it is named.
/// </summary>
internal sealed class IndexingPolicy
{
    private readonly HashSet<string> _included;
    private readonly HashSet<string> _excluded;

    private IndexingPolicy(
        HashSet<string> included, HashSet<string> excluded, IReadOnlyList<IReadOnlyList<CompositePath>> composites) =>
        (_included, _excluded, Composites) = (included, excluded, composites);

    public IReadOnlyList<IReadOnlyList<CompositePath>> Composites { get; }

    public static IndexingPolicy Of(JsonObject? policy) => new(
        Paths(policy?["includedPaths"]) is { Count: > 0 } included ? included
            : Paths(policy?["excludedPaths"]).Contains("/*") ? [] : ["/*"],
        Paths(policy?["excludedPaths"]),
        [.. (policy?["compositeIndexes"]?.AsArray() ?? []).Select(index => Composite(index!.AsArray()))]);

    /// <summary>Whether a path has an index of its own. The more precise rule decides.</summary>
    public bool HasRange(string path)
    {
        if (path is "/id" or "/_ts" || _included.Contains($"{path}/?"))
        {
            return true;
        }

        if (_excluded.Contains($"{path}/?"))
        {
            return false;
        }

        for (var root = path; ; root = root[..root.LastIndexOf('/')])
        {
            if (_included.Contains($"{root}/*"))
            {
                return true;
            }

            if (root.Length is 0 || _excluded.Contains($"{root}/*"))
            {
                return false;
            }
        }
    }

    /// <summary>How many entries an item has in all indexes, without those that every item has.</summary>
    public int TermsOf(Item item) =>
        Composites.Count + _included.Where(path => path.EndsWith('?')).Sum(path => EntriesOf(path, item))
        + (_included.Contains("/*") ? Leaves(JsonElement.Parse(item.Json)) : 0);

    // Of an array each of its elements has one, and what is not there has none.
    private static int EntriesOf(string path, Item item) => path.Split("/[]") is [var array, _]
        ? item.At(array[1..].Split('/')) is { Type: Sql.SqlType.Array } list ? list.Json.GetArrayLength() : 0
        : 1;

    private static int Leaves(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().Sum(property => Leaves(property.Value)),
        JsonValueKind.Array => json.EnumerateArray().Sum(Leaves),
        _ => 1,
    };

    private static HashSet<string> Paths(JsonNode? paths) =>
        [.. (paths?.AsArray() ?? []).Select(path => Plain((string)path!["path"]!))];

    private static string Plain(string path) => path.Replace("\"", "", StringComparison.Ordinal);

    private static IReadOnlyList<CompositePath> Composite(JsonArray paths) =>
        [.. paths.Select(path => new CompositePath((string)path!["path"]!, (string?)path["order"] is "descending"))];
}
