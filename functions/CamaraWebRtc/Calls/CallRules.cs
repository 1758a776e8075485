using Sessions.Engine;
using Sessions.Lifecycle;
using Sessions.Outbox;
using static Sessions.CamaraWebRtc.SessionStatus;

namespace Sessions.CamaraWebRtc;

/// <summary>The rules of a call's life; who may do what is in <see cref="CallTable"/>.</summary>
internal static class CallRules
{
    /// <summary>How long a call may go without an answer before every reader sees it as NoAnswer.</summary>
    public static readonly TimeSpan AnswerTime = TimeSpan.FromMinutes(3);

    /// <summary>The lifetime of a new call.</summary>
    public static Lifetime Start(DateTimeOffset now) => new()
    {
        Status = Initial,
        Open = true,
        CreatedAt = now,
        UpdatedAt = now,
        DateExpiry = now + AnswerTime,
    };

    /// <summary>A new call, to which its receiver is invited.</summary>
    public static Decision<MediaSession> Invite(State<MediaSession> call) =>
        Decision.To(call).Telling(CallNews.Invitation(call));

    /// <summary>A change that a party asks for; what changes nothing is kept.</summary>
    /// <param name="call">The call as it counts at <paramref name="now"/>.</param>
    /// <param name="change">What is asked for, checked by itself.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="longest">How long a call may be connected.</param>
    /// <param name="now">The moment of the change.</param>
    /// <exception cref="Http.RefusedException">INCOMPATIBLE_STATE, or no answer to connect with.</exception>
    public static Decision<MediaSession> Update(
        State<MediaSession> call, StatusChange change, Acting by, TimeSpan longest, DateTimeOffset now)
    {
        var from = call.Lifetime.Status;
        var to = change.Status ?? from;
        if (to != from)
        {
            CallTable.Check(from, to, by.Sides);
        }

        if (!call.Lifetime.Open)
        {
            return Decision.Keep(call);
        }

        var isAnswered = CallTable.IsAnswered(from);
        var body = MediaRules.Renew(call.Body, change, isAnswered, by.Sides) with
        {
            LocationDetails = change.LocationDetails ?? call.Body.LocationDetails,
        };
        if (to == Connected && !isAnswered)
        {
            body = AnsweredBy(call, body, by.Registration, now);
        }

        if (to == from && body == call.Body)
        {
            return Decision.Keep(call);
        }

        CheckDevice(call.Body, by);
        return to == Connected && body.Answer is null
            ? throw CamaraErrors.Invalid("A call is Connected with an answer. Send answer.sdp.")
            : Moved(call, body, to, now, to == Connected && !isAnswered ? longest : null);
    }

    /// <summary>What DELETE does: it cancels, declines or terminates; a call that is over is kept.</summary>
    /// <exception cref="Http.RefusedException">INCOMPATIBLE_STATE: it was answered elsewhere.</exception>
    public static Decision<MediaSession> End(State<MediaSession> call, Acting by, DateTimeOffset now)
    {
        if (!call.Lifetime.Open)
        {
            return Decision.Keep(call);
        }

        CheckDevice(call.Body, by);
        var to = CallTable.IsAnswered(call.Lifetime.Status) ? Terminated
            : by.Is(Sides.Originator) ? SessionCancelled
            : Declined;
        return Moved(call, call.Body, to, now);
    }

    /// <summary>Ends an open call of a side whose device is gone, as it would have ended it.</summary>
    public static Decision<MediaSession> Vanish(State<MediaSession> call, Sides side, DateTimeOffset now) => Moved(
        call,
        call.Body,
        CallTable.IsAnswered(call.Lifetime.Status) ? Terminated : SessionCancelled,
        now,
        reason: $"The registration of the {(side is Sides.Originator ? "originator" : "receiver")} has run out");

    /// <summary>Makes the end of a call durable whose time has run out.</summary>
    /// <param name="stored">As it was stored: open.</param>
    /// <param name="expired">As every reader sees it: closed.</param>
    public static Decision<MediaSession> Expire(State<MediaSession> stored, State<MediaSession> expired)
    {
        var reason = expired.Lifetime.Status is NoAnswer ? "Nobody has answered in time"
            : "The call has lasted as long as a call may";
        var after = expired with { Body = expired.Body with { Sequence = expired.Body.Sequence + 1 } };
        return Decision.To(after).Telling(CallNews.Change(after, stored.Lifetime.Status, reason));
    }

    // A registration that belongs to another of the receiver's names is not watched: it is not found by this one.
    private static MediaSession AnsweredBy(
        State<MediaSession> call, MediaSession body, string? registration, DateTimeOffset now)
    {
        var partition = Partitions.OfParty(call.Account, body.Receiver);
        var isWatched = registration is not null && OwnThings.MayBeIn(partition, registration);
        return body with { AnsweredBy = registration, ReceiverUntil = isWatched ? now : null };
    }

    // Of the receiver's devices one has answered, and the others have no more to say.
    private static void CheckDevice(MediaSession call, Acting by)
    {
        if (by is { Sides: Sides.Receiver, Registration: { } device } && call.AnsweredBy is { } answered
            && device != answered)
        {
            throw CamaraErrors.AnsweredElsewhere();
        }
    }

    private static Decision<MediaSession> Moved(
        State<MediaSession> call,
        MediaSession body,
        string to,
        DateTimeOffset now,
        TimeSpan? lasts = null,
        string? reason = null)
    {
        // Two changes are never of one moment, by which their events keep their order.
        var before = call.Lifetime;
        var at = OutboxEvent.After(before.UpdatedAt, now);
        var lifetime = CallTable.IsFinal(to) ? before.Close(to, CloseReasons.Api, at) : before.Touch(at) with
        {
            Status = to,
            StartedAt = before.StartedAt ?? (to == Connected ? at : null),
            // An answer before the call is connected is early media, and stops no timer.
            DateExpiry = lasts is { } most ? at + most : before.DateExpiry,
        };
        var after = call with { Lifetime = lifetime, Body = body with { Sequence = body.Sequence + 1 } };
        return Decision.To(after).Telling(CallNews.Change(after, before.Status, reason));
    }
}

/// <summary>CAMARA's words for the state of a call.</summary>
internal static class SessionStatus
{
    public const string Initial = nameof(Initial);
    public const string InProgress = nameof(InProgress);
    public const string Proceeding = nameof(Proceeding);
    public const string Ringing = nameof(Ringing);
    public const string Waiting = nameof(Waiting);
    public const string Connected = nameof(Connected);
    public const string Hold = nameof(Hold);
    public const string Resume = nameof(Resume);
    public const string Terminated = nameof(Terminated);
    public const string SessionCancelled = nameof(SessionCancelled);
    public const string Declined = nameof(Declined);
    public const string Failed = nameof(Failed);
    public const string NoAnswer = nameof(NoAnswer);
    public const string NotReachable = nameof(NotReachable);
    public const string Busy = nameof(Busy);
}

/// <summary>Who may offer media, and who may answer.</summary>
internal static class MediaRules
{
    /// <summary>The call with the media of a change. What is there already is no news, whoever shows it.</summary>
    /// <param name="body">The call before it.</param>
    /// <param name="change">The change.</param>
    /// <param name="isAnswered">Whether the call was connected before it.</param>
    /// <param name="by">The side that asks.</param>
    /// <exception cref="Http.RefusedException">INCOMPATIBLE_STATE.</exception>
    public static MediaSession Renew(MediaSession body, StatusChange change, bool isAnswered, Sides by)
    {
        var offer = change.Offer == body.Offer ? null : change.Offer;
        var answer = change.Answer == body.Answer ? null : change.Answer;
        if (offer is not null && !isAnswered && !by.HasFlag(Sides.Originator))
        {
            throw CamaraErrors.NotYours("another offer", "originator");
        }

        if (answer is not null)
        {
            CheckAnswer(body, change.Status, isAnswered, by);
        }

        return body with
        {
            Offer = offer ?? body.Offer,
            Answer = answer ?? body.Answer,
            Offering = offer is not null && isAnswered ? by : answer is not null ? Sides.None : body.Offering,
        };
    }

    // Until the call is connected the receiver answers; after it, who has been offered something new. Whoever holds or
    // resumes sends his media as an answer, as the standard's examples have it.
    private static void CheckAnswer(MediaSession body, string? status, bool isAnswered, Sides by)
    {
        if (!isAnswered)
        {
            if (!by.HasFlag(Sides.Receiver))
            {
                throw CamaraErrors.NotYours("an answer", "receiver");
            }
        }
        else if (status is not (Hold or Resume) && !MayAnswer(body.Offering, by))
        {
            throw by.HasFlag(Sides.Receiver)
                ? CamaraErrors.AnsweredElsewhere()
                : CamaraErrors.NotYours("another answer, while nothing new is offered,", "receiver");
        }
    }

    private static bool MayAnswer(Sides offering, Sides by) =>
        offering is not Sides.None && (by is Sides.Both || (by & ~offering) != 0);
}
