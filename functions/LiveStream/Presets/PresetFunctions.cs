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
    private const string Collection = "presets";
    private const string Item = Collection + "/{id}";
    private static readonly LiveStreamJson _wire = LiveStreamJson.Wire;

    /// <summary>Lists the account's presets, newest first.</summary>
    [Function("LiveStream_ListPresets")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Collection)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            call.Caller.RequireHost();
            var wanted = PageRequest.Read(call.Request.Query);
            var list = new ListQuery(Ids.Partition(call.Account), PresetDocuments.Kind.Name, 1);
            var page = await store.ReadPage(list, wanted, call.Aborted);
            var presets = page.Documents.Select(preset => Resource(call, PresetDocuments.Kind.Open(preset)!));
            var data = new PresetList([.. presets], page.Total, wanted.Page, wanted.Limit);
            return LiveStreamSurface.Reply(call, StatusCodes.Status200OK, data, _wire.EnvelopePresetList);
        });

    /// <summary>Creates a preset.</summary>
    [Function("LiveStream_CreatePreset")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Collection)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            call.Caller.RequireHost();
            var preset = PresetFields.Create(await Fields.Read(call), call.Caller);
            var document = PresetDocuments.New(call, preset) with { RequestHash = await call.RequestHash() };
            var created = await store.Create(document, [], call.Aborted);
            return Show(call, StatusCodes.Status201Created, created.Document);
        });

    /// <summary>Fetches a preset.</summary>
    [Function("LiveStream_FetchPreset")]
    public Task<IResult> Fetch([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            call.Caller.RequireHost();
            var read = await store.Read(Ids.Partition(call.Account), Ids.Read(call).Text(), call.Aborted);
            return Show(call, StatusCodes.Status200OK, read.OrNull());
        });

    /// <summary>Changes what the body names of a preset. Sessions keep the preset that they were made with.</summary>
    [Function("LiveStream_UpdatePreset")]
    public Task<IResult> Update(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var fields = await Fields.Read(call);
            var changed = await Change(call, preset =>
            {
                var document = preset.Document with
                {
                    Lifetime = preset.Document.Lifetime with { UpdatedAt = call.Now },
                    Body = PresetDocuments.Kind.Seal(PresetFields.Update(preset.Body, fields)),
                };
                return new([new Write.Replace(document)], document);
            });
            return Show(call, StatusCodes.Status200OK, changed.Value with { ETag = changed.Commit.ETags[0] });
        });

    /// <summary>Deletes a preset.</summary>
    [Function("LiveStream_DeletePreset")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            await Change(call, preset =>
                new([new Write.Delete(preset.Document.Id, preset.Document.ETag)], preset.Document));
            return LiveStreamSurface.Reply(
                call, StatusCodes.Status200OK, new Deleted(Ids.Read(call)), _wire.EnvelopeDeleted);
        });

    private ValueTask<Changed<Document>> Change(Call call, Func<Stored<Preset>, Change<Document>> decide)
    {
        call.Caller.RequireHost();
        return store.Change(Ids.Partition(call.Account), Ids.Read(call).Text(), document =>
        {
            var preset = PresetDocuments.Kind.Open(document) ?? throw LiveStreamErrors.NotFound();
            call.Request.RequireMatch(preset.Version);
            return decide(preset);
        }, call.Aborted);
    }

    private static PresetResource Resource(Call call, Stored<Preset> preset) =>
        PresetResource.Of(PresetDocuments.Copy(preset), call.Account);

    private static Answer Show(Call call, int status, Document? document)
    {
        var preset = PresetDocuments.Kind.Open(document) ?? throw LiveStreamErrors.NotFound();
        return LiveStreamSurface.Reply(call, status, Resource(call, preset), _wire.EnvelopePresetResource)
            .WithVersion(preset.Version);
    }
}
