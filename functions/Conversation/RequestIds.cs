using System.Globalization;
using Sessions.Http;

namespace Sessions.Conversation;

/// <summary>
/// AIP-155: a request id makes a repeated request one request. The header Idempotency-Key does so too.
/// </summary>
internal static class RequestIds
{
    /// <summary>Takes the request id, if there is one.</summary>
    /// <exception cref="RefusedException">It is no UUID, or the header has another.</exception>
    public static void Take(Exchange exchange, string? requestId)
    {
        if (requestId is null)
        {
            return;
        }

        if (!Guid.TryParseExact(requestId, "D", out var id))
        {
            throw ConversationErrors.Invalid("requestId", "must be a UUID.");
        }

        exchange.RepeatBy(id.ToString("D", CultureInfo.InvariantCulture));
    }
}
