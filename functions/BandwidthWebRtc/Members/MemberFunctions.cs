using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;

namespace Sessions.BandwidthWebRtc;

/// <summary>A session's participants: list, add, remove.</summary>
public sealed class MemberFunctions(
    BandwidthSurface surface,
    BandwidthDocuments documents,
    BandwidthReader reader,
    BandwidthChanges changes,
    Callbacks callbacks)
{
    private const string Collection = BandwidthPaths.Account + BandwidthPaths.Members;
    private const string Item = BandwidthPaths.Account + BandwidthPaths.Member;

    /// <summary>Lists a session's participants in the order of their coming.</summary>
    [Function("BandwidthWebRtc_ListSessionParticipants")]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Collection)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var session = await reader.Session(call);
            IReadOnlyList<ParticipantResource> list =
                [.. session.Body.Joined().Select(member => ParticipantResource.Of(member, session.Document.Id))];
            return Answer
                .Json(StatusCodes.Status200OK, list, BandwidthJson.Wire.IReadOnlyListParticipantResource)
                .WithVersion(session.Version);
        });

    /// <summary>Adds a participant to a session with the subscriptions of the body, or again with others.</summary>
    [Function("BandwidthWebRtc_AddParticipantToSession")]
    public Task<IResult> Add(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            var wanted = await call.JsonOrNull(BandwidthJson.Wire.Subscriptions);
            await changes.Make(call, call.SessionId(), async () =>
            {
                var (session, participant) = await reader.Both(call);
                if (await reader.IsElsewhere(call, participant, session))
                {
                    throw BandwidthErrors.InAnotherSession(participant.Document.Id);
                }

                var link = BandwidthDocuments.LinkTo(session);
                var member = new Member
                {
                    Id = participant.Document.Id,
                    Participant = participant.Body with { Session = null },
                    Joined = true,
                };
                var joined = session.Body.With(member);
                joined = joined.With(member with { Subscriptions = SubscriptionRules.Read(wanted, link.Id, joined) });
                return new(
                    [
                        documents.Replace(session, joined, call.Now),
                        documents.Replace(participant, participant.Body with { Session = link }, call.Now),
                    ],
                    []);
            });
            return Answer.Empty(StatusCodes.Status204NoContent);
        });

    /// <summary>Removes a participant from a session, and with it its subscriptions and everyone's to it.</summary>
    [Function("BandwidthWebRtc_RemoveParticipantFromSession")]
    public Task<IResult> Remove(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Item)] HttpRequest request) =>
        surface.Run(request, async call =>
        {
            await changes.Make(call, call.SessionId(), async () =>
            {
                var (session, participant) = await reader.Both(call);
                var id = participant.Document.Id;
                if (session.Body.Find(id) is not { Joined: true } member)
                {
                    throw BandwidthErrors.NotInSession(id, session.Document.Id);
                }

                var moment = Moments.Of(call.Now, session.Document, participant.Document);
                return new(
                    [
                        documents.Replace(session, session.Body.Without(id), moment),
                        documents.Replace(participant, participant.Body with { Session = null }, moment),
                    ],
                    callbacks.Leaving(session, [member], moment, moment));
            });
            return Answer.Empty(StatusCodes.Status204NoContent);
        });
}
