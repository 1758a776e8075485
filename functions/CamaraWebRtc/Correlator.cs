using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Sessions.CamaraWebRtc;

/// <summary>
/// The <c>x-correlator</c> header, by which a caller finds the answer to its request: at most 256 of
/// <c>[a-zA-Z0-9-_:;./&lt;&gt;{}]</c>.
/// </summary>
internal static class Correlator
{
    public const string Header = "x-correlator";

    private const int MaxLength = 256;

    private static readonly SearchValues<char> _characters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_:;./<>{}");

    /// <summary>The caller's, when it is usable; else null.</summary>
    public static string? Of(HttpRequest request) =>
        request.Headers[Header] is [{ Length: > 0 } sent] && IsWellFormed(sent) ? sent : null;

    /// <summary>Refuses one that is malformed or there twice.</summary>
    /// <exception cref="Http.RefusedException">INVALID_ARGUMENT.</exception>
    public static void Check(HttpRequest request)
    {
        var sent = request.Headers[Header];
        if (sent.Count > 1 || !IsWellFormed(sent.ToString()))
        {
            throw CamaraErrors.Invalid($"{Header} is one value of at most {MaxLength} of a-z A-Z 0-9 -_:;./<>{{}}.");
        }
    }

    private static bool IsWellFormed(string text) =>
        text.Length <= MaxLength && !text.AsSpan().ContainsAnyExcept(_characters);
}
