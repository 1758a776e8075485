using System.Text.RegularExpressions;

namespace Sessions.Tests.Hosts;

/// <summary>All that a client can see of an answer, without what is another in every answer.</summary>
/// <param name="Status">The status.</param>
/// <param name="Text">Status, headers and body.</param>
internal sealed partial record HostAnswer(int Status, string Text)
{
    private static readonly (Regex What, string Mark)[] _ofTheMoment =
    [
        (Jwt(), "<token>"), (PageToken(), "<token>"), (Version(), "<version>"), (Moment(), "<moment>"),
        (Duration(), "<seconds>"), (Delivery(), "<delivery>"), (Minutes(), "<minutes>"), (Count(), "<number>"),
        (Short(), "<id>"),
        (HttpDate(), "<moment>"), (Connection(), "<id>"), (Id(), "<id>"), (Name(), "<name>"), (Number(), "<number>"),
        (Phone(), "<number>"), (Length(), ""),
    ];

    /// <summary>Sends a request and reads the answer; of a stream, its first line.</summary>
    public static async Task<HostAnswer> Of(Func<HttpClient> newClient, Func<HttpRequestMessage> request)
    {
        using var client = newClient();
        using var message = request();
        using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        var headers = response.Headers.Concat(response.Content.Headers)
            // The second is of one hop: https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
            .Where(header => header.Key is not ("Date" or "Connection"))
            .OrderBy(header => header.Key, StringComparer.Ordinal)
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}");
        using var body = new StreamReader(await response.Content.ReadAsStreamAsync());
        var text = response.Content.Headers.ContentType?.MediaType is "application/x-ndjson" or "text/event-stream"
            ? await body.ReadLineAsync()
            : await body.ReadToEndAsync();
        return new((int)response.StatusCode, string.Join('\n', [$"{response.StatusCode}", .. headers, text]));
    }

    /// <summary>The same without ids that were sent.</summary>
    public HostAnswer Without(IReadOnlyDictionary<string, string> ids) => this with
    {
        Text = Masked(ids.OrderByDescending(id => id.Value.Length).Aggregate(
            Text, (kept, id) => kept.Replace(id.Value, $"<{id.Key}>", StringComparison.OrdinalIgnoreCase))),
    };

    private static string Masked(string text) =>
        _ofTheMoment.Aggregate(text, (kept, each) => each.What.Replace(kept, each.Mark));

    [GeneratedRegex(@"eyJ[\w-]+\.[\w-]+\.[\w-]+")]
    private static partial Regex Jwt();

    [GeneratedRegex(@"(?<=PageToken=|[Tt]oken"":""|""next"":""|""cursor"":"")[\w-]+")]
    private static partial Regex PageToken();

    // Of a Conversation's session.
    [GeneratedRegex(@"[0-9a-f]{8}-\d+(?="")")]
    private static partial Regex Version();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?")]
    private static partial Regex Moment();

    [GeneratedRegex("""(?<="duration":|"milliseconds":)\d+""")]
    private static partial Regex Duration();

    // How far an event has come when it is asked for is up to its target.
    [GeneratedRegex("""(?<=,)"state":"[a-z]+","at":"[^"]*","attempts":\[.*?\],"nextAttemptAt":[^}]*""")]
    private static partial Regex Delivery();

    // What else there is depends on what came before.
    [GeneratedRegex(
        """(?<="(?:open|closed|waiting|failed|due|lagSeconds|resent)":)[\d.]+|(?<="oldestAt":)(null|"[^"]*")""")]
    private static partial Regex Count();

    [GeneratedRegex("""(?<=")s[0-9a-z]{20}(?=")""")]
    private static partial Regex Short();

    // What a process was busy with is its own, and so is how its targets are.
    [GeneratedRegex("""(?<="(?:minutes|targets)":\[).*(?=\])""")]
    private static partial Regex Minutes();

    [GeneratedRegex(@"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d")]
    private static partial Regex HttpDate();

    // Kestrel's name of a request.
    [GeneratedRegex("0H[0-9A-Z]{11}:[0-9A-F]{8}")]
    private static partial Regex Connection();

    [GeneratedRegex("[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[0-9A-Fa-f]{12,}")]
    private static partial Regex Id();

    [GeneratedRegex(@"sample-\d+")]
    private static partial Regex Name();

    [GeneratedRegex(@"\d{6,}")]
    private static partial Regex Number();

    [GeneratedRegex(@"\(\d{3}\) \d{3}-\d{4}")]
    private static partial Regex Phone();

    // What was masked may be longer.
    [GeneratedRegex("^Content-Length: .*$", RegexOptions.Multiline)]
    private static partial Regex Length();
}
