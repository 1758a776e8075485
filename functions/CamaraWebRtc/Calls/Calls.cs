using Microsoft.AspNetCore.Http;
using Sessions.Http;
using Sessions.Http.Outbox;
using Sessions.Storage;

namespace Sessions.CamaraWebRtc;

/// <summary>
/// What can be done with a call, whichever path it is asked for under. Source: webrtc-call-handling.yaml of
/// https://github.com/camaraproject/WebRTC
/// </summary>
public sealed class Calls(
    CallDocuments calls, RegistrationDocuments registrations, IDocumentStore store, Outbox outbox)
{
    private const string RegistrationHeader = "registrationId";

    /// <summary>Creates a call; a registration is looked at when the caller names one.</summary>
    public ValueTask<IResult> Create(Call call) => Create(call, registrationDemanded: false);

    /// <summary>Creates a call of a registered device.</summary>
    public ValueTask<IResult> CreateRegistered(Call call) => Create(call, registrationDemanded: true);

    /// <summary>Shows a call to one of its two parties.</summary>
    public async ValueTask<IResult> Fetch(Call call)
    {
        var id = IdOf(call);
        var read = await store.Read(Partitions.OfCall(call.Account, id), id, call.Aborted);
        return Show(call, StatusCodes.Status200OK, read.OrNull() ?? throw CamaraErrors.NotFound());
    }

    /// <summary>Moves a call on, or renews its media.</summary>
    public async ValueTask<IResult> Update(Call call)
    {
        var change = StatusChange.Read(await call.JsonOrNull(CamaraJson.Wire.MediaSessionRequest), call.Now);
        return Show(call, StatusCodes.Status200OK, await Change(
            call, session => CallRules.Update(StateOf(session), change, call.Now)));
    }

    /// <summary>Cancels, declines or hangs up, which depends on who asks and when.</summary>
    public async ValueTask<IResult> Delete(Call call)
    {
        await Change(call, session => CallRules.End(
            StateOf(session), call.Caller.Is(session.Body.Originator), call.Now));
        return CamaraSurface.Deleted(call);
    }

    private async ValueTask<IResult> Create(Call call, bool registrationDemanded)
    {
        var wanted = NewCall.Read(await call.Json(CamaraJson.Wire.MediaSessionRequest), call.Now);
        var session = SessionOf(call, wanted);
        await CheckRegistration(call, registrationDemanded);
        var document = calls.New(call, session) with { RequestHash = await call.RequestHash() };
        var news = CallNews.Invitation(new(document, session, document.ETag));
        var created = await store.Create(document, [news.Write()], call.Aborted);
        outbox.Committed(created.Replayed ? [] : [news]);
        return Show(call, StatusCodes.Status201Created, created.Document!);
    }

    private async ValueTask CheckRegistration(Call call, bool demanded)
    {
        var id = Check.Text(call.Request.Headers[RegistrationHeader].ToString(), RegistrationHeader)!;
        if (id.Length == 0 ? demanded : await registrations.FindLive(call, id) is null)
        {
            throw CamaraErrors.Invalid($"The header {RegistrationHeader} names no live registration of yours.");
        }
    }

    private async ValueTask<Document> Change(Call call, Func<Stored<MediaSession>, CallState> rule)
    {
        var id = IdOf(call);
        var changed = await store.Change<CallChange>(Partitions.OfCall(call.Account, id), id, document =>
        {
            var session = Seen(call, document);
            call.Request.RequireMatch(session.Version);
            var (before, after) = (StateOf(session), rule(session));
            if (after == before)
            {
                return new([], new(document!, null));
            }

            var next = calls.Sealed(session.Document, after, call.Now);
            var news = CallNews.Change(new(next, after.Body, next.ETag), before.Lifetime.Status);
            return new([new Write.Replace(next), news.Write()], new(next, news));
        }, call.Aborted);
        var (stored, told) = changed.Value;
        outbox.Committed(told is null ? [] : [told]);
        return changed.Commit.ETags is [var etag, ..] ? stored with { ETag = etag } : stored;
    }

    private Stored<MediaSession> Seen(Call call, Document? document) =>
        calls.Kind.Open(document, call.Now) is { } session && session.Body.IsOf(call.Caller)
            ? session
            : throw CamaraErrors.NotFound();

    private Answer Show(Call call, int status, Document document)
    {
        var session = Seen(call, document);
        return CamaraSurface
            .Reply(call, status, MediaSessionResource.Of(session), CamaraJson.Wire.MediaSessionResource)
            .WithVersion(session.Version);
    }

    private static CallState StateOf(Stored<MediaSession> session) => new(session.Document.Lifetime, session.Body);

    private static string IdOf(Call call)
    {
        var id = Check.Text(call.Route("mediaSessionId"), "mediaSessionId")!;
        return CallDocuments.IsId(id) ? id : throw CamaraErrors.NotFound();
    }

    private static MediaSession SessionOf(Call call, NewCall wanted) => new()
    {
        OriginatorAddress = wanted.OriginatorAddress,
        OriginatorName = wanted.OriginatorName,
        ReceiverAddress = wanted.ReceiverAddress,
        ReceiverName = wanted.ReceiverName,
        Originator = Originator(call, wanted.OriginatorAddress),
        Receiver = Party.Of(wanted.ReceiverAddress),
        Offer = wanted.Offer,
        CallType = wanted.CallType,
        LocationDetails = wanted.LocationDetails,
        ClientCorrelator = wanted.ClientCorrelator,
    };

    private static string Originator(Call call, string address)
    {
        var party = address == Party.Anonymous ? call.Caller.FirstNumber() : Party.Of(address);
        return party is not null && call.Caller.Is(party)
            ? party
            : throw CamaraErrors.InvalidTokenContext("originator info");
    }

    private sealed record CallChange(Document Document, OutboxEvent? News);
}
