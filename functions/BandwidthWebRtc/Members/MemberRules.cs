using Sessions.Engine;

namespace Sessions.BandwidthWebRtc;

/// <summary>
/// Who is in a session, and whom everybody hears. A participant points to its session, and the session knows its
/// members:
/// both are written together.
/// </summary>
internal static class MemberRules
{
    /// <summary>Puts a participant into a session; again, with other subscriptions, when it is there already.</summary>
    /// <exception cref="Http.RefusedException">409: it is in another session, or the session is full.</exception>
    public static Decision<WebRtcSession> Join(Meeting meeting, Subscriptions? wanted, DateTimeOffset now)
    {
        var (session, participant, elsewhere) = meeting;
        if (elsewhere)
        {
            throw BandwidthErrors.InAnotherSession(participant.Id);
        }

        var member = MemberOf(participant) with { Joined = true };
        var joined = session.Body.With(member);
        joined = joined.With(member with { Subscriptions = SubscriptionRules.Read(wanted, session.Id, joined) });
        return Decision
            .To(session.To(joined, Moments.Of(now, session)))
            .And(Linked(participant, LinkTo(session), now));
    }

    /// <summary>Takes a member out of its session.</summary>
    /// <exception cref="Http.RefusedException">404: it is not there.</exception>
    public static Decision<WebRtcSession> Leave(Meeting meeting, Callbacks callbacks, DateTimeOffset now)
    {
        var (session, participant, _) = meeting;
        if (session.Body.Find(participant.Id) is not { Joined: true } member)
        {
            throw BandwidthErrors.NotInSession(participant.Id, session.Id);
        }

        var moment = Moments.Of(now, session, participant);
        return Decision
            .To(session.To(session.Body.Without(participant.Id), moment))
            .And(participant.To(participant.Body with { Session = null }, moment))
            .Telling(callbacks.Leaving(session, [member], moment, moment));
    }

    /// <summary>Changes whom one hears: a member, or an outsider who only listens.</summary>
    /// <exception cref="Http.RefusedException">400: the subscriptions name one who is not there.</exception>
    public static Decision<WebRtcSession> Subscribe(Listening listening, Subscriptions? wanted, DateTimeOffset now)
    {
        var (session, member, outsider) = listening;
        var subscriptions = SubscriptionRules.Read(wanted, session.Id, session.Body);
        var heard = With(session.Body, outsider is null ? member! : MemberOf(outsider), subscriptions);
        var decision = Decision.To(session.To(heard, Moments.Of(now, session)));
        return outsider is null
            ? decision
            : decision.And(Linked(outsider, subscriptions is null ? null : LinkTo(session), now));
    }

    private static Member MemberOf(State<WebRtcParticipant> participant) => new()
    {
        Id = participant.Id,
        Participant = participant.Body with { Session = null },
    };

    private static SessionLink LinkTo(State<WebRtcSession> session) =>
        new(session.Id, session.Lifetime.DateExpiry!.Value);

    private static State<WebRtcParticipant> Linked(
        State<WebRtcParticipant> participant, SessionLink? link, DateTimeOffset now) =>
        participant.To(participant.Body with { Session = link }, Moments.Of(now, participant));

    // One that is not in the session and hears nobody has nothing to do with it.
    private static WebRtcSession With(WebRtcSession session, Member member, Subscriptions? subscriptions) =>
        member.Joined || subscriptions is not null
            ? session.With(member with { Subscriptions = subscriptions })
            : session.Without(member.Id);
}

/// <summary>Whose subscriptions a path names: a member of the session, or an outsider.</summary>
/// <param name="Session">The session.</param>
/// <param name="Member">What the session knows of it, or null.</param>
/// <param name="Outsider">The participant, when it is not in the session.</param>
internal sealed record Listening(
    State<WebRtcSession> Session, Member? Member, State<WebRtcParticipant>? Outsider);
