using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Sessions.Http.Accounts;

/// <summary>Reads the <c>Authorization</c> header. What is not well formed counts as absent.</summary>
public static class AuthorizationHeader
{
    private static readonly UTF8Encoding _strictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>The user and password of Basic (RFC 7617), or null.</summary>
    public static (string User, string Password)? Basic(HttpRequest request)
    {
        if (Parameter(request, "Basic") is not { } encoded)
        {
            return null;
        }

        try
        {
            var pair = _strictUtf8.GetString(Convert.FromBase64String(encoded));
            return pair.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon
                ? (pair[..colon], pair[(colon + 1)..])
                : null;
        }
        catch (Exception malformed) when (malformed is FormatException or DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>The token of Bearer (RFC 6750), or null.</summary>
    public static string? Bearer(HttpRequest request) => Parameter(request, "Bearer");

    private static string? Parameter(HttpRequest request, string scheme) =>
        AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header)
        && string.Equals(header.Scheme, scheme, StringComparison.OrdinalIgnoreCase)
        && !string.IsNullOrEmpty(header.Parameter)
            ? header.Parameter
            : null;
}
