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
    /// <summary>Adds a Participant to a Session.</summary>
    [Function("TwilioProxy_CreateParticipant")]
    public Task<IResult> Create(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "post",
            Route = "v1/Services/{serviceSid}/Sessions/{sessionSid}/Participants")]
        HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            var service = await services.Find(exchange, exchange.Route("serviceSid"));
            var wanted = ParticipantParameters.Read(await exchange.Form());
            var (document, sid) = await creation.Add(exchange, service, wanted);
            var session = sessions.Open(exchange, document);
            var participant = ParticipantDirectory.Find(exchange, session, sid);
            return Show(exchange, StatusCodes.Status201Created, participant, session.Version);
        });

    /// <summary>Fetches a Participant, one that was removed too.</summary>
    [Function("TwilioProxy_FetchParticipant")]
    public Task<IResult> Fetch(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get",
            Route = "v1/Services/{serviceSid}/Sessions/{sessionSid}/Participants/{participantSid}")]
        HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            await services.Find(exchange, exchange.Route("serviceSid"));
            var session = await sessions.Read(exchange);
            var participant = ParticipantDirectory.Find(exchange, session, exchange.Route("participantSid"));
            return Show(exchange, StatusCodes.Status200OK, participant, session.Version);
        });

    /// <summary>Lists a Session's Participants, the newest first and removed ones too.</summary>
    [Function("TwilioProxy_ListParticipant")]
    public Task<IResult> List(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", Route = "v1/Services/{serviceSid}/Sessions/{sessionSid}/Participants")]
        HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            var service = await services.Find(exchange, exchange.Route("serviceSid"));
            var session = await sessions.Read(exchange);
            var path = $"/Services/{service.Document.Id}/Sessions/{session.Document.Id}/Participants";
            var newestFirst = session.Body.Participants.Reverse().ToList();
            var (page, meta) = await lists.Cut(exchange, newestFirst, one => one.Sid, "participants", path);
            var list = new ParticipantList([.. page.Select(participant => Resource(exchange, participant))], meta);
            return ProxySurface.Reply(exchange, StatusCodes.Status200OK, list, ProxyJson.Wire.ParticipantList);
        });

    /// <summary>Removes a Participant, whose pair is free then. It stays with its Session as removed.</summary>
    [Function("TwilioProxy_DeleteParticipant")]
    public Task<IResult> Delete(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "delete",
            Route = "v1/Services/{serviceSid}/Sessions/{sessionSid}/Participants/{participantSid}")]
        HttpRequest request) =>
        surface.Run(request, async exchange =>
        {
            await services.Find(exchange, exchange.Route("serviceSid"));
            await sessions.Change(
                exchange, (session, _) => ParticipantDirectory.Remove(
                    exchange, session, exchange.Route("participantSid")));
            return ProxySurface.Deleted(exchange);
        });

    private ParticipantResource Resource(Exchange exchange, Participant participant)
    {
        var path = $"/Services/{exchange.Route("serviceSid")}/Sessions/{exchange.Route("sessionSid")}";
        return ParticipantResource.Of(
            participant, exchange, surface.UrlOf(exchange, $"{path}/Participants/{participant.Sid}"));
    }

    private Answer Show(Exchange exchange, int status, Participant participant, string version) => ProxySurface
        .Reply(exchange, status, Resource(exchange, participant), ProxyJson.Wire.ParticipantResource)
        .WithVersion(version);
}
