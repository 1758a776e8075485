using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.CamaraWebRtc;

/// <summary>Calls under the short path, where a registration is welcome and not demanded.</summary>
public sealed class WebRtcFunctions(CamaraSurface surface, Calls calls)
{
    /// <summary>Creates a call.</summary>
    [Function("CamaraWebRtc_CreateSession")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "webrtc/sessions")] HttpRequest request) =>
        surface.Run(request, Scopes.CreateCall, calls.Create);

    /// <summary>Shows a call.</summary>
    [Function("CamaraWebRtc_FetchSession")]
    public Task<IResult> Fetch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "webrtc/sessions/{mediaSessionId}")]
        HttpRequest request) =>
        surface.Run(request, Scopes.ReadCall, calls.Fetch);

    /// <summary>Moves a call on.</summary>
    [Function("CamaraWebRtc_UpdateSessionStatus")]
    public Task<IResult> Update(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "webrtc/sessions/{mediaSessionId}/status")]
        HttpRequest request) =>
        surface.Run(request, Scopes.WriteCall, calls.Update);

    /// <summary>Ends a call.</summary>
    [Function("CamaraWebRtc_DeleteSession")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "webrtc/sessions/{mediaSessionId}")]
        HttpRequest request) =>
        surface.Run(request, Scopes.DeleteCall, calls.Delete);

    /// <summary>Refuses a path without an id, as the standard's tests want it.</summary>
    [Function("CamaraWebRtc_SessionIdMissing")]
    public Task<IResult> IdMissing(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", "delete", Route = "webrtc/sessions")]
        HttpRequest request) =>
        surface.Run(request, null, (_, _) => throw CamaraErrors.MissingId("mediaSessionId"));

    /// <summary>Refuses an update without an id, as the standard's tests want it.</summary>
    [Function("CamaraWebRtc_SessionStatusIdMissing")]
    public Task<IResult> StatusIdMissing(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "webrtc/sessions/status")] HttpRequest request) =>
        surface.Run(request, null, (_, _) => throw CamaraErrors.MissingId("mediaSessionId"));
}

/// <summary>
/// Calls under the standard's own paths. The version names the <see cref="Generation"/>, which says what is demanded.
/// </summary>
public sealed class CallHandlingFunctions(CamaraSurface surface, Calls calls)
{
    /// <summary>Creates a call.</summary>
    [Function("CamaraWebRtc_CreateCall")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "webrtc-call-handling/{version}/sessions")]
        HttpRequest request) =>
        surface.Run(request, Scopes.CreateCall, calls.Create);

    /// <summary>Shows a call.</summary>
    [Function("CamaraWebRtc_FetchCall")]
    public Task<IResult> Fetch(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head",
            Route = "webrtc-call-handling/{version}/sessions/{mediaSessionId}")]
        HttpRequest request) =>
        surface.Run(request, Scopes.ReadCall, calls.Fetch);

    /// <summary>Moves a call on.</summary>
    [Function("CamaraWebRtc_UpdateCallStatus")]
    public Task<IResult> Update(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "put",
            Route = "webrtc-call-handling/{version}/sessions/{mediaSessionId}/status")]
        HttpRequest request) =>
        surface.Run(request, Scopes.WriteCall, calls.Update);

    /// <summary>Ends a call.</summary>
    [Function("CamaraWebRtc_DeleteCall")]
    public Task<IResult> Delete(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "delete", Route = "webrtc-call-handling/{version}/sessions/{mediaSessionId}")]
        HttpRequest request) =>
        surface.Run(request, Scopes.DeleteCall, calls.Delete);

    /// <summary>Refuses a path without an id, as the standard's tests want it.</summary>
    [Function("CamaraWebRtc_CallIdMissing")]
    public Task<IResult> IdMissing(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head", "delete",
            Route = "webrtc-call-handling/{version}/sessions")]
        HttpRequest request) =>
        surface.Run(request, null, (_, _) => throw CamaraErrors.MissingId("mediaSessionId"));

    /// <summary>Refuses an update without an id, as the standard's tests want it.</summary>
    [Function("CamaraWebRtc_CallStatusIdMissing")]
    public Task<IResult> StatusIdMissing(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "webrtc-call-handling/{version}/sessions/status")]
        HttpRequest request) =>
        surface.Run(request, null, (_, _) => throw CamaraErrors.MissingId("mediaSessionId"));
}

/// <summary>
/// What can be done with a call, whichever path it is asked for under. Source: webrtc-call-handling.yaml of
/// https://github.com/camaraproject/WebRTC
/// </summary>
public sealed class Calls(
    MediaSessionKind calls, Registrations registrations, Reader reader, Changes changes, IDocumentStore store)
{
    private const string RegistrationHeader = "registrationId";

    /// <summary>Creates a call, of a registered device where that is demanded or one is named.</summary>
    internal async ValueTask<IResult> Create(Exchange exchange, Generation generation)
    {
        var sent = await exchange.Json(CamaraJson.Wire.MediaSessionRequest);
        var wanted = NewCall.Read(sent, generation, exchange.Now);
        var registration = await RegistrationOf(exchange, generation.CallsAreRegistered);
        var session = SessionOf(exchange, wanted, registration);
        var command = await exchange.Command();
        var place = calls.New(exchange.Account.Id, command.Once, exchange.Now);
        var call = await changes.Create(
            command,
            calls,
            place.Partition,
            now => CallRules.Invite(calls.New(
                exchange.Account.Id, place.Partition, place.Id, session, CallRules.Start(now))),
            create => create with { MadeBefore = () => MadeBefore(exchange, session.Originator) });
        return Show(exchange, generation, StatusCodes.Status201Created, Seen(exchange, call));
    }

    /// <summary>Shows a call to one of its two parties.</summary>
    internal async ValueTask<IResult> Fetch(Exchange exchange, Generation generation)
    {
        var (kind, partition, id) = PlaceOf(exchange);
        return Show(exchange, generation, StatusCodes.Status200OK, Seen(
            exchange, await reader.Find(kind, partition, id, exchange.Now, exchange.Aborted)));
    }

    /// <summary>Moves a call on, or renews its media.</summary>
    internal async ValueTask<IResult> Update(Exchange exchange, Generation generation)
    {
        var change = StatusChange.Read(await Sent(exchange), generation, exchange.Now);
        var registration = NamedIn(exchange);
        return Show(exchange, generation, StatusCodes.Status200OK, await changes.Change(
            await exchange.Command(),
            PlaceOf(exchange),
            (found, now) =>
            {
                var call = Seen(exchange, found);
                return CallRules.Update(call, change, By(exchange, call.Body, registration), calls.LongestCall, now);
            }));
    }

    /// <summary>Cancels, declines or hangs up, which depends on who asks and when.</summary>
    internal async ValueTask<IResult> Delete(Exchange exchange, Generation generation)
    {
        var registration = NamedIn(exchange);
        await changes.Change(await exchange.Command(), PlaceOf(exchange), (found, now) =>
        {
            var call = Seen(exchange, found);
            return CallRules.End(call, By(exchange, call.Body, registration), now);
        });
        return CamaraSurface.Nothing;
    }

    /// <summary>The call of an id, when the caller is one of its parties; else null.</summary>
    internal async ValueTask<State<MediaSession>?> Find(Exchange exchange, string id, DateTimeOffset now) =>
        calls.Of(exchange.Account.Id, id) is { } place
        && await reader.Find(calls, place.Partition, id, now, exchange.Aborted) is { } call
        && call.Body.IsOf(exchange.Caller)
            ? call
            : null;

    /// <summary>The lane of those who change the call of an id.</summary>
    internal string LaneOf(Exchange exchange, string id) =>
        calls.Of(exchange.Account.Id, id) is { } place ? $"{place.Partition}/{place.Id}" : id;

    // An update that is an empty object asks for as much as one without a body.
    private static async ValueTask<MediaSessionRequest?> Sent(Exchange exchange) =>
        Check.IsEmptyObject((await exchange.Body()).Span)
            ? null
            : await exchange.JsonOrNull(CamaraJson.Wire.MediaSessionRequest);

    private async ValueTask<Document?> MadeBefore(Exchange exchange, string originator)
    {
        var (_, partition, id) = calls.OfBefore(exchange, originator);
        return (await store.Read(partition, id, exchange.Aborted)).OrNull();
    }

    private async ValueTask<State<Registration>?> RegistrationOf(Exchange exchange, bool demanded)
    {
        var id = HeaderOf(exchange);
        var found = id is null ? null : await registrations.FindLive(exchange, id, exchange.Now);
        return found is not null || (id is null && !demanded) ? found : throw NoRegistration();
    }

    // What an update names is only told from others, and not looked up.
    private static string? NamedIn(Exchange exchange) =>
        HeaderOf(exchange) is not { } id ? null : OwnThings.MayBeOf(exchange, id) ? id : throw NoRegistration();

    private static string? HeaderOf(Exchange exchange) =>
        Check.Text(exchange.Request.Headers[RegistrationHeader].ToString(), RegistrationHeader) is { Length: > 0 } id
            ? id
            : null;

    private static RefusedException NoRegistration() =>
        CamaraErrors.Invalid($"The header {RegistrationHeader} names no live registration of yours.");

    // Who speaks for both sides is on the one that its registration is of.
    private static Acting By(Exchange exchange, MediaSession call, string? registration)
    {
        var sides = call.SidesOf(exchange.Caller);
        if (sides is not Sides.Both || registration is null)
        {
            return new(sides, registration);
        }

        var named = (IsOf(call.Originator) ? Sides.Originator : Sides.None)
            | (IsOf(call.Receiver) ? Sides.Receiver : Sides.None);
        return new(named is Sides.None ? sides : named, registration);

        bool IsOf(string party) => OwnThings.MayBeIn(Partitions.OfParty(exchange.Account.Id, party), registration);
    }

    private static State<MediaSession> Seen(Exchange exchange, State<MediaSession>? call) =>
        call is not null && call.Body.IsOf(exchange.Caller) ? call : throw CamaraErrors.NotFound();

    private static Answer Show(
        Exchange exchange, Generation generation, int status, State<MediaSession> call) => CamaraSurface
        .Reply(status, MediaSessionResource.Of(call, generation), CamaraJson.Wire.MediaSessionResource)
        .WithVersion(call.Version);

    private Place<MediaSession> PlaceOf(Exchange exchange)
    {
        var id = Check.Text(exchange.Route("mediaSessionId"), "mediaSessionId")!;
        return calls.Of(exchange.Account.Id, id) ?? throw CamaraErrors.NotFound();
    }

    private static MediaSession SessionOf(Exchange exchange, NewCall wanted, State<Registration>? registration) => new()
    {
        OriginatorAddress = wanted.OriginatorAddress,
        OriginatorName = wanted.OriginatorAddress == Party.Anonymous ? null : wanted.OriginatorName,
        ReceiverAddress = wanted.ReceiverAddress,
        ReceiverName = wanted.ReceiverName,
        Originator = Originator(exchange, wanted, registration?.Body.PhoneNumber),
        OriginatorDevice = registration?.Body.DeviceId,
        OriginatorUntil = registration?.Lifetime.DateExpiry,
        Receiver = Party.Of(wanted.ReceiverAddress),
        Offer = wanted.Offer,
        CallType = wanted.CallType,
        LocationDetails = wanted.LocationDetails,
        ClientCorrelator = wanted.ClientCorrelator,
    };

    private static string Originator(Exchange exchange, NewCall wanted, string? registered)
    {
        var address = wanted.OriginatorAddress;
        var party = address == Party.Anonymous ? registered ?? exchange.Caller.FirstNumber() : Party.Of(address);
        if (party is null || !exchange.Caller.Is(party) || party != (registered ?? party))
        {
            throw CamaraErrors.InvalidTokenContext("originator info");
        }

        return party == Party.Of(wanted.ReceiverAddress)
            ? throw CamaraErrors.Invalid("receiverAddress is the originator's own. Nobody calls himself.")
            : party;
    }
}
