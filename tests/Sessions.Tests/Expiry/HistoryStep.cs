using FsCheck;
using FsCheck.Fluent;

namespace Sessions.Tests.Expiry;

/// <summary>What may happen in the life of sessions.</summary>
internal enum StepKind
{
    Create,
    Update,
    Close,
    Reopen,
    Wait,
    WaitForAnEnd,
    Sweep,
    SweepTwiceAtOnce,
}

/// <summary>One thing that happens.</summary>
/// <param name="Kind">What.</param>
/// <param name="Which">To which session, counted round; to which end.</param>
/// <param name="Ttl">The Ttl to send, or null for none.</param>
/// <param name="Until">The DateExpiry to send in seconds from now, or null for none; also how long to wait.</param>
internal sealed record HistoryStep(StepKind Kind, int Which, int? Ttl, int? Until)
{
    private static readonly Gen<HistoryStep> _any =
        from kind in Gen.Frequency(
            (3, Gen.Constant(StepKind.Create)),
            (3, Gen.Constant(StepKind.Update)),
            (1, Gen.Constant(StepKind.Close)),
            (2, Gen.Constant(StepKind.Reopen)),
            (2, Gen.Constant(StepKind.Wait)),
            (4, Gen.Constant(StepKind.WaitForAnEnd)),
            (2, Gen.Constant(StepKind.Sweep)),
            (1, Gen.Constant(StepKind.SweepTwiceAtOnce)))
        from which in Gen.Choose(0, 9)
        from ttl in Gen.Frequency(
            (2, Gen.Constant((int?)null)), (1, Gen.Constant((int?)0)), (3, Gen.Choose(1, 100).Select(s => (int?)s)))
        from until in Gen.Frequency((2, Gen.Constant((int?)null)), (1, Gen.Choose(-5, 100).Select(s => (int?)s)))
        select new HistoryStep(kind, which, ttl, until);

    /// <summary>Histories of up to thirty steps; when one fails, shorter ones are tried.</summary>
    public static Arbitrary<HistoryStep[]> Histories { get; } = Arb.From(
        Gen.Choose(5, 30).SelectMany(count => _any.ListOf(count)).Select(steps => steps.ToArray()),
        steps => Enumerable.Range(0, steps.Length).Select(left => steps.Where((_, at) => at != left).ToArray()));
}
