using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>
/// Presets. TenByte's specification has their schemas but no paths; these follow its rooms. All hosts of an account
/// share them.
/// </summary>
public sealed class PresetFunctions(
    LiveStreamSurface surface,
    PresetKind presets,
    LiveStreamReader reader,
    Changes changes,
    IDocumentStore store,
    AccountTags tags)
{
    private static readonly LiveStreamJson _wire = LiveStreamJson.Default;

    /// <summary>Lists the account's presets, newest first.</summary>
    [Function("LiveStream_ListPresets")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "presets")] HttpRequest request) =>
        surface.Run(request, LiveStreamScopes.ReadPresets, async exchange =>
        {
            exchange.Caller.RequireHost();
            var wanted = PageRequest.Read(exchange);
            var page = await store.ReadPage(exchange, presets, wanted);
            var data = new PresetList(
                [.. page.Items.Select(preset => Resource(exchange, preset))], page.Total, wanted.Page, wanted.Limit);
            return LiveStreamSurface.Reply(exchange, StatusCodes.Status200OK, data, _wire.EnvelopePresetList);
        });

    /// <summary>Creates a preset.</summary>
    [Function("LiveStream_CreatePreset")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "presets")] HttpRequest request) =>
        surface.Run(request, LiveStreamScopes.WritePresets, async exchange =>
        {
            exchange.Caller.RequireHost();
            var preset = PresetFields.Create(await Fields.Read(exchange), exchange.Caller);
            var partition = Ids.Partition(exchange.Account);
            return Show(exchange, StatusCodes.Status201Created, await changes.Create(
                await exchange.Command(),
                presets,
                partition,
                now => Decision.To(
                    presets.New(exchange.Account.Id, partition, tags.New(exchange.Account, now), preset, now)),
                create => create.WithMadeBefore(store, exchange, "preset")));
        });

    /// <summary>Fetches a preset.</summary>
    [Function("LiveStream_FetchPreset")]
    public Task<IResult> Fetch([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "presets/{id}")]
    HttpRequest request) =>
        surface.Run(request, LiveStreamScopes.ReadPresets, async exchange =>
        {
            exchange.Caller.RequireHost();
            var found = await reader.Find(exchange, presets, Ids.Read(exchange).Text(), exchange.Now);
            return Show(exchange, StatusCodes.Status200OK, found ?? throw LiveStreamErrors.NotFound());
        });

    /// <summary>Changes what the body names of a preset. Sessions keep the preset that they were made with.</summary>
    [Function("LiveStream_UpdatePreset")]
    public Task<IResult> Update(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "presets/{id}")] HttpRequest request) =>
        surface.Run(request, LiveStreamScopes.WritePresets, async exchange =>
        {
            var fields = await Fields.Read(exchange);
            exchange.Caller.RequireHost();
            return Show(exchange, StatusCodes.Status200OK, await changes.Change(
                await exchange.Command(), PlaceOf(exchange), (preset, now) => preset is null
                    ? throw LiveStreamErrors.NotFound()
                    : Decision.To(preset.To(PresetFields.Update(preset.Body, fields), now))));
        });

    /// <summary>Deletes a preset.</summary>
    [Function("LiveStream_DeletePreset")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "presets/{id}")] HttpRequest request) =>
        surface.Run(request, LiveStreamScopes.WritePresets, async exchange =>
        {
            exchange.Caller.RequireHost();
            await changes.Remove(await exchange.Command(), PlaceOf(exchange), (preset, _) => preset is null
                ? throw LiveStreamErrors.NotFound()
                : Decision.Remove(preset));
            return LiveStreamSurface.Reply(
                exchange, StatusCodes.Status200OK, new Deleted(Ids.Read(exchange)), _wire.EnvelopeDeleted);
        });

    private Place<Preset> PlaceOf(Exchange exchange) =>
        presets.At(Ids.Partition(exchange.Account), Ids.Read(exchange).Text());

    private PresetResource Resource(Exchange exchange, State<Preset> preset) =>
        PresetResource.Of(PresetKind.Copy(preset), tags.OwnOf(exchange.Account));

    private Answer Show(Exchange exchange, int status, State<Preset> preset) => LiveStreamSurface
        .Reply(exchange, status, Resource(exchange, preset), _wire.EnvelopePresetResource)
        .WithVersion(preset.Version);
}
