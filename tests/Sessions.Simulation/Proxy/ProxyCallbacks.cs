using System.Text.Json;

namespace Sessions.Simulation.Proxy;

/// <summary>
/// What the CallbackUrl must have been told by the end: every interaction that was acknowledged, at least once, those
/// of one session in their order, and none that there was not.
/// </summary>
internal static class ProxyCallbacks
{
    /// <summary>Whether each acknowledged interaction was told.</summary>
    public static bool AreComplete(IReadOnlyList<Operation<ProxyCall>> history, IReadOnlyList<Told> told) =>
        Acknowledged(history).Select(one => one.Sid).Except(told.Select(one => SidOf(one))).Any() is false;

    /// <summary>What is wrong with what was told; null when nothing is.</summary>
    public static string? Explain(IReadOnlyList<Operation<ProxyCall>> history, IReadOnlyList<Told> told)
    {
        var acknowledged = Acknowledged(history).ToList();
        var first = told.Index().GroupBy(one => SidOf(one.Item)).ToDictionary(one => one.Key, one => one.First().Index);
        var missing = acknowledged.FirstOrDefault(one => !first.ContainsKey(one.Sid));
        if (missing.Sid is not null)
        {
            return $"Nobody was told of {missing.Sid}: {missing.Operation.Call}.";
        }

        // Somebody who never learnt whether he has written may have written.
        var unsure = history.Any(one => one.Call is ProxyCall.Write && one is { Answer.Status: not 201, Tries: > 1 });
        var made = acknowledged.Select(one => one.Sid).ToHashSet();
        if (!unsure && first.Keys.FirstOrDefault(sid => !made.Contains(sid)) is { } unknown)
        {
            return $"Told of {unknown}, which nobody made.";
        }

        var swapped =
            from one in acknowledged
            from other in acknowledged
            where one.Session == other.Session && one.Operation.Until < other.Operation.From
                && first[one.Sid] > first[other.Sid]
            select $"{other.Sid} was told before {one.Sid}, which came first.";
        return swapped.FirstOrDefault();
    }

    private static IEnumerable<(string Sid, string Session, Operation<ProxyCall> Operation)> Acknowledged(
        IReadOnlyList<Operation<ProxyCall>> history)
    {
        foreach (var operation in history)
        {
            if (operation is { Call: ProxyCall.Write write, Answer.Status: 201 })
            {
                using var answer = JsonDocument.Parse(operation.Answer.Body);
                yield return (answer.RootElement.GetProperty("sid").GetString()!, write.Session, operation);
            }
        }
    }

    private static string SidOf(Told told) => told.Body.Split('&')
        .Select(field => field.Split('='))
        .First(field => field[0] == "interactionSid")[1];
}
