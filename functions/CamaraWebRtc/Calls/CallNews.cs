using Sessions.Outbox;
using Sessions.Engine;

namespace Sessions.CamaraWebRtc;

/// <summary>What is told of a call: the receiver is invited, and every change after that is told to both.</summary>
internal static class CallNews
{
    private const int InvitationPlace = 1;

    /// <summary>What to tell of a new call.</summary>
    public static OutboxEvent Invitation(State<MediaSession> call) => InvitationTo(call).ToEvent(call, call.UpdatedAt);

    /// <summary>What to tell of a change.</summary>
    /// <param name="call">The call after it.</param>
    /// <param name="statusBefore">The state before it.</param>
    /// <param name="why">Why it changed, when no party has asked for it.</param>
    public static OutboxEvent Change(State<MediaSession> call, string statusBefore, string? why)
    {
        var status = call.Lifetime.Status;
        var reason = why
            ?? (status == statusBefore ? "Media update" : $"The call went from {statusBefore} to {status}");
        string[] parties = [call.Body.Originator, call.Body.Receiver];
        var news = Of(call, EventTypes.SessionStatus, [.. parties.Distinct()], reason) with
        {
            IsAnswer = status is SessionStatus.Connected && !CallTable.IsAnswered(statusBefore),
        };
        return news.ToEvent(call, call.UpdatedAt);
    }

    /// <summary>
    /// The call as it is now, for one who has just subscribed to it: how it stands, or the invitation while it rings.
    /// Null when there is nothing of that to tell.
    /// </summary>
    /// <param name="call">The call.</param>
    /// <param name="asked">The subscription.</param>
    /// <param name="party">Whose it is.</param>
    public static News? Present(State<MediaSession> call, Subscription asked, string party) =>
        asked.AsksFor(EventTypes.SessionStatus)
            ? Of(call, EventTypes.SessionStatus, [], "The call as it is now").For(party)
        : asked.AsksFor(EventTypes.SessionInvitation)
            && party == call.Body.Receiver && CallTable.IsWaiting(call.Lifetime)
            ? InvitationTo(call)
        : null;

    private static News InvitationTo(State<MediaSession> call)
    {
        var news = Of(call, EventTypes.SessionInvitation, [call.Body.Receiver], "New incoming call");
        return news with
        {
            Sequence = InvitationPlace,
            Data = news.Data with { SequenceNumber = InvitationPlace },
            Until = call.Lifetime.DateExpiry,
        };
    }

    private static News Of(State<MediaSession> call, string type, string[] parties, string reason)
    {
        var (id, body) = (call.Id, call.Body);
        return new()
        {
            Type = type,
            Source = Generations.All[0].CallAt(id),
            Subject = id,
            Parties = parties,
            Originator = body.Originator,
            OriginatorDevice = body.OriginatorDevice,
            AnsweredBy = body.AnsweredBy,
            Sequence = body.Sequence,
            Data = new()
            {
                OriginatorAddress = body.OriginatorAddress,
                OriginatorName = body.OriginatorName,
                ReceiverAddress = body.ReceiverAddress,
                ReceiverName = body.ReceiverName,
                Status = call.Lifetime.Status,
                Offer = body.Offer,
                Answer = body.Answer,
                LocationDetails = body.LocationDetails,
                ClientCorrelator = body.ClientCorrelator,
                MediaSessionId = id,
                Reason = reason,
                SequenceNumber = body.Sequence,
            },
        };
    }
}
