using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.TwilioProxy;

/// <summary>Reads what is stored of a Service, and checks what must hold at every moment.</summary>
internal static class ClaimInvariant
{
    private static readonly string[] _kinds =
    [
        "session", "claim", "past-claim", "last-number", "phone-number", "short-code", "interaction",
        "message-interaction", "session-remains",
    ];

    /// <summary>
    /// No pair is in two open Sessions, and claims are exactly the pairs of the Sessions that are stored as open.
    /// </summary>
    public static Task Holds(SessionsApp app, string service) => Holds(app.Store, service);

    /// <inheritdoc cref="Holds(SessionsApp, string)"/>
    public static async Task Holds(IDocumentStore store, string service)
    {
        var claims = await All(store, service, "claim");
        var sessions = await All(store, service, "session");
        var pairs = sessions.Where(session => session.Lifetime!.Open).SelectMany(PairsOf).Order().ToList();

        Assert.Distinct(pairs.Select(pair => pair.Claim));
        Assert.Equal(pairs, claims.Select(claim => (claim.Id, SessionOf(claim))).Order());
    }

    /// <summary>
    /// No pair is in two Sessions that readers see open, while others write: what is read is of different moments, so
    /// only Sessions that did not change meanwhile count.
    /// </summary>
    public static async Task HoldsMeanwhile(SessionsApp app, string service)
    {
        var before = await All(app, service, "session");
        var after = (await All(app, service, "session")).ToDictionary(session => session.Id, session => session.ETag);
        var unchanged = before.Where(session => after.GetValueOrDefault(session.Id) == session.ETag);

        var open = unchanged.Where(session => session.Lifetime!.Open);
        Assert.Distinct(open.SelectMany(PairsOf).Select(pair => pair.Claim));
    }

    /// <summary>Every document of the Service.</summary>
    public static async Task<IReadOnlyList<Document>> Everything(SessionsApp app, string service)
    {
        var all = new List<Document>();
        foreach (var kind in _kinds)
        {
            all.AddRange(await All(app, service, kind));
        }

        return all;
    }

    /// <summary>Every document of a kind, all pages.</summary>
    public static Task<IReadOnlyList<Document>> All(SessionsApp app, string service, string kind) =>
        All(app.Store, service, kind);

    private static async Task<IReadOnlyList<Document>> All(IDocumentStore store, string service, string kind)
    {
        var all = new List<Document>();
        for (ListPosition? after = null; ;)
        {
            var page = (await store.List(
                new($"acme:twilio-proxy:{service[^34..]}", $"twilio-proxy/{kind}", 1000) { After = after },
                CancellationToken.None)).Value!;
            all.AddRange(page);
            if (page.Count < 1000)
            {
                return all;
            }

            after = new(page[^1].CreatedAt, page[^1].Id);
        }
    }

    private static IEnumerable<(string Claim, string Session)> PairsOf(Document session) =>
        from participant in JsonNode.Parse(session.Body.Span)!["participants"]?.AsArray() ?? []
        where participant["deletedAt"] is null
        select (ClaimOf($"{participant["proxyIdentifier"]}", $"{participant["identifier"]}"), session.Id);

    private static string ClaimOf(string proxyIdentifier, string identifier)
    {
        var pair = Encoding.UTF8.GetBytes($"{proxyIdentifier.Length}:{proxyIdentifier}{identifier}");
        return "claim:" + Convert.ToHexStringLower(SHA256.HashData(pair));
    }

    private static string SessionOf(Document claim) => JsonNode.Parse(claim.Body.Span)!["sessionSid"]!.ToString();
}
