using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Sessions.CamaraWebRtc;

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
