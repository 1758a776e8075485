using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;

namespace Sessions.TwilioProxy;

/// <summary>
/// Participants. They lie in their Session's document, whose version is theirs.
/// Source: https://www.twilio.com/docs/proxy/api/participant
/// </summary>
public sealed class ParticipantFunctions(
    ProxySurface surface,
    ProxyLists lists,
    ServiceDirectory services,
    SessionDirectory sessions,
    ParticipantCreation creation)
{
    private const string Collection = "v1/Services/{serviceSid}/Sessions/{sessionSid}/Participants";
    private const string Item = Collection + "/{participantSid}";

    /// <summary>Adds a Participant to a Session.</summary>
    [Function("TwilioProxy_CreateParticipant")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Collection)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var service = await services.Find(call, call.Route("serviceSid"));
            var wanted = ParticipantParameters.Read(await call.Form());
            var (document, sid) = await creation.Add(call, service, wanted);
            var session = sessions.Open(call, document);
            var participant = ParticipantDirectory.Find(call, session, sid);
            return Show(call, StatusCodes.Status201Created, participant, session.Version);
        });

    /// <summary>Fetches a Participant, one that was removed too.</summary>
    [Function("TwilioProxy_FetchParticipant")]
    public Task<IResult> Fetch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            await services.Find(call, call.Route("serviceSid"));
            var session = await sessions.Read(call);
            var participant = ParticipantDirectory.Find(call, session, call.Route("participantSid"));
            return Show(call, StatusCodes.Status200OK, participant, session.Version);
        });

    /// <summary>Lists a Session's Participants, the newest first and removed ones too.</summary>
    [Function("TwilioProxy_ListParticipant")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Collection)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var service = await services.Find(call, call.Route("serviceSid"));
            var session = await sessions.Read(call);
            var path = $"/Services/{service.Document.Id}/Sessions/{session.Document.Id}/Participants";
            var newestFirst = session.Body.Participants.Reverse().ToList();
            var (page, meta) = lists.Cut(call, newestFirst, one => one.Sid, "participants", path);
            var list = new ParticipantList([.. page.Select(participant => Resource(call, participant))], meta);
            return ProxySurface.Reply(call, StatusCodes.Status200OK, list, ProxyJson.Wire.ParticipantList);
        });

    /// <summary>Removes a Participant, whose pair is free then. It stays with its Session as removed.</summary>
    [Function("TwilioProxy_DeleteParticipant")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            await services.Find(call, call.Route("serviceSid"));
            await sessions.Change(
                call, (session, _) => ParticipantDirectory.Remove(call, session, call.Route("participantSid")));
            return ProxySurface.Deleted(call);
        });

    private ParticipantResource Resource(Call call, Participant participant)
    {
        var path = $"/Services/{call.Route("serviceSid")}/Sessions/{call.Route("sessionSid")}";
        return ParticipantResource.Of(participant, call, surface.UrlOf(call, $"{path}/Participants/{participant.Sid}"));
    }

    private Answer Show(Call call, int status, Participant participant, string version) => ProxySurface
        .Reply(call, status, Resource(call, participant), ProxyJson.Wire.ParticipantResource)
        .WithVersion(version);
}
