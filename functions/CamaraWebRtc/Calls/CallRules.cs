using System.Collections.Frozen;
using Sessions.Lifecycle;
using static Sessions.CamaraWebRtc.SessionStatus;

namespace Sessions.CamaraWebRtc;

/// <summary>
/// The rules of a call's life. The standard names the states and publishes no table of their transitions; this one is
/// ours, and docs/camara-webrtc.md tells it.
/// </summary>
internal static class CallRules
{
    /// <summary>How long a call may go without an answer before every reader sees it as NoAnswer.</summary>
    public static readonly TimeSpan AnswerTime = TimeSpan.FromMinutes(3);

    private static readonly string[] _final =
        [Terminated, SessionCancelled, Declined, Failed, NoAnswer, NotReachable, Busy];

    private static readonly string[] _unanswered = [InProgress, Proceeding, Ringing, Waiting];

    private static readonly string[] _answered = [Connected, Hold, Resume];

    private static readonly FrozenDictionary<string, string[]> _onward = new Dictionary<string, string[]>
    {
        [Initial] = [.. _unanswered, Connected, .. _final],
        [InProgress] = [.. _unanswered, Connected, .. _final],
        [Proceeding] = [.. _unanswered, Connected, .. _final],
        [Ringing] = [.. _unanswered, Connected, .. _final],
        [Waiting] = [.. _unanswered, Connected, .. _final],
        [Connected] = [.. _answered, .. _final],
        [Hold] = [.. _answered, .. _final],
        [Resume] = [.. _answered, .. _final],
    }.ToFrozenDictionary();

    /// <summary>Every state.</summary>
    public static IReadOnlyCollection<string> All { get; } = [.. _onward.Keys, .. _final];

    /// <summary>The state of a call that nobody answered in time.</summary>
    public static string Expired(Lifetime _) => NoAnswer;

    /// <summary>The lifetime of a new call.</summary>
    public static Lifetime Start(DateTimeOffset now) => new()
    {
        Status = Initial,
        Open = true,
        CreatedAt = now,
        UpdatedAt = now,
        DateExpiry = now + AnswerTime,
    };

    /// <summary>The call after a change that a party asks for; the same one when nothing changes.</summary>
    /// <param name="call">The call as it counts at <paramref name="now"/>.</param>
    /// <param name="change">What is asked for, checked by itself.</param>
    /// <param name="now">The moment of the request.</param>
    /// <exception cref="Http.RefusedException">INCOMPATIBLE_STATE, or no answer to connect with.</exception>
    public static CallState Update(CallState call, StatusChange change, DateTimeOffset now)
    {
        var from = call.Lifetime.Status;
        var to = change.Status ?? from;
        if (to != from && !CanGo(from, to))
        {
            throw CamaraErrors.IncompatibleState(from, to);
        }

        if (!call.Lifetime.Open)
        {
            return call;
        }

        var body = call.Body with
        {
            Offer = change.Offer ?? call.Body.Offer,
            Answer = change.Answer ?? call.Body.Answer,
            LocationDetails = change.LocationDetails ?? call.Body.LocationDetails,
        };
        return to == Connected && body.Answer is null
            ? throw CamaraErrors.Invalid("A call is Connected with an answer. Send answer.sdp.")
            : to == from && body == call.Body ? call : Moved(call.Lifetime, body, to, now);
    }

    /// <summary>The call after DELETE: cancelled, declined or terminated; the same one when it is over.</summary>
    public static CallState End(CallState call, bool byOriginator, DateTimeOffset now) =>
        !call.Lifetime.Open ? call : Moved(
            call.Lifetime,
            call.Body,
            _answered.Contains(call.Lifetime.Status) ? Terminated : byOriginator ? SessionCancelled : Declined,
            now);

    private static bool CanGo(string from, string to) =>
        _onward.TryGetValue(from, out var onward) && onward.Contains(to);

    private static CallState Moved(Lifetime before, MediaSession body, string to, DateTimeOffset now)
    {
        // Two changes are never of one moment, by which their events keep their order.
        var at = now > before.UpdatedAt ? now : before.UpdatedAt.AddTicks(1);
        var lifetime = _final.Contains(to) ? before.Close(to, CloseReasons.Api, at) : before.Touch(at) with
        {
            Status = to,
            StartedAt = before.StartedAt ?? (to == Connected ? at : null),
            DateExpiry = body.Answer is null ? before.DateExpiry : null,
        };
        return new(lifetime, body with { Sequence = body.Sequence + 1 });
    }
}

/// <summary>A call as the rules see it: its state and its content.</summary>
internal sealed record CallState(Lifetime Lifetime, MediaSession Body);
