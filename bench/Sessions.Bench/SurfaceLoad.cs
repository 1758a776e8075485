using System.Text.Json;

namespace Sessions.Bench;

/// <summary>What is asked of a surface: its sessions created, fetched, listed and updated.</summary>
/// <param name="Kind">The kind of the documents that its sessions are.</param>
/// <param name="Create">Makes a session.</param>
internal sealed record SurfaceLoad(string Kind, ApiRequest Create)
{
    /// <summary>Where the session's id is in the answer of the create.</summary>
    public required Func<JsonElement, string> Id { get; init; }

    /// <summary>Fetches a session; in the place of its id is a row of #.</summary>
    public required ApiRequest Fetch { get; init; }

    /// <summary>Lists ten of them, or null when the surface has no list.</summary>
    public ApiRequest? List { get; init; }

    /// <summary>Changes a session, any number of times.</summary>
    public required ApiRequest Update { get; init; }

    /// <summary>What stands for the # of an update, when that is not a session's id alone.</summary>
    public IReadOnlyList<string>? Updated { get; init; }

    /// <summary>Creates a thousand sessions, and gives their ids.</summary>
    public async Task<string[]> Fill(ApiCaller caller)
    {
        var ids = new string[1000];
        for (var index = 0; index < ids.Length; index++)
        {
            ids[index] = Id(await caller.Send(Create));
        }

        return ids;
    }

    /// <summary>What a server is asked, by the operation; the create last: it makes the lists longer.</summary>
    /// <param name="target">The server.</param>
    /// <param name="ids">Its sessions.</param>
    public IReadOnlyDictionary<string, Exchange> Exchanges(Target target, IReadOnlyList<string> ids)
    {
        var exchanges = new Dictionary<string, Exchange>
        {
            ["fetch"] = target.Each(Fetch, ids),
            ["update"] = target.Each(Update, Updated ?? ids),
        };
        if (List is { } list)
        {
            exchanges["list"] = target.Numbered(list);
        }

        exchanges["create"] = target.Numbered(Create);
        return exchanges;
    }
}
