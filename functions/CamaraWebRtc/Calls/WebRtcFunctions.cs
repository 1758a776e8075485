using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

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
