using System.Globalization;
using Sessions.Engine;
using Sessions.Http;

namespace Sessions.Conversation;

/// <summary>
/// What may go with whatever changes something, in the query or in a message that is a request of its own: a request
/// id makes a repeated request one request (AIP-155), as the header Idempotency-Key does; validateOnly has it tried and
/// nothing changed (AIP-163).
/// </summary>
/// <param name="IsTrial">Whether nothing is to change.</param>
internal sealed record ChangeRequest(bool IsTrial)
{
    private const int MaxLength = 256;

    /// <summary>Reads them, and takes the request id; what is wrong is noted.</summary>
    public static ChangeRequest Read(Exchange exchange, FieldChecks checks, ProtoMessage? message = null)
    {
        var query = new ProtoQuery(exchange.Request.Query);
        checks.Check(() => TakeId(exchange, query.Text("requestId")));
        checks.Check(() => TakeId(exchange, message?.Text("requestId", MaxLength)));
        var isTrial = checks.Read(() => query.Flag("validateOnly"), false);
        return new(isTrial || checks.Read(() => message?.Flag("validateOnly") is true, false));
    }

    /// <summary>The request as a change is asked for with.</summary>
    public async ValueTask<Command> Command(Exchange exchange) => (await exchange.Command()) with { IsTrial = IsTrial };

    private static void TakeId(Exchange exchange, string? requestId)
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
