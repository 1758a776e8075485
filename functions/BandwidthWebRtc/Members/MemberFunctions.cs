using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Engine;
using Sessions.Http;

namespace Sessions.BandwidthWebRtc;

/// <summary>A session's participants: list, add, remove.</summary>
public sealed class MemberFunctions(
    BandwidthSurface surface, WebRtcSessionKind sessions, BandwidthReader reader, Changes changes, Callbacks callbacks)
{
    /// <summary>Lists a session's participants in the order of their coming.</summary>
    [Function("BandwidthWebRtc_ListSessionParticipants")]
    public Task<IResult> List(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head",
            Route = "v1/accounts/{accountId}/sessions/{sessionId}/participants")]
        HttpRequest request) =>
        surface.Run(request, BandwidthScopes.ReadSessions, async exchange =>
        {
            var session = await reader.Session(exchange, exchange.Now);
            IReadOnlyList<ParticipantResource> list =
                [.. session.Body.Joined().Select(member => ParticipantResource.Of(member, session.Id))];
            return Answer
                .Json(StatusCodes.Status200OK, list, BandwidthJson.Wire.IReadOnlyListParticipantResource)
                .WithVersion(session.Version);
        });

    /// <summary>Adds a participant to a session with the subscriptions of the body, or again with others.</summary>
    [Function("BandwidthWebRtc_AddParticipantToSession")]
    public Task<IResult> Add(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "put",
            Route = "v1/accounts/{accountId}/sessions/{sessionId}/participants/{participantId}")]
        HttpRequest request) =>
        surface.Run(request, BandwidthScopes.WriteSessions, async exchange =>
        {
            var wanted = await exchange.JsonOrNull(BandwidthJson.Wire.Subscriptions);
            await changes.Change(
                await exchange.Command(), Meeting(exchange), (meeting, now) => MemberRules.Join(meeting, wanted, now));
            return Answer.Empty(StatusCodes.Status204NoContent);
        });

    /// <summary>Removes a participant from a session, and with it its subscriptions and everyone's to it.</summary>
    [Function("BandwidthWebRtc_RemoveParticipantFromSession")]
    public Task<IResult> Remove(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "delete",
            Route = "v1/accounts/{accountId}/sessions/{sessionId}/participants/{participantId}")]
        HttpRequest request) =>
        surface.Run(request, BandwidthScopes.WriteSessions, async exchange =>
        {
            await changes.Change(
                await exchange.Command(), Meeting(exchange), (meeting, now) => MemberRules.Leave(
                    meeting, callbacks, now));
            return Answer.Empty(StatusCodes.Status204NoContent);
        });

    private Subject<Meeting, WebRtcSession> Meeting(Exchange exchange) => new(
        sessions, BandwidthReader.PartitionOf(exchange), now => reader.Both(exchange, now))
    {
        Lane = exchange.SessionId(),
    };
}
