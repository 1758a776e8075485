using Microsoft.AspNetCore.Http;

namespace Sessions.Http;

/// <summary>The key that a client sends to make a repeated create one create.</summary>
internal static class IdempotencyKey
{
    private const int MaxLength = 255;

    /// <summary>The key of <c>Idempotency-Key</c>, or of Twilio's own header; null when neither is sent.</summary>
    /// <exception cref="RefusedException">The key is empty, too long, or given twice.</exception>
    public static string? Of(IHeaderDictionary headers)
    {
        var standard = headers["Idempotency-Key"];
        return (standard.Count > 0 ? standard : headers["I-Twilio-Idempotency-Token"]) switch
        {
            { Count: 0 } => null,
            [{ Length: > 0 and <= MaxLength } key] => key,
            _ => throw RefusedException.For(
                RefusalKind.Invalid, $"The idempotency key must be one value of 1 to {MaxLength} characters."),
        };
    }
}
