using System.Text.Json;
using System.Text.Json.Serialization;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Accounts;

namespace Sessions.TwilioProxy;

/// <summary>
/// Asks the application what to do with a contact that belongs to no open Session. It may answer TwiML, or JSON that
/// makes a Session between the one who makes contact and somebody else.
/// Source: https://www.twilio.com/docs/proxy/out-session-callback-response-guide
/// </summary>
internal sealed class OutOfSession(
    ApplicationCalls application, Whereabouts whereabouts, SessionCreation creation)
{
    /// <summary>What came of it.</summary>
    public async ValueTask<OutOfSessionReply> Ask(Exchange exchange, State<ProxyService> service, Contact contact)
    {
        if (service.Body.OutOfSessionCallbackUrl is not { } url)
        {
            return new(80905);
        }

        var last = await whereabouts.Last(exchange, contact);
        var fields = contact.Form.Fields
            .SelectMany(field => field.Value, (field, value) => KeyValuePair.Create(field.Key, value))
            .Concat(PreviousSession.Fields(exchange.Account, service.Id, last));
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
        Exchange exchange, State<ProxyService> service, Contact contact, ReadOnlyMemory<byte> body)
    {
        try
        {
            var wanted = JsonSerializer.Deserialize(body.Span, ProxyStorageJson.Default.AutoSession)?.For(contact);
            if (wanted is null)
            {
                return new(80905);
            }

            await creation.Create(exchange, service, wanted);
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
        catch (KeyReusedException)
        {
            return new(20422);
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

/// <summary>What the application is told of the last Session of a contact.</summary>
internal static class PreviousSession
{
    /// <summary>The fields; none when there was no Session.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Fields(
        Account account, string serviceSid, Whereabout? last)
    {
        if (last is null)
        {
            return [];
        }

        var (session, lifetime) = (last.Session, last.Session.Lifetime);
        return
        [
            .. Of("inbound", last.Participant, account, serviceSid, session.Id),
            .. last.Partner is { } partner ? Of("outbound", partner, account, serviceSid, session.Id) : [],
            new("sessionAccountSid", account.Sid),
            new("sessionClosedReason", lifetime.ClosedReason ?? ""),
            new("sessionDateCreated", InteractionCallbacks.Date(lifetime.CreatedAt)),
            .. lifetime.EndedAt is { } end ? Single("sessionDateEnded", InteractionCallbacks.Date(end)) : [],
            new("sessionDateUpdated", InteractionCallbacks.Date(lifetime.UpdatedAt)),
            new("sessionMode", session.Body.Mode),
            new("sessionServiceSid", serviceSid),
            new("sessionSid", session.Id),
            new("sessionStatus", lifetime.Status),
            .. session.Body.UniqueName is { } name ? Single("sessionUniqueName", name) : [],
        ];
    }

    private static IEnumerable<KeyValuePair<string, string>> Of(
        string side, Participant participant, Account account, string serviceSid, string sessionSid) =>
    [
        new($"{side}ParticipantAccountSid", account.Sid),
        new($"{side}ParticipantDateCreated", InteractionCallbacks.Date(participant.CreatedAt)),
        new($"{side}ParticipantDateUpdated", InteractionCallbacks.Date(participant.UpdatedAt)),
        new($"{side}ParticipantFriendlyName", participant.FriendlyName ?? ""),
        new($"{side}ParticipantIdentifier", participant.Identifier),
        new($"{side}ParticipantProxyIdentifier", participant.ProxyIdentifier),
        new($"{side}ParticipantProxyIdentifierSid", participant.ProxyIdentifierSid ?? ""),
        new($"{side}ParticipantServiceSid", serviceSid),
        new($"{side}ParticipantSessionSid", sessionSid),
        new($"{side}ParticipantSid", participant.Sid),
    ];

    private static KeyValuePair<string, string>[] Single(string name, string value) => [new(name, value)];
}

/// <summary>The JSON by which the application makes a Session for a contact that has none.</summary>
internal sealed record AutoSession
{
    private const int MaxUniqueName = 191;

    /// <summary>The Session's name, or null.</summary>
    public string? UniqueName { get; init; }

    /// <summary>Its mode, or null to choose one that suits the participants.</summary>
    public string? Mode { get; init; }

    /// <summary>Its time to live in seconds; null is for ever, whatever the Service says.</summary>
    [JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
    public int? Ttl { get; init; }

    /// <summary>Its end, or null.</summary>
    public DateTimeOffset? DateExpiry { get; init; }

    /// <summary>Whom the contact is for.</summary>
    public string? ParticipantIdentifier { get; init; }

    /// <summary>The proxy number for that one, or null to choose it.</summary>
    public string? ParticipantProxyIdentifier { get; init; }

    /// <summary>The Session to make, or null when the answer is not good for one.</summary>
    /// <exception cref="Http.RefusedException">80404: the identifiers cannot be reached.</exception>
    public NewSession? For(Contact contact)
    {
        if (ParticipantIdentifier is null || Ttl < 0 || UniqueName?.Length > MaxUniqueName
            || (Mode is not null && !SessionMode.All.Contains(Mode)))
        {
            return null;
        }

        var caller = NewParticipant.Of(contact.From, null, contact.To, null);
        var other = NewParticipant.Of(ParticipantIdentifier, null, ParticipantProxyIdentifier, null);
        var channels = caller.Identifier.Channel is not null || other.Identifier.Channel is not null;
        return new(
            UniqueName is "" ? null : UniqueName,
            DateExpiry,
            Ttl ?? 0,
            Mode ?? (channels ? SessionMode.MessageOnly : SessionMode.VoiceAndMessage),
            SessionStatus.Open,
            [caller, other]);
    }
}
