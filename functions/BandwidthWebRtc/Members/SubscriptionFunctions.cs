using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.BandwidthWebRtc;

/// <summary>
/// A participant's subscriptions in a session: get, replace, clear. A participant that is in no session may subscribe
/// before it is added.
/// </summary>
public sealed class SubscriptionFunctions(
    BandwidthSurface surface, BandwidthDocuments documents, BandwidthReader reader, BandwidthChanges changes)
{
    private const string Item = BandwidthPaths.Account + BandwidthPaths.Subscriptions;

    /// <summary>Tells whom a participant hears and sees; empty for nobody.</summary>
    [Function("BandwidthWebRtc_FetchParticipantSubscriptions")]
    public Task<IResult> Fetch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var (session, member, _) = await Find(call);
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
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var wanted = await call.JsonOrNull(BandwidthJson.Wire.Subscriptions);
            await changes.Make(call, call.SessionId(), async () =>
            {
                var (session, member, outsider) = await Find(call);
                call.Request.RequireMatch(session.Version);
                var subscriptions = SubscriptionRules.Read(wanted, session.Document.Id, session.Body);
                return outsider is null
                    ? new([documents.Replace(session, With(session, member!, subscriptions), call.Now)], [])
                    : Outside(call, session, outsider, subscriptions);
            });
            return Answer.Empty(StatusCodes.Status204NoContent);
        });

    /// <summary>The participant's entry in the session; its document, too, when it is not in the session.</summary>
    private async ValueTask<(Stored<WebRtcSession> Session, Member? Member, Stored<WebRtcParticipant>? Outsider)> Find(
        Call call)
    {
        var session = await reader.Session(call);
        var member = session.Body.Find(call.ParticipantId());
        if (member is { Joined: true })
        {
            return (session, member, null);
        }

        var outsider = await reader.Participant(call);
        return await reader.IsElsewhere(call, outsider, session)
            ? throw BandwidthErrors.NotInSession(outsider.Document.Id, session.Document.Id)
            : (session, outsider.Body.Session?.Id == session.Document.Id ? member : null, outsider);
    }

    private WebRtcChange Outside(
        Call call, Stored<WebRtcSession> session, Stored<WebRtcParticipant> outsider, Subscriptions? subscriptions)
    {
        var member = new Member
        {
            Id = outsider.Document.Id,
            Participant = outsider.Body with { Session = null },
        };
        var link = subscriptions is null ? null : BandwidthDocuments.LinkTo(session);
        return new(
            [
                documents.Replace(session, With(session, member, subscriptions), call.Now),
                documents.Replace(outsider, outsider.Body with { Session = link }, call.Now),
            ],
            []);
    }

    // One that is not in the session and hears nobody has nothing to do with it.
    private static WebRtcSession With(Stored<WebRtcSession> session, Member member, Subscriptions? subscriptions) =>
        member.Joined || subscriptions is not null
            ? session.Body.With(member with { Subscriptions = subscriptions })
            : session.Body.Without(member.Id);
}
