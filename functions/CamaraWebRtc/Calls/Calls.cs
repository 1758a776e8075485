using Microsoft.AspNetCore.Http;
using Sessions.Http;
using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.CamaraWebRtc;

/// <summary>
/// What can be done with a call, whichever path it is asked for under. Source: webrtc-call-handling.yaml of
/// https://github.com/camaraproject/WebRTC
/// </summary>
public sealed class Calls(
    CallDocuments calls, RegistrationDocuments registrations, IDocumentStore store, OutboxBell outbox)
{
    private const string RegistrationHeader = "registrationId";

    /// <summary>Creates a call; a registration is looked at when the caller names one.</summary>
    public ValueTask<IResult> Create(Exchange exchange) => Create(exchange, registrationDemanded: false);

    /// <summary>Creates a call of a registered device.</summary>
    public ValueTask<IResult> CreateRegistered(Exchange exchange) => Create(exchange, registrationDemanded: true);

    /// <summary>Shows a call to one of its two parties.</summary>
    public async ValueTask<IResult> Fetch(Exchange exchange)
    {
        var id = IdOf(exchange);
        var read = await store.Read(Partitions.OfCall(exchange.Account, id), id, exchange.Aborted);
        return Show(exchange, StatusCodes.Status200OK, read.OrNull() ?? throw CamaraErrors.NotFound());
    }

    /// <summary>Moves a call on, or renews its media.</summary>
    public async ValueTask<IResult> Update(Exchange exchange)
    {
        var change = StatusChange.Read(await exchange.JsonOrNull(CamaraJson.Wire.MediaSessionRequest), exchange.Now);
        return Show(exchange, StatusCodes.Status200OK, await Change(
            exchange, session => CallRules.Update(StateOf(session), change, exchange.Now)));
    }

    /// <summary>Cancels, declines or hangs up, which depends on who asks and when.</summary>
    public async ValueTask<IResult> Delete(Exchange exchange)
    {
        await Change(exchange, session => CallRules.End(
            StateOf(session), exchange.Caller.Is(session.Body.Originator), exchange.Now));
        return CamaraSurface.Deleted(exchange);
    }

    private async ValueTask<IResult> Create(Exchange exchange, bool registrationDemanded)
    {
        var wanted = NewCall.Read(await exchange.Json(CamaraJson.Wire.MediaSessionRequest), exchange.Now);
        var session = SessionOf(exchange, wanted);
        await CheckRegistration(exchange, registrationDemanded);
        var document = calls.New(exchange, session) with { RequestHash = await exchange.RequestHash() };
        var news = CallNews.Invitation(new(document, session, document.ETag));
        var created = await store.Create(document, [news.Write()], exchange.Aborted);
        outbox.Ring(created.Replayed ? [] : [news]);
        return Show(exchange, StatusCodes.Status201Created, created.Document!);
    }

    private async ValueTask CheckRegistration(Exchange exchange, bool demanded)
    {
        var id = Check.Text(exchange.Request.Headers[RegistrationHeader].ToString(), RegistrationHeader)!;
        if (id.Length == 0 ? demanded : await registrations.FindLive(exchange, id) is null)
        {
            throw CamaraErrors.Invalid($"The header {RegistrationHeader} names no live registration of yours.");
        }
    }

    private async ValueTask<Document> Change(Exchange exchange, Func<Stored<MediaSession>, CallState> rule)
    {
        var id = IdOf(exchange);
        var changed = await store.Change<CallChange>(Partitions.OfCall(exchange.Account, id), id, document =>
        {
            var session = Seen(exchange, document);
            exchange.Request.RequireMatch(session.Version);
            var (before, after) = (StateOf(session), rule(session));
            var change = after == before
                ? new CallChange(document!, null)
                : calls.Changed(session, before.Lifetime.Status, after, exchange.Now);
            return new(change.Writes, change);
        }, exchange.Aborted);
        var (stored, told) = changed.Value;
        outbox.Ring(told is null ? [] : [told]);
        return changed.Commit.ETags is [var etag, ..] ? stored with { ETag = etag } : stored;
    }

    private Stored<MediaSession> Seen(Exchange exchange, Document? document) =>
        calls.Kind.Open(document, exchange.Now) is { } session && session.Body.IsOf(exchange.Caller)
            ? session
            : throw CamaraErrors.NotFound();

    private Answer Show(Exchange exchange, int status, Document document)
    {
        var session = Seen(exchange, document);
        return CamaraSurface
            .Reply(exchange, status, MediaSessionResource.Of(session), CamaraJson.Wire.MediaSessionResource)
            .WithVersion(session.Version);
    }

    private static CallState StateOf(Stored<MediaSession> session) => new(session.Document.Lifetime, session.Body);

    private static string IdOf(Exchange exchange)
    {
        var id = Check.Text(exchange.Route("mediaSessionId"), "mediaSessionId")!;
        return CallDocuments.IsId(id) ? id : throw CamaraErrors.NotFound();
    }

    private static MediaSession SessionOf(Exchange exchange, NewCall wanted) => new()
    {
        OriginatorAddress = wanted.OriginatorAddress,
        OriginatorName = wanted.OriginatorName,
        ReceiverAddress = wanted.ReceiverAddress,
        ReceiverName = wanted.ReceiverName,
        Originator = Originator(exchange, wanted.OriginatorAddress),
        Receiver = Party.Of(wanted.ReceiverAddress),
        Offer = wanted.Offer,
        CallType = wanted.CallType,
        LocationDetails = wanted.LocationDetails,
        ClientCorrelator = wanted.ClientCorrelator,
    };

    private static string Originator(Exchange exchange, string address)
    {
        var party = address == Party.Anonymous ? exchange.Caller.FirstNumber() : Party.Of(address);
        return party is not null && exchange.Caller.Is(party)
            ? party
            : throw CamaraErrors.InvalidTokenContext("originator info");
    }
}
