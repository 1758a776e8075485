using System.Text.Json;

namespace Sessions.Simulation;

/// <summary>How a client asks: as real ones do.</summary>
internal static class Asking
{
    private static readonly TimeSpan _least = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan _most = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Asks, and asks again what may be asked again, until it is known what came of it. What may not is left as it is,
    /// and perhaps it was done.
    /// </summary>
    public static async Task<Operation<TCall>> Ask<TCall>(
        World world, Process client, SimulatedClock clock, TCall call, Asked request, bool repeats)
    {
        var from = world.Scheduler.Now;
        var (tries, answer) = (1, await world.Send(client, request));
        while (repeats && !IsKnown(answer))
        {
            await Task.Delay(world.Scheduler.Between(_least, _most), clock);
            (tries, answer) = (tries + 1, await world.Send(client, request));
        }

        if (answer.Status is 500)
        {
            world.Wrong.Add($"{call} was answered {answer.Status} {answer.Body}");
        }

        return IsKnown(answer)
            ? new(client.Name, call, from, world.Scheduler.Now, answer) { Tries = tries }
            : new(client.Name, call, from, null, Answered.Nothing) { Tries = tries };
    }

    /// <summary>A text of an answer.</summary>
    public static string Text(this Answered answer, params ReadOnlySpan<string> path)
    {
        using var told = JsonDocument.Parse(answer.Body);
        var at = told.RootElement;
        foreach (var name in path)
        {
            at = at.GetProperty(name);
        }

        return at.ToString();
    }

    private static bool IsKnown(Answered answer) => answer.Status is not (0 or 429 or >= 500);
}
