using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Outbox;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.BandwidthWebRtc;

/// <summary>Participants: create, fetch, delete.</summary>
public sealed class ParticipantFunctions(
    BandwidthSurface surface,
    WebRtcParticipantKind participants,
    BandwidthReader reader,
    Changes changes,
    Callbacks callbacks,
    TargetPolicy targets,
    IDocumentStore store,
    IIdSource ids)
{
    /// <summary>Creates a participant, and gives the token for its device.</summary>
    [Function("BandwidthWebRtc_CreateParticipant")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/accounts/{accountId}/participants")]
        HttpRequest request) =>
        surface.Run(request, BandwidthScopes.WriteParticipants, async exchange =>
        {
            var wanted = ParticipantBody.Read(
                await exchange.JsonOrNull(BandwidthJson.Wire.ParticipantBody), targets);
            var partition = BandwidthReader.PartitionOf(exchange);
            var key = await exchange.ParticipantKey();
            var participant = await changes.Create(
                await exchange.Command(),
                participants,
                partition,
                now => Decision.To(participants.New(
                    exchange.Account.Id, partition, ids.Next(now).ToString(), wanted, now)),
                create => create.WithMadeBefore(store, exchange, $"{partition}/{participants.Name}"));
            var session = await reader.SessionOf(exchange, participant, exchange.Now);
            var resource = ParticipantResource.Of(participant, session);
            var body = new CreatedParticipant(resource, ParticipantToken.Of(participant, exchange.Account.Id, key));
            return Answer
                .Json(StatusCodes.Status200OK, body, BandwidthJson.Wire.CreatedParticipant)
                .WithVersion(VersionOf(participant, session));
        });

    /// <summary>Fetches a participant, with its session and its subscriptions there.</summary>
    [Function("BandwidthWebRtc_FetchParticipant")]
    public Task<IResult> Fetch(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head",
            Route = "v1/accounts/{accountId}/participants/{participantId}")]
        HttpRequest request) =>
        surface.Run(request, BandwidthScopes.ReadParticipants, async exchange =>
        {
            var participant = await reader.Participant(exchange, exchange.Now);
            var session = await reader.SessionOf(exchange, participant, exchange.Now);
            var resource = ParticipantResource.Of(participant, session);
            return Answer
                .Json(StatusCodes.Status200OK, resource, BandwidthJson.Wire.ParticipantResource)
                .WithVersion(VersionOf(participant, session));
        });

    /// <summary>Deletes a participant: it leaves its session and everyone's subscriptions.</summary>
    [Function("BandwidthWebRtc_DeleteParticipant")]
    public Task<IResult> Delete(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "delete", Route = "v1/accounts/{accountId}/participants/{participantId}")]
        HttpRequest request) =>
        surface.Run(request, BandwidthScopes.WriteParticipants, async exchange =>
        {
            var subject = new Subject<Membership, WebRtcParticipant>(
                participants, BandwidthReader.PartitionOf(exchange), now => Find(exchange, now))
            {
                Lane = exchange.ParticipantId(),
                VersionOf = seen => VersionOf(seen.Participant, seen.Session),
            };
            await changes.Remove(await exchange.Command(), subject, LeaveAndGo);
            return Answer.Empty(StatusCodes.Status204NoContent);
        });

    private async ValueTask<Membership> Find(Exchange exchange, DateTimeOffset now)
    {
        var participant = await reader.Participant(exchange, now);
        return new(participant, await reader.SessionOf(exchange, participant, now));
    }

    private Decision<WebRtcParticipant> LeaveAndGo(Membership seen, DateTimeOffset now)
    {
        var (participant, session) = seen;
        if (session is null)
        {
            return Decision.Remove(participant);
        }

        var moment = Moments.Of(now, session, participant);
        var leaving = session.Body.Joined().Where(member => member.Id == participant.Id);
        return Decision.Remove(participant)
            .And(session.To(session.Body.Without(participant.Id), moment))
            .Telling(callbacks.Leaving(session, leaving, moment, moment));
    }

    // What a fetch shows is of two documents when the participant has to do with a session.
    private static string VersionOf(State<WebRtcParticipant> participant, State<WebRtcSession>? session) =>
        session is null ? participant.Version : $"{participant.Version}.{session.Version}";

    // The session is null when the participant has to do with none.
    private sealed record Membership(State<WebRtcParticipant> Participant, State<WebRtcSession>? Session);
}
