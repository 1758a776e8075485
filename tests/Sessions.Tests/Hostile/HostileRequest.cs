using System.Text;

namespace Sessions.Tests.Hostile;

/// <summary>
/// A request as it goes over the wire. <c>&lt;name&gt;</c> stands for the id of a route parameter, so that a request
/// keeps its meaning whatever ids a run makes.
/// </summary>
/// <param name="Function">The function that it was made for.</param>
/// <param name="Method">The verb.</param>
/// <param name="Path">The path, percent-encoded.</param>
/// <param name="Query">The query behind the question mark, percent-encoded.</param>
/// <param name="Headers">The headers; a name may come more than once.</param>
/// <param name="Body">The body, one byte a character.</param>
internal sealed record HostileRequest(
    string Function, string Method, string Path, string Query, (string Name, string Value)[] Headers, string Body)
{
    private const int Shown = 2000;

    // What is read of a body before the answer, where a function reads none.
    private const int MostUnread = 64 * 1024;

    private static readonly string[] _passedOn =
        ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];

    public byte[] BodyBytes => Encoding.Latin1.GetBytes(Body);

    /// <summary>The request with ids in the place of their names.</summary>
    public HostileRequest With(IReadOnlyDictionary<string, string> ids)
    {
        string Fill(string text) => ids.Aggregate(
            text, (filled, id) => filled.Replace($"<{id.Key}>", id.Value, StringComparison.Ordinal));
        return this with
        {
            Path = Fill(Path),
            Query = Fill(Query),
            Headers = [.. Headers.Select(header => (header.Name, Fill(header.Value)))],
            Body = Fill(Body),
        };
    }

    /// <summary>
    /// The request without what a Functions host refuses by itself; <see cref="Hosts.OtherAnswerTests"/> has the list.
    /// </summary>
    public HostileRequest AsAHostPassesOn() => this with
    {
        Method = _passedOn.Contains(Method) ? Method : "OPTIONS",

        // A host that still passes on what nobody reads, when the answer comes, answers by itself or not at all.
        Body = Method is "POST" or "PUT" or "PATCH" || Body.Length <= MostUnread ? Body : Body[..MostUnread],
        // A server resolves dots, so that the path may become another surface's.
        Path = $"/{Path.TrimStart('/')}"
            .Replace("%2e", "x", StringComparison.OrdinalIgnoreCase).Replace("/..", "/x", StringComparison.Ordinal),
        Headers =
        [
            .. Headers.Where(header => header.Name is not "Host")
                .Select(header => (header.Name, string.Concat(header.Value.Where(char.IsAscii)))),
        ],
    };

    /// <summary>Smaller requests, for the search of the smallest that fails.</summary>
    public IEnumerable<HostileRequest> Smaller()
    {
        foreach (var index in Enumerable.Range(0, Headers.Length))
        {
            yield return this with { Headers = [.. Headers.Where((_, other) => other != index)] };
        }

        if (Query.Length > 0)
        {
            yield return this with { Query = "" };
        }

        for (var size = Body.Length; size > 0; size /= 2)
        {
            for (var start = 0; start + size <= Body.Length && size * 16 >= Body.Length; start += size)
            {
                yield return this with { Body = Body.Remove(start, size) };
            }
        }
    }

    public override string ToString() => string.Join('\n',
        [
            $"{Function}: {Method} {Path}{(Query.Length > 0 ? "?" : "")}{Query}",
            .. Headers.Select(header => $"{header.Name}: {Cut(header.Value)}"),
            $"{Body.Length} bytes: {Cut(Body)}",
        ]);

    private static string Cut(string text) => text.Length <= Shown ? text : text[..Shown] + "...";
}
