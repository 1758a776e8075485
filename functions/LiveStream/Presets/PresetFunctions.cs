using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>
/// Presets. TenByte's specification has their schemas but no paths; these follow its rooms. All hosts of an account
/// share them.
/// </summary>
public sealed class PresetFunctions(LiveStreamSurface surface, IDocumentStore store)
{
    private static readonly LiveStreamJson _wire = LiveStreamJson.Wire;

    /// <summary>Lists the account's presets, newest first.</summary>
    [Function("LiveStream_ListPresets")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "presets")] HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            exchange.Caller.RequireHost();
            var wanted = PageRequest.Read(exchange.Request.Query);
            var list = new ListQuery(Ids.Partition(exchange.Account), PresetDocuments.Kind.Name, 1);
            var page = await store.ReadPage(list, wanted, exchange.Aborted);
            var presets = page.Documents.Select(preset => Resource(exchange, PresetDocuments.Kind.Open(preset)!));
            var data = new PresetList([.. presets], page.Total, wanted.Page, wanted.Limit);
            return LiveStreamSurface.Reply(exchange, StatusCodes.Status200OK, data, _wire.EnvelopePresetList);
        });

    /// <summary>Creates a preset.</summary>
    [Function("LiveStream_CreatePreset")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "presets")] HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            exchange.Caller.RequireHost();
            var preset = PresetFields.Create(await Fields.Read(exchange), exchange.Caller);
            var document = PresetDocuments.New(exchange, preset) with { RequestHash = await exchange.RequestHash() };
            var created = await store.Create(document, [], exchange.Aborted);
            return Show(exchange, StatusCodes.Status201Created, created.Document);
        });

    /// <summary>Fetches a preset.</summary>
    [Function("LiveStream_FetchPreset")]
    public Task<IResult> Fetch([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "presets/{id}")]
    HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            exchange.Caller.RequireHost();
            var read = await store.Read(Ids.Partition(exchange.Account), Ids.Read(exchange).Text(), exchange.Aborted);
            return Show(exchange, StatusCodes.Status200OK, read.OrNull());
        });

    /// <summary>Changes what the body names of a preset. Sessions keep the preset that they were made with.</summary>
    [Function("LiveStream_UpdatePreset")]
    public Task<IResult> Update(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "presets/{id}")] HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            var fields = await Fields.Read(exchange);
            var changed = await Change(exchange, preset =>
            {
                var document = preset.Document with
                {
                    Lifetime = preset.Document.Lifetime with { UpdatedAt = exchange.Now },
                    Body = PresetDocuments.Kind.Seal(PresetFields.Update(preset.Body, fields)),
                };
                return new([new Write.Replace(document)], document);
            });
            return Show(exchange, StatusCodes.Status200OK, changed.Value with { ETag = changed.Commit.ETags[0] });
        });

    /// <summary>Deletes a preset.</summary>
    [Function("LiveStream_DeletePreset")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "presets/{id}")] HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            await Change(exchange, preset =>
                new([new Write.Delete(preset.Document.Id, preset.Document.ETag)], preset.Document));
            return LiveStreamSurface.Reply(
                exchange, StatusCodes.Status200OK, new Deleted(Ids.Read(exchange)), _wire.EnvelopeDeleted);
        });

    private ValueTask<Changed<Document>> Change(Exchange exchange, Func<Stored<Preset>, Change<Document>> decide)
    {
        exchange.Caller.RequireHost();
        return store.Change(Ids.Partition(exchange.Account), Ids.Read(exchange).Text(), document =>
        {
            var preset = PresetDocuments.Kind.Open(document) ?? throw LiveStreamErrors.NotFound();
            exchange.Request.RequireMatch(preset.Version);
            return decide(preset);
        }, exchange.Aborted);
    }

    private static PresetResource Resource(Exchange exchange, Stored<Preset> preset) =>
        PresetResource.Of(PresetDocuments.Copy(preset), exchange.Account);

    private static Answer Show(Exchange exchange, int status, Document? document)
    {
        var preset = PresetDocuments.Kind.Open(document) ?? throw LiveStreamErrors.NotFound();
        return LiveStreamSurface.Reply(exchange, status, Resource(exchange, preset), _wire.EnvelopePresetResource)
            .WithVersion(preset.Version);
    }
}
