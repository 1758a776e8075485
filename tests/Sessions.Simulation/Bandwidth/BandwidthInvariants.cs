using System.Text.Json;

namespace Sessions.Simulation.Bandwidth;

/// <summary>
/// What must hold of Bandwidth's sessions, whatever happens: a participant is in one of them at most, both say so, a
/// create makes one thing, and a callback URL hears of every leaving, and of none that there was not.
/// </summary>
internal static class BandwidthInvariants
{
    private const string SessionKind = "bandwidth-webrtc/session";
    private const string ParticipantKind = "bandwidth-webrtc/participant";

    /// <summary>Whether each removal that was acknowledged is told.</summary>
    public static bool AreAllLeavingsTold(
        IReadOnlyList<Operation<BandwidthCall>> history, IReadOnlyList<Told> told) =>
        Untold(history, Leavings(told)) is null;

    /// <summary>What does not hold; null when all does.</summary>
    public static string? Explain(IReadOnlyList<Operation<BandwidthCall>> history, World world)
    {
        var left = Leavings(world.Told);
        var stored = world.Documents.Now.Documents.Values.Where(one => one.Kind is SessionKind or ParticipantKind);
        return MadeOnce.Explain(stored, Made(history))
            ?? Astray(history)
            ?? Untold(history, left)
            ?? Unasked(history, left);
    }

    private static IEnumerable<string> Made(IReadOnlyList<Operation<BandwidthCall>> history) => history
        .Where(one => one.Answer.Status == 200)
        .Select(one => one.Call switch
        {
            BandwidthCall.CreateSession => one.Answer.Text("id"),
            BandwidthCall.CreateParticipant => one.Answer.Text("participant", "id"),
            _ => null,
        })
        .OfType<string>();

    // By what was seen at the end, when nothing moved any more.
    private static string? Astray(IReadOnlyList<Operation<BandwidthCall>> history)
    {
        var last = history.Where(one => one is { Client: "first", Answer.Status: 200 }).ToList();
        var members = last.Where(one => one.Call is BandwidthCall.FetchSession).ToDictionary(
            one => one.Answer.Text("id"), one => Ids(one.Answer, "participants"));
        var places = last.Where(one => one.Call is BandwidthCall.FetchParticipant).ToDictionary(
            one => one.Answer.Text("id"), one => Ids(one.Answer, "sessions"));
        foreach (var (session, inside) in members)
        {
            if (inside.Distinct().Count() != inside.Count
                || inside.Any(participant => !places.GetValueOrDefault(participant, []).SequenceEqual([session])))
            {
                return $"{session} has {string.Join(',', inside)}, and not all of these say so.";
            }
        }

        return places
            .Where(place => place.Value.Any(session => !members.GetValueOrDefault(session, []).Contains(place.Key)))
            .Select(place => $"{place.Key} says that it is in {string.Join(',', place.Value)}, which does not say so.")
            .FirstOrDefault();
    }

    private static string? Untold(IReadOnlyList<Operation<BandwidthCall>> history, Dictionary<string, int> left) =>
        history
            .Where(one => one is { Call: BandwidthCall.Remove, Answer.Status: 204 })
            .CountBy(one => ((BandwidthCall.Remove)one.Call).Participant)
            .Where(removed => left.GetValueOrDefault(removed.Key) < removed.Value)
            .Select(removed => $"{removed.Key} was removed {removed.Value} times, and left "
                + $"{left.GetValueOrDefault(removed.Key)}.")
            .FirstOrDefault();

    // Who deletes a session, or never learns what came of it, may have made any of them leave.
    private static string? Unasked(IReadOnlyList<Operation<BandwidthCall>> history, Dictionary<string, int> left)
    {
        var sessions = history.Count(one => one.Call is BandwidthCall.DeleteSession && one.Answer.Status is 204 or 0);
        return left
            .Where(one => one.Value > sessions + history.Count(other => other.Answer.Status is 204 or 0
                && other.Call is BandwidthCall.Remove or BandwidthCall.DeleteParticipant
                && other.Call.ToString().Contains(one.Key, StringComparison.Ordinal)))
            .Select(one => $"{one.Key} left {one.Value} times, more often than anybody had asked for.")
            .FirstOrDefault();
    }

    // How often each has left, by the ids of what was told.
    private static Dictionary<string, int> Leavings(IReadOnlyList<Told> told) => told
        .DistinctBy(one => one.Headers["Webhook-Id"])
        .Select(one => JsonDocument.Parse(one.Body).RootElement)
        .Where(body => body.GetProperty("event").GetString() == "onLeave")
        .CountBy(body => body.GetProperty("participantId").GetString()!)
        .ToDictionary();

    private static List<string> Ids(Answered answer, string name)
    {
        using var told = JsonDocument.Parse(answer.Body);
        return [.. told.RootElement.GetProperty(name).EnumerateArray().Select(id => id.GetString()!)];
    }
}
