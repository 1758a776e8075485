using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Sessions.LiveStream;

/// <summary>
/// Presets under <c>/v1/webinar</c>, the path of TenByte's own server. A
/// function has one route, so there are two of each.
/// </summary>
public sealed class WebinarPresets(PresetFunctions presets)
{
    /// <inheritdoc cref="PresetFunctions.List"/>
    [Function("LiveStream_WebinarListPresets")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/webinar/presets")] HttpRequest request) =>
        presets.List(request);

    /// <inheritdoc cref="PresetFunctions.Create"/>
    [Function("LiveStream_WebinarCreatePreset")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/webinar/presets")] HttpRequest request) =>
        presets.Create(request);

    /// <inheritdoc cref="PresetFunctions.Fetch"/>
    [Function("LiveStream_WebinarFetchPreset")]
    public Task<IResult> Fetch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/webinar/presets/{id}")] HttpRequest request) =>
        presets.Fetch(request);

    /// <inheritdoc cref="PresetFunctions.Update"/>
    [Function("LiveStream_WebinarUpdatePreset")]
    public Task<IResult> Update(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "v1/webinar/presets/{id}")] HttpRequest request) =>
        presets.Update(request);

    /// <inheritdoc cref="PresetFunctions.Delete"/>
    [Function("LiveStream_WebinarDeletePreset")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/webinar/presets/{id}")] HttpRequest request) =>
        presets.Delete(request);
}
