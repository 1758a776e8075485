using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Engine;
using Sessions.Http;

namespace Sessions.CamaraWebRtc;

/// <summary>
/// Registrations. The version in the path names the <see cref="Generation"/>. Source: webrtc-registration.yaml of
/// https://github.com/camaraproject/WebRTC
/// </summary>
public sealed class RegistrationFunctions(CamaraSurface surface, Registrations registrations)
{
    /// <summary>Registers a device, or refreshes it.</summary>
    [Function("CamaraWebRtc_CreateRegistration")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "webrtc-registration/{version}/sessions")]
        HttpRequest request) =>
        surface.Run(request, Scopes.CreateRegistration, async (exchange, generation) =>
        {
            var wanted = await exchange.Json(CamaraJson.Wire.RegistrationRequest);
            var device = new Registration(Check.DeviceId(wanted.DeviceId), Numbers.Of(exchange, wanted, generation));
            return Show(
                exchange,
                generation.Registered,
                await registrations.Register(exchange, generation, device, wanted.RegistrationExpireTime));
        });

    /// <summary>Lists the live registrations of a device.</summary>
    [Function("CamaraWebRtc_ListRegistration")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "webrtc-registration/{version}/sessions")]
        HttpRequest request) =>
        surface.Run(request, Scopes.ReadRegistration, async (exchange, _) =>
        {
            CamaraSurface.RefuseEmptyId(exchange, "registrationId");
            var deviceId = Check.DeviceId(exchange.Request.Query["deviceId"]);
            var live = await registrations.LiveOfDevice(exchange, deviceId);
            IReadOnlyList<RegistrationResource> resources = [.. live.Select(Resource)];
            return CamaraSurface.Reply(
                StatusCodes.Status200OK, resources, CamaraJson.Wire.IReadOnlyListRegistrationResource);
        });

    /// <summary>Shows a registration.</summary>
    [Function("CamaraWebRtc_FetchRegistration")]
    public Task<IResult> Fetch(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head",
            Route = "webrtc-registration/{version}/sessions/{registrationId}")]
        HttpRequest request) =>
        surface.Run(request, Scopes.ReadRegistration, async (exchange, _) =>
            Show(
                exchange,
                StatusCodes.Status200OK,
                await registrations.FindLive(exchange, IdOf(exchange), exchange.Now) ?? throw CamaraErrors.NotFound()));

    /// <summary>Refreshes a registration before it ends. Without a body there is none to answer with.</summary>
    [Function("CamaraWebRtc_UpdateRegistration")]
    public Task<IResult> Update(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "put", Route = "webrtc-registration/{version}/sessions/{registrationId}")]
        HttpRequest request) =>
        surface.Run(request, Scopes.WriteRegistration, async (exchange, _) =>
        {
            var update = await exchange.JsonOrNull(CamaraJson.Wire.RegistrationRequest);
            var refreshed = await registrations.Refresh(exchange, IdOf(exchange), update?.RegistrationExpireTime);
            return update is null
                ? CamaraSurface.Nothing
                : Show(exchange, StatusCodes.Status200OK, refreshed);
        });

    /// <summary>Ends a registration.</summary>
    [Function("CamaraWebRtc_DeleteRegistration")]
    public Task<IResult> Delete(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "delete", Route = "webrtc-registration/{version}/sessions/{registrationId}")]
        HttpRequest request) =>
        surface.Run(request, Scopes.DeleteRegistration, async (exchange, _) =>
        {
            await registrations.End(exchange, IdOf(exchange));
            return CamaraSurface.Nothing;
        });

    /// <summary>Refuses a path without an id, as the standard's tests want it.</summary>
    [Function("CamaraWebRtc_RegistrationIdMissing")]
    public Task<IResult> IdMissing(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", "delete", Route = "webrtc-registration/{version}/sessions")]
        HttpRequest request) =>
        surface.Run(request, null, (_, _) => throw CamaraErrors.MissingId("registrationId"));

    private static string IdOf(Exchange exchange) => Check.Text(exchange.Route("registrationId"), "registrationId")!;

    private static RegistrationResource Resource(State<Registration> registration) => new(
        new(registration.Body.PhoneNumber, RegistrationRules.Registered),
        registration.Id,
        registration.Lifetime.DateExpiry!.Value);

    private static Answer Show(Exchange exchange, int status, State<Registration> registration) => CamaraSurface
        .Reply(status, Resource(registration), CamaraJson.Wire.RegistrationResource)
        .WithVersion(registration.Version);
}
