using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.BandwidthWebRtc;

/// <summary>Sessions: create, fetch, delete.</summary>
public sealed class SessionFunctions(
    BandwidthSurface surface,
    BandwidthDocuments documents,
    BandwidthReader reader,
    BandwidthChanges changes,
    Callbacks callbacks,
    IDocumentStore store)
{
    private const string Collection = BandwidthPaths.Account + BandwidthPaths.Sessions;
    private const string Item = BandwidthPaths.Account + BandwidthPaths.Session;

    /// <summary>Creates a session, which ends nine hours later.</summary>
    [Function("BandwidthWebRtc_CreateSession")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Collection)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var wanted = await call.JsonOrNull(BandwidthJson.Wire.SessionBody);
            var session = new WebRtcSession { Tag = BandwidthParameters.Tag(wanted?.Tag) };
            var document = documents.New(call, session) with { RequestHash = await call.RequestHash() };
            var created = await store.Create(document, [], call.Aborted);
            return Show(documents.Live(created.Document, call.Now) ?? throw BandwidthErrors.NoSession(document.Id));
        });

    /// <summary>Fetches a session.</summary>
    [Function("BandwidthWebRtc_FetchSession")]
    public Task<IResult> Fetch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call => Show(await reader.Session(call)));

    /// <summary>Deletes a session: its participants are free, and its subscriptions gone.</summary>
    [Function("BandwidthWebRtc_DeleteSession")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            await changes.Make(call, call.SessionId(), async () =>
            {
                var session = await reader.Session(call);
                call.Request.RequireMatch(session.Version);
                var moment = Moments.Of(call.Now, session.Document);
                return new(
                    [new Write.Delete(session.Document.Id, session.Document.ETag)],
                    callbacks.Leaving(session, session.Body.Joined(), moment, moment));
            });
            return Answer.Empty(StatusCodes.Status204NoContent);
        });

    private static Answer Show(Stored<WebRtcSession> session) => Answer
        .Json(StatusCodes.Status200OK, SessionResource.Of(session), BandwidthJson.Wire.SessionResource)
        .WithVersion(session.Version);
}
