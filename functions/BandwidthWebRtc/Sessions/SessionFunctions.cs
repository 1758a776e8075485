using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.BandwidthWebRtc;

/// <summary>Sessions: create, fetch, delete.</summary>
public sealed class SessionFunctions(
    BandwidthSurface surface,
    WebRtcSessionKind sessions,
    BandwidthReader reader,
    Changes changes,
    Callbacks callbacks,
    IDocumentStore store,
    IIdSource ids)
{
    /// <summary>Creates a session, which ends nine hours later.</summary>
    [Function("BandwidthWebRtc_CreateSession")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/accounts/{accountId}/sessions")]
        HttpRequest request) =>
        surface.Run(request, BandwidthScopes.WriteSessions, async exchange =>
        {
            var wanted = await exchange.JsonOrNull(BandwidthJson.Wire.SessionBody);
            var session = new WebRtcSession { Tag = BandwidthParameters.Tag(wanted?.Tag) };
            var partition = BandwidthReader.PartitionOf(exchange);
            return Show(await changes.Create(
                await exchange.Command(),
                sessions,
                partition,
                now => Decision.To(sessions.New(exchange.Account.Id, partition, ids.Next(now), session, now)),
                create => create.WithMadeBefore(store, exchange, $"{partition}/{sessions.Name}")));
        });

    /// <summary>Fetches a session.</summary>
    [Function("BandwidthWebRtc_FetchSession")]
    public Task<IResult> Fetch(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head",
            Route = "v1/accounts/{accountId}/sessions/{sessionId}")]
        HttpRequest request) =>
        surface.Run(
            request,
            BandwidthScopes.ReadSessions,
            async exchange => Show(await reader.Session(exchange, exchange.Now)));

    /// <summary>Deletes a session: its participants are free, and its subscriptions gone.</summary>
    [Function("BandwidthWebRtc_DeleteSession")]
    public Task<IResult> Delete(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/accounts/{accountId}/sessions/{sessionId}")]
        HttpRequest request) =>
        surface.Run(request, BandwidthScopes.WriteSessions, async exchange =>
        {
            var id = exchange.SessionId();
            await changes.Remove(
                await exchange.Command(), sessions.At(BandwidthReader.PartitionOf(exchange), id), (session, now) =>
                {
                    if (session is not { Lifetime.Open: true })
                    {
                        throw BandwidthErrors.NoSession(id);
                    }

                    var moment = Moments.Of(now, session);
                    return Decision.Remove(session)
                        .Telling(callbacks.Leaving(session, session.Body.Joined(), moment, moment));
                });
            return Answer.Empty(StatusCodes.Status204NoContent);
        });

    private static Answer Show(State<WebRtcSession> session) => Answer
        .Json(StatusCodes.Status200OK, SessionResource.Of(session), BandwidthJson.Wire.SessionResource)
        .WithVersion(session.Version);
}

/// <summary>What a create may say. Other members, such as a read-only id, are ignored.</summary>
/// <param name="Tag">At most 50 characters.</param>
public sealed record SessionBody(string? Tag);

/// <summary>A session on the wire.</summary>
/// <param name="Id">Its UUID.</param>
/// <param name="Participants">The ids of those in it, in the order of their coming.</param>
/// <param name="Tag">Its tag; its id when it was given none.</param>
public sealed record SessionResource(string Id, IReadOnlyList<string> Participants, string Tag)
{
    internal static SessionResource Of(State<WebRtcSession> session) => new(
        session.Id,
        [.. session.Body.Joined().Select(member => member.Id)],
        session.Body.Tag ?? session.Id);
}
