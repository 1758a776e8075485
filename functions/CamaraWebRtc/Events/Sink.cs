using System.Text.RegularExpressions;
using Sessions.Outbox;

namespace Sessions.CamaraWebRtc;

/// <summary>Where events go: an absolute URI as RFC 3986 writes one, and no more than it writes.</summary>
/// <param name="Text">The address, as sent.</param>
internal sealed partial record SinkAddress(string Text)
{
    private const string Escaped = "%[0-9A-Fa-f]{2}";
    private const string Plain = @"A-Za-z0-9._~!$&'()*+,;=\-";
    private const string Segments = $"(?:[{Plain}:@/]|{Escaped})*";

    /// <summary>Reads one; null when none was sent.</summary>
    /// <exception cref="Http.RefusedException">INVALID_SINK.</exception>
    public static SinkAddress? Read(string? sent, int longest, TargetPolicy targets) =>
        sent is null ? null
        : sent.Length <= longest && Form().IsMatch(sent)
        && Uri.TryCreate(sent, UriKind.Absolute, out var uri) && targets.Allows(uri)
            ? new(sent)
        : throw CamaraErrors.Error(
            400, "INVALID_SINK", $"sink is no address to send to. It must be {targets.Expected}, and public.");

    // RFC 3986, appendix A, for http and https: authority, path-abempty, query and fragment.
    [GeneratedRegex(
        $@"^https?://(?:(?:[{Plain}:]|{Escaped})*@)?(?:\[[0-9A-Fa-f:.]+\]|(?:[{Plain}]|{Escaped})+)(?::[0-9]*)?"
        + $@"(?:/{Segments})?(?:\?(?:[{Plain}:@/?]|{Escaped})*)?(?:#(?:[{Plain}:@/?]|{Escaped})*)?\z",
        RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}

/// <summary>What opens the sink, as clients send it. An example of the yaml spells the end in a second way.</summary>
internal sealed record SinkCredential(
    string? CredentialType,
    string? AccessToken,
    string? AccessTokenType,
    DateTimeOffset? AccessTokenExpiresUtc,
    DateTimeOffset? AccessTokenExpireUtc);

/// <summary>The bearer token of a sink, and until when it is good.</summary>
internal sealed partial record SinkToken(string Token, DateTimeOffset End)
{
    private const int MaxLength = 8192;

    /// <summary>Reads what was sent; null when nothing was.</summary>
    /// <exception cref="Http.RefusedException">INVALID_CREDENTIAL, INVALID_TOKEN, OUT_OF_RANGE.</exception>
    public static SinkToken? Read(SinkCredential? sent, DateTimeOffset now)
    {
        if (sent is null)
        {
            return null;
        }

        var until = sent.AccessTokenExpiresUtc ?? sent.AccessTokenExpireUtc;
        if (sent.CredentialType != "ACCESSTOKEN" || sent.AccessToken is not { } token || until is not { } end)
        {
            throw CamaraErrors.Error(400, "INVALID_CREDENTIAL", "Only Access token is supported");
        }

        if (sent.AccessTokenType != "bearer" || token.Length > MaxLength || !Form().IsMatch(token))
        {
            throw CamaraErrors.Error(400, "INVALID_TOKEN", "Only bearer token is supported");
        }

        return end > now
            ? new(token, end)
            : throw CamaraErrors.OutOfRange(
                "accessTokenExpiresUtc has passed. Send a token that is good for a while.");
    }

    // What an Authorization header takes after "Bearer" (RFC 6750).
    [GeneratedRegex(@"^[A-Za-z0-9._~+/-]+=*\z", RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}

/// <summary>What a sink wants of the requests beside its token, the yaml's HTTPSettings.</summary>
public sealed partial record HttpSettings
{
    private const int MaxHeaders = 20;
    private const int MaxValue = 512;
    private const string Post = "POST";

    // What we write ourselves, and what belongs to a connection and not to a request (RFC 9110, section 7.6.1).
    private static readonly HashSet<string> _ours = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization", "Connection", "Expect", "Host", "Keep-Alive", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
        "Webhook-Id", Correlator.Header,
    };

    /// <summary>Headers that go with every event.</summary>
    public IReadOnlyDictionary<string, string?>? Headers { get; init; }

    /// <summary>The method, which is POST.</summary>
    public string? Method { get; init; }

    /// <summary>Reads what was sent; null when nothing was.</summary>
    /// <exception cref="Http.RefusedException">INVALID_ARGUMENT.</exception>
    internal static HttpSettings? Read(HttpSettings? sent)
    {
        Check.Word(sent?.Method, "protocolSettings.method", Post);
        if (sent?.Headers is { } headers && (headers.Count > MaxHeaders || !headers.All(IsTaken)))
        {
            throw CamaraErrors.Invalid(
                $"protocolSettings.headers is to hold at most {MaxHeaders} headers of your own, with values of at most "
                + $"{MaxValue} visible characters. A token for the sink goes into sinkCredential.");
        }

        return sent;
    }

    private static bool IsTaken(KeyValuePair<string, string?> header) =>
        Name().IsMatch(header.Key)
        && !_ours.Contains(header.Key)
        && !header.Key.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)
        && !header.Key.StartsWith("Proxy-", StringComparison.OrdinalIgnoreCase)
        && header.Value is { Length: <= MaxValue } value && Value().IsMatch(value);

    // A token, and what a field takes of ASCII (RFC 9110, section 5).
    [GeneratedRegex(@"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Name();

    [GeneratedRegex(@"^(?:[!-~](?:[ -~]*[!-~])?)?\z", RegexOptions.NonBacktracking)]
    private static partial Regex Value();
}
