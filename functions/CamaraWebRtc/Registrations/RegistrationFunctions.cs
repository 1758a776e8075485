using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.CamaraWebRtc;

/// <summary>
/// Registrations. The paths and statuses are those of 0.3; fetch and list are of the version after it. Source:
/// webrtc-registration.yaml of https://github.com/camaraproject/WebRTC
/// </summary>
public sealed class RegistrationFunctions(
    CamaraSurface surface, Registrations registrations, RegistrationDocuments documents)
{
    private const string Collection = "webrtc-registration/v0.3/sessions";
    private const string Item = Collection + "/{registrationId}";

    /// <summary>Registers a device, or refreshes it.</summary>
    [Function("CamaraWebRtc_CreateRegistration")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Collection)] HttpRequest request) =>
        surface.Run(request, Scopes.CreateRegistration, async call =>
        {
            var wanted = await call.Json(CamaraJson.Wire.RegistrationRequest);
            var deviceId = Check.DeviceId(wanted.DeviceId);
            return Show(call, await registrations.Register(call, deviceId, wanted.RegistrationExpireTime));
        });

    /// <summary>Lists the live registrations of a device.</summary>
    [Function("CamaraWebRtc_ListRegistration")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Collection)] HttpRequest request) =>
        surface.Run(request, Scopes.ReadRegistration, async call =>
        {
            var deviceId = Check.DeviceId(call.Request.Query["deviceId"]);
            var live = await documents.LiveOfDevice(call, deviceId);
            IReadOnlyList<RegistrationResource> resources = [.. live.Select(Resource)];
            return CamaraSurface.Reply(
                call, StatusCodes.Status200OK, resources, CamaraJson.Wire.IReadOnlyListRegistrationResource);
        });

    /// <summary>Shows a registration.</summary>
    [Function("CamaraWebRtc_FetchRegistration")]
    public Task<IResult> Fetch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Item)] HttpRequest request) =>
        surface.Run(request, Scopes.ReadRegistration, async call =>
            Show(call, await documents.FindLive(call, IdOf(call)) ?? throw CamaraErrors.NotFound()));

    /// <summary>Refreshes a registration before it ends.</summary>
    [Function("CamaraWebRtc_UpdateRegistration")]
    public Task<IResult> Update(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Item)] HttpRequest request) =>
        surface.Run(request, Scopes.WriteRegistration, async call =>
        {
            var update = await call.JsonOrNull(CamaraJson.Wire.RegistrationRequest);
            return Show(call, await registrations.Refresh(call, IdOf(call), update?.RegistrationExpireTime));
        });

    /// <summary>Ends a registration.</summary>
    [Function("CamaraWebRtc_DeleteRegistration")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Item)] HttpRequest request) =>
        surface.Run(request, Scopes.DeleteRegistration, async call =>
        {
            await registrations.End(call, IdOf(call));
            return CamaraSurface.Deleted(call);
        });

    /// <summary>Refuses a path without an id, as the standard's tests want it.</summary>
    [Function("CamaraWebRtc_RegistrationIdMissing")]
    public Task<IResult> IdMissing(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", "delete", Route = Collection)] HttpRequest request) =>
        surface.Run(request, null, _ => throw CamaraErrors.MissingId("registrationId"));

    private static string IdOf(Call call) => Check.Text(call.Route("registrationId"), "registrationId")!;

    private static RegistrationResource Resource(Stored<Registration> registration) => new(
        new(registration.Body.PhoneNumber, RegistrationRules.Registered),
        registration.Document.Id,
        registration.Document.Lifetime.DateExpiry!.Value);

    private static Answer Show(Call call, Stored<Registration> registration) => CamaraSurface
        .Reply(call, StatusCodes.Status200OK, Resource(registration), CamaraJson.Wire.RegistrationResource)
        .WithVersion(registration.Version);
}
