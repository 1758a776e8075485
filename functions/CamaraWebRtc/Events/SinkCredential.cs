using System.Text.RegularExpressions;

namespace Sessions.CamaraWebRtc;

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
