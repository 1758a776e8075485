using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Bodies;

namespace Sessions.TwilioProxy;

/// <summary>Somebody calls a proxy number, or writes to it.</summary>
/// <param name="Type">message or voice.</param>
/// <param name="From">Who.</param>
/// <param name="To">The proxy number.</param>
/// <param name="ResourceSid">The SID of the message or call.</param>
/// <param name="Body">The text; empty for a call.</param>
/// <param name="Media">Addresses of media.</param>
/// <param name="Form">All that the carrier sent.</param>
internal sealed record Contact(
    string Type,
    string From,
    string To,
    string ResourceSid,
    string Body,
    IReadOnlyList<string> Media,
    Form Form)
{
    private const int MaxAddress = 191;
    private const int MaxBody = 16 * 1024;
    private const int MaxMedia = 10;
    private const int MaxUrl = 2048;

    // https://www.twilio.com/docs/proxy/opt-out-keywords
    private static readonly HashSet<string> _optOut = new(StringComparer.OrdinalIgnoreCase)
    {
        "STOP", "UNSUBSCRIBE", "END", "CANCEL", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "ARRETT", "ARRET",
        "ARRETE", "UNSTOP",
    };

    /// <summary>Whether it is a word to the carrier, which is passed on to nobody.</summary>
    public bool IsOptOut => Type == InteractionType.Message && _optOut.Contains(Body.Trim());

    /// <summary>What is kept of it. How long a call takes is not known when it begins.</summary>
    public string Data => Type == InteractionType.Voice ? Interaction.NoData : NewMessage.DataOf(Body, Media);

    /// <summary>A message, in Twilio's form.</summary>
    /// <exception cref="Http.RefusedException">20001: it is not well formed.</exception>
    public static Contact Message(Form form)
    {
        var parameters = new ProxyParameters(form);
        var media = Enumerable.Range(0, MaxMedia)
            .Select(index => parameters.Text($"MediaUrl{index}", MaxUrl))
            .OfType<string>();
        var sid = form.All("MessageSid") is [] ? "SmsSid" : "MessageSid";
        return Of(parameters, InteractionType.Message, sid, form) with
        {
            Body = parameters.Text("Body", MaxBody) ?? "",
            Media = [.. media],
        };
    }

    /// <summary>A call, in Twilio's form.</summary>
    /// <exception cref="Http.RefusedException">20001: it is not well formed.</exception>
    public static Contact Voice(Form form) => Of(new(form), InteractionType.Voice, "CallSid", form);

    private static Contact Of(ProxyParameters parameters, string type, string sidName, Form form)
    {
        var sid = parameters.RequiredText(sidName, MaxAddress);
        return Sids.IsAny(sid)
            ? new(
                type,
                parameters.RequiredText("From", MaxAddress),
                parameters.RequiredText("To", MaxAddress),
                sid,
                "",
                [],
                form)
            : throw ProxyErrors.Invalid($"Invalid {sidName}: send two letters and 32 hexadecimal digits.");
    }
}

/// <summary>Finds the Session that a contact belongs to.</summary>
internal sealed class Whereabouts(
    Reader reader, ClaimKind claims, PastClaimKind pastClaims, ProxySessionKind sessions)
{
    /// <summary>The open Session of the pair, or null: the claim names it, so that nothing is searched.</summary>
    public async ValueTask<Whereabout?> Find(Exchange exchange, Contact contact) =>
        await ClaimOf(exchange, claims, ClaimKind.IdOf(contact.To, contact.From)) is { } claim
        && claim.Body.IsAlive(exchange.Now)
        && await Open(exchange, claim) is { Session.Lifetime.Open: true } found
            ? found
            : null;

    /// <summary>The last Session of the pair, or null when it is forgotten or there was none.</summary>
    public async ValueTask<Whereabout?> Last(Exchange exchange, Contact contact)
    {
        var id = ClaimKind.IdOf(contact.To, contact.From);
        var last = await ClaimOf(exchange, claims, id)
            ?? await ClaimOf(exchange, pastClaims, PastClaimKind.IdOf(id));
        return last is null ? null : await Open(exchange, last);
    }

    private ValueTask<State<Claim>?> ClaimOf(Exchange exchange, Kind<Claim> kind, string id) =>
        reader.Find(kind, ProxyReader.PartitionOf(exchange), id, exchange.Now, exchange.Aborted);

    private async ValueTask<Whereabout?> Open(Exchange exchange, State<Claim> claim)
    {
        var sid = claim.Body.SessionSid;
        return await reader.Find(sessions, claim.Partition, sid, exchange.Now, exchange.Aborted) is { } session
            && session.Body.Find(claim.Body.ParticipantSid) is { } participant
                ? new(session, participant)
                : null;
    }
}

/// <summary>A Session and who of it makes contact.</summary>
internal sealed record Whereabout(State<ProxySession> Session, Participant Participant)
{
    /// <summary>Whom the contact is for, or null when nobody is there.</summary>
    public Participant? Partner => Session.Body.PartnerOf(Participant);
}
