using System.Text.Json;
using Sessions.Storage;

namespace Sessions.Simulation.Camara;

/// <summary>
/// What must hold of calls, whatever happens: each sink hears every change of a call at least once, in order and
/// without a gap, each is a step that a call may take, what was acknowledged is among them, and nothing comes after
/// the end.
/// </summary>
internal static class CamaraInvariants
{
    private static readonly string[] _answered = ["Connected", "Hold", "Resume"];
    private static readonly string[] _final =
        ["Terminated", "SessionCancelled", "Declined", "Failed", "NoAnswer", "NotReachable", "Busy"];

    /// <summary>Whether both sinks have heard how each call ended, or stands.</summary>
    public static bool IsAllTold(IReadOnlyList<Operation<CamaraCall>> history, World world) =>
        Untold(CallsOf(world), Heard(world)) is null && history.Count > 0;

    /// <summary>What does not hold; null when all does.</summary>
    public static string? Explain(IReadOnlyList<Operation<CamaraCall>> history, World world)
    {
        var (calls, heard) = (CallsOf(world), Heard(world));
        var made = history.Where(one => one is { Call: CamaraCall.Invite, Answer.Status: 201 });
        return MadeOnce.Explain(calls, made.Select(one => one.Answer.Text("mediaSessionId")))
            ?? Untold(calls, heard)
            ?? heard.Select(line => OutOfOrder(line.Key, line.Value)).FirstOrDefault(wrong => wrong is not null)
            ?? Unheard(history, heard)
            ?? Risen(history);
    }

    private static string? Untold(
        IReadOnlyList<Document> calls,
        Dictionary<(string Sink, string Call), List<(int Sequence, string Status)>> heard)
    {
        string[] sinks = ["alice.example.com", "bob.example.com"];
        var untold =
            from call in calls
            let status = call.Lifetime!.Status
            where status is not "Initial"
            from sink in sinks
            where heard.GetValueOrDefault((sink, call.Id), []) is not [.., var last] || last.Status != status
            select $"{sink} has not heard last that {call.Id} is {status}.";
        return untold.FirstOrDefault();
    }

    // Repeats are left out: of each change, when it was heard for the first time.
    private static string? OutOfOrder((string Sink, string Call) line, List<(int Sequence, string Status)> heard)
    {
        foreach (var ((before, from), (after, to)) in heard.Zip(heard.Skip(1)))
        {
            if (after != before + 1)
            {
                return $"{line.Sink} heard of {line.Call} change {after} after {before}.";
            }

            if (!MayGo(from, to))
            {
                return $"{line.Sink} heard that {line.Call} went from {from} to {to}.";
            }
        }

        return heard is [(1 or 2, _), ..] ? null : $"{line.Sink} did not hear the first change of {line.Call}.";
    }

    private static bool MayGo(string from, string to) =>
        !_final.Contains(from)
        && (_answered.Contains(from) ? to is "Hold" or "Resume" or "Terminated" or "Connected" : to is not "Hold");

    private static string? Unheard(
        IReadOnlyList<Operation<CamaraCall>> history,
        Dictionary<(string Sink, string Call), List<(int Sequence, string Status)>> heard) =>
        history
            .Where(one => one is { Call: CamaraCall.Set, Answer.Status: 200 })
            .Select(one => (CamaraCall.Set)one.Call)
            .Where(set => heard.Any(line =>
                line.Key.Call == set.Call && line.Value.All(one => one.Status != set.Status)))
            .Select(set => $"{set} was acknowledged, and nobody has heard of it.")
            .FirstOrDefault();

    // By fetches of which one began when the other was over.
    private static string? Risen(IReadOnlyList<Operation<CamaraCall>> history)
    {
        var seen = history.Where(one => one is { Call: CamaraCall.Fetch, Answer.Status: 200 }).Select(one => (
            ((CamaraCall.Fetch)one.Call).Call,
            IsOver: _final.Contains(one.Answer.Text("status")),
            one.From,
            one.Until)).ToList();
        var risen =
            from over in seen
            where over.IsOver
            from open in seen
            where open.Call == over.Call && !open.IsOver && open.From > over.Until
            select $"{open.Call} was over at {over.Until}, and not at {open.From}.";
        return risen.FirstOrDefault();
    }

    private static List<Document> CallsOf(World world) =>
        [.. world.Documents.Now.Documents.Values.Where(document => document.Kind == "camara-webrtc/call")];

    private static Dictionary<(string Sink, string Call), List<(int Sequence, string Status)>> Heard(World world) =>
        world.Told
            .Select(told => (told.Target.Host, Data: JsonDocument.Parse(told.Body).RootElement.GetProperty("data")))
            .GroupBy(told => (Sink: told.Host, Call: told.Data.GetProperty("mediaSessionId").GetString()!))
            .ToDictionary(
                line => line.Key,
                line => line
                    .Select(told => (
                        Sequence: told.Data.GetProperty("sequenceNumber").GetInt32(),
                        Status: told.Data.GetProperty("status").GetString()!))
                    .DistinctBy(told => told.Sequence)
                    .ToList());
}
