using Microsoft.AspNetCore.Http;

namespace Sessions.Http.Accounts;

/// <summary>Finds who a bearer token speaks for, for every surface that takes one.</summary>
public sealed class BearerTokens(Credentials credentials)
{
    /// <summary>The caller of the <c>Authorization: Bearer</c> header, or null.</summary>
    public ValueTask<Caller?> Caller(HttpRequest request, DateTimeOffset now) =>
        Caller(AuthorizationHeader.Bearer(request), now);

    /// <summary>The caller of a token, or null when it is absent, unknown or has run out.</summary>
    public ValueTask<Caller?> Caller(string? token, DateTimeOffset now) =>
        ValueTask.FromResult(token is null ? null : credentials.Token(token, now));
}
