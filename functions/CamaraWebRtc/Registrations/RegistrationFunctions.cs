using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Engine;
using Sessions.Http;

namespace Sessions.CamaraWebRtc;

/// <summary>
/// Registrations. The paths and statuses are those of 0.3; fetch and list are of the version after it. Source:
/// webrtc-registration.yaml of https://github.com/camaraproject/WebRTC
/// </summary>
public sealed class RegistrationFunctions(CamaraSurface surface, Registrations registrations)
{
    /// <summary>Registers a device, or refreshes it.</summary>
    [Function("CamaraWebRtc_CreateRegistration")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "webrtc-registration/v0.3/sessions")]
        HttpRequest request) =>
        surface.Run(request, Scopes.CreateRegistration, async exchange =>
        {
            var wanted = await exchange.Json(CamaraJson.Wire.RegistrationRequest);
            var deviceId = Check.DeviceId(wanted.DeviceId);
            return Show(exchange, await registrations.Register(exchange, deviceId, wanted.RegistrationExpireTime));
        });

    /// <summary>Lists the live registrations of a device.</summary>
    [Function("CamaraWebRtc_ListRegistration")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "webrtc-registration/v0.3/sessions")]
        HttpRequest request) =>
        surface.Run(request, Scopes.ReadRegistration, async exchange =>
        {
            var deviceId = Check.DeviceId(exchange.Request.Query["deviceId"]);
            var live = await registrations.LiveOfDevice(exchange, deviceId);
            IReadOnlyList<RegistrationResource> resources = [.. live.Select(Resource)];
            return CamaraSurface.Reply(
                exchange, StatusCodes.Status200OK, resources, CamaraJson.Wire.IReadOnlyListRegistrationResource);
        });

    /// <summary>Shows a registration.</summary>
    [Function("CamaraWebRtc_FetchRegistration")]
    public Task<IResult> Fetch(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head",
            Route = "webrtc-registration/v0.3/sessions/{registrationId}")]
        HttpRequest request) =>
        surface.Run(request, Scopes.ReadRegistration, async exchange =>
            Show(
                exchange,
                await registrations.FindLive(exchange, IdOf(exchange), exchange.Now) ?? throw CamaraErrors.NotFound()));

    /// <summary>Refreshes a registration before it ends.</summary>
    [Function("CamaraWebRtc_UpdateRegistration")]
    public Task<IResult> Update(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "webrtc-registration/v0.3/sessions/{registrationId}")]
        HttpRequest request) =>
        surface.Run(request, Scopes.WriteRegistration, async exchange =>
        {
            var update = await exchange.JsonOrNull(CamaraJson.Wire.RegistrationRequest);
            return Show(
                exchange, await registrations.Refresh(exchange, IdOf(exchange), update?.RegistrationExpireTime));
        });

    /// <summary>Ends a registration.</summary>
    [Function("CamaraWebRtc_DeleteRegistration")]
    public Task<IResult> Delete(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "delete", Route = "webrtc-registration/v0.3/sessions/{registrationId}")]
        HttpRequest request) =>
        surface.Run(request, Scopes.DeleteRegistration, async exchange =>
        {
            await registrations.End(exchange, IdOf(exchange));
            return CamaraSurface.Deleted(exchange);
        });

    /// <summary>Refuses a path without an id, as the standard's tests want it.</summary>
    [Function("CamaraWebRtc_RegistrationIdMissing")]
    public Task<IResult> IdMissing(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", "delete", Route = "webrtc-registration/v0.3/sessions")]
        HttpRequest request) =>
        surface.Run(request, null, _ => throw CamaraErrors.MissingId("registrationId"));

    private static string IdOf(Exchange exchange) => Check.Text(exchange.Route("registrationId"), "registrationId")!;

    private static RegistrationResource Resource(State<Registration> registration) => new(
        new(registration.Body.PhoneNumber, RegistrationRules.Registered),
        registration.Id,
        registration.Lifetime.DateExpiry!.Value);

    private static Answer Show(Exchange exchange, State<Registration> registration) => CamaraSurface
        .Reply(exchange, StatusCodes.Status200OK, Resource(registration), CamaraJson.Wire.RegistrationResource)
        .WithVersion(registration.Version);
}
