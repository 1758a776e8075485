using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Http.Outbox;
using Sessions.Storage;

namespace Sessions.BandwidthWebRtc;

/// <summary>Participants: create, fetch, delete.</summary>
public sealed class ParticipantFunctions(
    BandwidthSurface surface,
    BandwidthDocuments documents,
    BandwidthReader reader,
    BandwidthChanges changes,
    Callbacks callbacks,
    TargetPolicy targets,
    IDocumentStore store)
{
    private const string Collection = BandwidthPaths.Account + BandwidthPaths.Participants;
    private const string Item = BandwidthPaths.Account + BandwidthPaths.Participant;

    /// <summary>Creates a participant, and gives the token for its device.</summary>
    [Function("BandwidthWebRtc_CreateParticipant")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Collection)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var wanted = ParticipantBody.Read(
                await call.JsonOrNull(BandwidthJson.Wire.ParticipantBody), targets);
            var document = documents.New(call, wanted) with { RequestHash = await call.RequestHash() };
            var created = await store.Create(document, [], call.Aborted);
            var participant = documents.Participants.Open(created.Document)
                ?? throw BandwidthErrors.NoParticipant(document.Id);
            var session = await reader.SessionOf(call, participant);
            var resource = ParticipantResource.Of(participant, session);
            var body = new CreatedParticipant(resource, ParticipantToken.Of(participant, call.Account));
            return Answer
                .Json(StatusCodes.Status200OK, body, BandwidthJson.Wire.CreatedParticipant)
                .WithVersion(VersionOf(participant, session));
        });

    /// <summary>Fetches a participant, with its session and its subscriptions there.</summary>
    [Function("BandwidthWebRtc_FetchParticipant")]
    public Task<IResult> Fetch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var participant = await reader.Participant(call);
            var session = await reader.SessionOf(call, participant);
            var resource = ParticipantResource.Of(participant, session);
            return Answer
                .Json(StatusCodes.Status200OK, resource, BandwidthJson.Wire.ParticipantResource)
                .WithVersion(VersionOf(participant, session));
        });

    /// <summary>Deletes a participant: it leaves its session and everyone's subscriptions.</summary>
    [Function("BandwidthWebRtc_DeleteParticipant")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            await changes.Make(call, call.ParticipantId(), async () =>
            {
                var participant = await reader.Participant(call);
                var session = await reader.SessionOf(call, participant);
                call.Request.RequireMatch(VersionOf(participant, session));
                var delete = new Write.Delete(participant.Document.Id, participant.Document.ETag);
                return session is null ? new([delete], []) : Leave(call, session, participant, delete);
            });
            return Answer.Empty(StatusCodes.Status204NoContent);
        });

    private WebRtcChange Leave(
        Call call, Stored<WebRtcSession> session, Stored<WebRtcParticipant> participant, Write delete)
    {
        var moment = Moments.Of(call.Now, session.Document, participant.Document);
        var left = session.Body.Without(participant.Document.Id);
        var leaving = session.Body.Joined().Where(member => member.Id == participant.Document.Id);
        return new(
            [delete, documents.Replace(session, left, moment)], callbacks.Leaving(session, leaving, moment, moment));
    }

    // What a fetch shows is of two documents when the participant has to do with a session.
    private static string VersionOf(Stored<WebRtcParticipant> participant, Stored<WebRtcSession>? session) =>
        session is null ? participant.Version : $"{participant.Version}.{session.Version}";
}
