namespace Sessions.Simulation;

/// <summary>One thing that a client did, from when it asked to when it knew.</summary>
/// <typeparam name="TCall">What was asked.</typeparam>
/// <param name="Client">Who asked.</param>
/// <param name="Call">What.</param>
/// <param name="From">When it was asked for the first time.</param>
/// <param name="Until">When the answer came; null when none did: it may have happened at any time, or not.</param>
/// <param name="Answer">The answer.</param>
internal sealed record Operation<TCall>(string Client, TCall Call, TimeSpan From, TimeSpan? Until, Answered Answer)
{
    /// <summary>How often it was asked: a repeat may find its own doing.</summary>
    public int Tries { get; init; } = 1;

    public override string ToString() => $"{From} {Until} {Client} {Call} -> {Answer.Status}";
}

/// <summary>What a history is held against: one thing after the other, each at one moment.</summary>
/// <typeparam name="TState">All that matters of the state; two that look alike must be equal.</typeparam>
/// <typeparam name="TCall">What is asked.</typeparam>
internal interface IModel<TState, TCall>
    where TState : notnull
{
    /// <summary>Before anything.</summary>
    TState Start { get; }

    /// <summary>
    /// The states that there may be after an operation with its answer, or, when it has none, after it was done; none
    /// when the answer cannot have been given.
    /// </summary>
    IEnumerable<TState> After(TState before, Operation<TCall> operation);
}

/// <summary>
/// Whether there is an order of all operations, each between its question and its answer, in which each could answer as
/// it did. After Wing and Gong's search, with the memory of states seen that Lowe added.
/// </summary>
internal static class Linearizability
{
    private const int MostStates = 400_000;

    /// <summary>
    /// What was done, where what others have written may be seen so late: as if each had looked before it was asked.
    /// </summary>
    public static IReadOnlyList<Operation<TCall>> SeenLate<TCall>(
        this IReadOnlyList<Operation<TCall>> history, TimeSpan lag) =>
        lag == TimeSpan.Zero ? history : [.. history.Select(one => one with { From = one.From - lag })];

    /// <summary>Null when there is an order; else what was explained at the best, and what not.</summary>
    /// <exception cref="SimulationException">There are too many orders to look at.</exception>
    public static string? Explain<TState, TCall>(
        IModel<TState, TCall> model, IReadOnlyList<Operation<TCall>> history, Func<TState, string> show)
        where TState : notnull
    {
        Operation<TCall>[] operations = [.. history.OrderBy(operation => operation.From)];
        var seen = new HashSet<(UInt128 Done, TState State)>();
        if (operations.Length > 128)
        {
            throw new SimulationException("A history is at most 128 operations long.");
        }

        var known = operations.Aggregate(
            (Bit: UInt128.One, All: UInt128.Zero),
            (sum, one) => (sum.Bit << 1, one.Until is null ? sum.All : sum.All | sum.Bit)).All;
        var todo = new Stack<(UInt128 Done, TState State)>();
        todo.Push((0, model.Start));
        var best = todo.Peek();
        while (todo.TryPop(out var at))
        {
            if ((at.Done & known) == known)
            {
                return null;
            }

            if (UInt128.PopCount(at.Done & known) > UInt128.PopCount(best.Done & known))
            {
                best = at;
            }

            // Nothing can come before what was over when it was asked.
            var end = Open(operations, at.Done).Min(each => each.Operation.Until ?? TimeSpan.MaxValue);
            foreach (var (place, operation) in Open(operations, at.Done).Where(each => each.Operation.From <= end))
            {
                foreach (var state in model.After(at.State, operation))
                {
                    var next = (at.Done | (UInt128.One << place), state);
                    if (seen.Add(next))
                    {
                        todo.Push(next);
                    }
                }
            }

            if (seen.Count > MostStates)
            {
                throw new SimulationException("Too many orders to look at.");
            }
        }

        return Tell(operations, best, show);
    }

    private static IEnumerable<(int Place, Operation<TCall> Operation)> Open<TCall>(
        Operation<TCall>[] operations, UInt128 done) =>
        operations.Index().Where(each => (done & (UInt128.One << each.Index)) == 0);

    private static string Tell<TState, TCall>(
        Operation<TCall>[] operations, (UInt128 Done, TState State) best, Func<TState, string> show) => string.Join(
        Environment.NewLine,
        [
            "No order of these explains all answers:",
            .. operations.Index().Select(each =>
                $"{((best.Done & (UInt128.One << each.Index)) != 0 ? " " : "?")} {Line(each.Item)}"),
            $"State: {show(best.State)}",
        ]);

    private static string Line<TCall>(Operation<TCall> one) =>
        $"{one.From.TotalSeconds,9:0.0000} .. {one.Until?.TotalSeconds,9:0.0000} {one.Client} {one.Call} x{one.Tries} "
        + $"-> {one.Answer.Status} {Short(one.Answer.Body)}";

    private static string Short(string body) => body.Length > 160 ? body[..160] : body;
}
