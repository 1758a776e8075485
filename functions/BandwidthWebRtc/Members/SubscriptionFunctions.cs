using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Engine;
using Sessions.Http;

namespace Sessions.BandwidthWebRtc;

/// <summary>
/// A participant's subscriptions in a session: get, replace, clear. A participant that is in no session may subscribe
/// before it is added.
/// </summary>
public sealed class SubscriptionFunctions(
    BandwidthSurface surface, WebRtcSessionKind sessions, BandwidthReader reader, Changes changes)
{
    /// <summary>Tells whom a participant hears and sees; empty for nobody.</summary>
    [Function("BandwidthWebRtc_FetchParticipantSubscriptions")]
    public Task<IResult> Fetch(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head",
            Route = "v1/accounts/{accountId}/sessions/{sessionId}/participants/{participantId}/subscriptions")]
        HttpRequest request) =>
        surface.Run(request, BandwidthScopes.ReadSessions, async exchange =>
        {
            var (session, member, _) = await Find(exchange, exchange.Now);
            return Answer
                .Json(
                    StatusCodes.Status200OK,
                    member?.Subscriptions ?? Subscriptions.None,
                    BandwidthJson.Wire.Subscriptions)
                .WithVersion(session.Version);
        });

    /// <summary>Replaces a participant's subscriptions; without a body there are none.</summary>
    [Function("BandwidthWebRtc_UpdateParticipantSubscriptions")]
    public Task<IResult> Update(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "put",
            Route = "v1/accounts/{accountId}/sessions/{sessionId}/participants/{participantId}/subscriptions")]
        HttpRequest request) =>
        surface.Run(request, BandwidthScopes.WriteSessions, async exchange =>
        {
            var wanted = await exchange.JsonOrNull(BandwidthJson.Wire.Subscriptions);
            var subject = new Subject<Listening, WebRtcSession>(
                sessions, BandwidthReader.PartitionOf(exchange), now => Find(exchange, now))
            {
                Lane = exchange.SessionId(),
                VersionOf = listening => listening.Session.Version,
            };
            await changes.Change(
                await exchange.Command(), subject, (listening, now) => MemberRules.Subscribe(listening, wanted, now));
            return Answer.Empty(StatusCodes.Status204NoContent);
        });

    // The participant's own document is read when it is not in the session.
    private async ValueTask<Listening> Find(Exchange exchange, DateTimeOffset now)
    {
        var session = await reader.Session(exchange, now);
        var member = session.Body.Find(exchange.ParticipantId());
        if (member is { Joined: true })
        {
            return new(session, member, null);
        }

        var outsider = await reader.Participant(exchange, now);
        return (await reader.Meet(exchange, session, outsider, now)).Elsewhere
            ? throw BandwidthErrors.NotInSession(outsider.Id, session.Id)
            : new(session, outsider.Body.Session?.Id == session.Id ? member : null, outsider);
    }
}
