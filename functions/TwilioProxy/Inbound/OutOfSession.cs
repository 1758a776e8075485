using System.Text.Json;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>
/// Asks the application what to do with a contact that belongs to no open Session. It may answer TwiML, or JSON that
/// makes a Session between the one who makes contact and somebody else.
/// Source: https://www.twilio.com/docs/proxy/out-session-callback-response-guide
/// </summary>
internal sealed class OutOfSession(
    ApplicationCalls application, Whereabouts whereabouts, ParticipantCreation creation)
{
    /// <summary>What came of it.</summary>
    public async ValueTask<OutOfSessionReply> Ask(Exchange exchange, Stored<ProxyService> service, Contact contact)
    {
        if (service.Body.OutOfSessionCallbackUrl is not { } url)
        {
            return new(80905);
        }

        var last = await whereabouts.Last(exchange, contact);
        var fields = contact.Form.Fields
            .SelectMany(field => field.Value, (field, value) => KeyValuePair.Create(field.Key, value))
            .Concat(PreviousSession.Fields(exchange.Account, service.Document.Id, last));
        var reply = await application.Ask(exchange.Account, url, fields, exchange.Aborted);
        return reply is not { IsSuccess: true } ? new(80913) : reply.MediaType switch
        {
            "application/xml" or "text/xml" => new(80905, TwiMl.Relay(reply.Body)),
            "application/json" => await Create(exchange, service, contact, reply.Body),
            _ => new(80905),
        };
    }

    // A session that cannot be made is as none: the contact is declined, and the log says why.
    private async ValueTask<OutOfSessionReply> Create(
        Exchange exchange, Stored<ProxyService> service, Contact contact, ReadOnlyMemory<byte> body)
    {
        try
        {
            var wanted = JsonSerializer.Deserialize(body.Span, ProxyStorageJson.Default.AutoSession)?.For(contact);
            if (wanted is null)
            {
                return new(80905);
            }

            await creation.CreateSession(exchange, service, wanted);
            return new(80905) { Made = true };
        }
        catch (JsonException)
        {
            return new(80905);
        }
        catch (RefusedException refusal)
        {
            return new(ProxyErrors.Of(refusal.Refusal).Code);
        }
    }
}

/// <summary>What came of asking the application.</summary>
/// <param name="Code">Twilio's code for a contact that is declined.</param>
/// <param name="Answer">The application's own TwiML, or null.</param>
internal sealed record OutOfSessionReply(int Code, Answer? Answer = null)
{
    /// <summary>Whether a Session was made.</summary>
    public bool Made { get; init; }
}
