using Sessions.Lifecycle;
using static Sessions.CamaraWebRtc.SessionStatus;

namespace Sessions.CamaraWebRtc;

/// <summary>The two sides of a call. A token that speaks for both numbers is on both.</summary>
[Flags]
public enum Sides
{
    /// <summary>Neither.</summary>
    None = 0,

    /// <summary>Who calls.</summary>
    Originator = 1,

    /// <summary>Who is called.</summary>
    Receiver = 2,

    /// <summary>Both.</summary>
    Both = Originator | Receiver,
}

/// <summary>Who asks for something.</summary>
/// <param name="Sides">The sides that it is on.</param>
/// <param name="Registration">The registration of its device, when it named one.</param>
internal sealed record Acting(Sides Sides, string? Registration = null)
{
    /// <summary>Whether it is on this side, be it on the other as well.</summary>
    public bool Is(Sides side) => Sides.HasFlag(side);
}

/// <summary>
/// Who may take a call from where to where. The standard names the states and publishes no table of their transitions;
/// this one is ours, and docs/camara-webrtc.md tells it.
/// </summary>
internal static class CallTable
{
    private static readonly string[] _unanswered = [Initial, InProgress, Proceeding, Ringing, Waiting];

    private static readonly string[] _answered = [Connected, Hold, Resume];

    private static readonly string[] _final =
        [Terminated, SessionCancelled, Declined, Failed, NoAnswer, NotReachable, Busy];

    private static readonly Row[] _rows =
    [
        new(_unanswered, [InProgress, Proceeding, Ringing, Waiting, Connected], Sides.Receiver),
        new(_unanswered, [Declined, Busy, NoAnswer, NotReachable], Sides.Receiver),
        new(_unanswered, [SessionCancelled, Terminated], Sides.Originator),
        new(_unanswered, [Failed], Sides.Both),
        new(_answered, [Hold, Resume, Terminated], Sides.Both),
    ];

    /// <summary>Every state.</summary>
    public static IReadOnlyCollection<string> All { get; } = [.. _unanswered, .. _answered, .. _final];

    /// <summary>Whether somebody has answered, and the call goes on.</summary>
    public static bool IsAnswered(string status) => _answered.Contains(status);

    /// <summary>Whether the call waits for an answer.</summary>
    public static bool IsWaiting(Lifetime call) => call.Open && !IsAnswered(call.Status);

    /// <summary>Whether the call is over.</summary>
    public static bool IsFinal(string status) => _final.Contains(status);

    /// <summary>Refuses a step that the table does not know, or not for this side.</summary>
    /// <exception cref="Http.RefusedException">INCOMPATIBLE_STATE.</exception>
    public static void Check(string from, string to, Sides by)
    {
        var rows = Array.FindAll(_rows, row => row.From.Contains(from) && row.To.Contains(to));
        if (Array.Exists(rows, row => (row.By & by) != 0))
        {
            return;
        }

        throw rows is [{ By: Sides.Receiver }] ? CamaraErrors.NotYours(to, "receiver")
            : rows is [var row] ? CamaraErrors.NotYours(to, "originator")
            : IsAnswered(from) && IsOfReceiver(to) && by.HasFlag(Sides.Receiver) ? CamaraErrors.AnsweredElsewhere()
            : CamaraErrors.IncompatibleState(from, to);
    }

    // What a device says to an invitation, which comes too late from a second one.
    private static bool IsOfReceiver(string to) =>
        Array.Exists(_rows, row => row.By is Sides.Receiver && row.To.Contains(to));

    private sealed record Row(string[] From, string[] To, Sides By);
}
