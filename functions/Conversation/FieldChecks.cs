using System.Globalization;
using Sessions.Engine;
using Sessions.Http;

namespace Sessions.Conversation;

/// <summary>Collects what is wrong with a request's fields, so that all of it is told at once.</summary>
internal sealed class FieldChecks
{
    private readonly List<FieldViolation> _found = [];

    /// <summary>Reads a field; when it is wrong, that is noted, and something else is read on with.</summary>
    public T Read<T>(Func<T> read, T otherwise)
    {
        try
        {
            return read();
        }
        catch (RefusedException refused) when (refused.Refusal is ConversationRefusal { Violations: [_, ..] wrong })
        {
            _found.AddRange(wrong);
            return otherwise;
        }
    }

    /// <summary>Does the same of what gives nothing.</summary>
    public void Check(Action check) => Read(
        () =>
        {
            check();
            return true;
        },
        false);

    /// <summary>Notes that a field is wrong, unless something else is wrong with it.</summary>
    public void Require(bool holds, string field, string rule, string reason = FieldReasons.Unsuitable)
    {
        if (!holds && !_found.Exists(one => one.Field == field))
        {
            _found.Add(new(field, $"{field} {rule}", reason));
        }
    }

    /// <summary>Refuses the request when anything is wrong.</summary>
    /// <exception cref="RefusedException">Something is.</exception>
    public void End()
    {
        if (_found is not [])
        {
            throw ConversationErrors.Invalid(_found);
        }
    }
}

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
