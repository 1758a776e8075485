using System.Text.RegularExpressions;

namespace Sessions.CamaraWebRtc;

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
