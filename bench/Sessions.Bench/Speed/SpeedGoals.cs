using System.Globalization;

namespace Sessions.Bench;

/// <summary>What was to be reached, and by what it was.</summary>
/// <param name="Words">In words.</param>
/// <param name="Limit">The limit.</param>
/// <param name="IsLeast">Whether values are to be that at least, and not at most.</param>
/// <param name="Unit">What follows a value.</param>
/// <param name="Of">The value of an operation that it is set for; null for others.</param>
internal sealed record SpeedGoal(
    string Words, double Limit, bool IsLeast, string Unit, Func<OperationSpeed, double?> Of)
{
    private const string Camara = "camara-webrtc";
    private const string ConversationUpdate = "conversation update";

    /// <summary>All goals.</summary>
    public static IReadOnlyList<SpeedGoal> All { get; } =
    [
        OfLean("writes, but for the three below", 0.8, each =>
            each is { IsWrite: true, Surface: not Camara } && each.Name is not ConversationUpdate),
        OfLean("CAMARA's create and update", 0.6, each => each is { IsWrite: true, Surface: Camara }),
        OfLean("Conversation's update", 0.5, each => each.Name is ConversationUpdate),
        OfLean("fetches", 0.85, each => each.Operation is "fetch"),
        OfLean("lists", 0.6, each => each.Operation is "list"),
        new("one client alone: p50 of a create in syncs of the same disk", 2, false, "", each =>
            each.Alone is { } alone ? alone.Took.At(50) / alone.Syncs.At(50) : null),
        new("one client alone: p99 of a create", 5, false, " ms", each => each.Alone?.Took.At(99)),
        new("at half of the maximum, beside a sweep: p99", 10, false, " ms", each => each.Half.Took.At(99)),
        new("at half of the maximum, beside a sweep: p99.9", 20, false, " ms", each => each.Half.Took.At(99.9)),
    ];

    /// <summary>A row of the page's table: the goal, by how many it was reached, and what missed it by most.</summary>
    /// <param name="found">What was measured.</param>
    /// <returns>The row; null when it was set for nothing of that.</returns>
    public string? Row(IReadOnlyList<OperationSpeed> found)
    {
        var values = found
            .Select(each => (each.Name, Value: Of(each)))
            .Where(each => each.Value is not null)
            .OrderBy(each => IsLeast ? each.Value : -each.Value)
            .ToList();
        if (values.Count is 0)
        {
            return null;
        }

        var missed = values.Where(each => IsLeast ? each.Value < Limit : each.Value > Limit).ToList();
        var reached = missed.Count switch
        {
            0 => values.Count is 1 ? "yes" : $"by all {values.Count}",
            var count when count == values.Count => values.Count is 1 ? "no" : $"by none of {values.Count}",
            var count => $"by {values.Count - count} of {values.Count}",
        };
        var named = string.Join(", ", (missed.Count > 0 ? missed : [.. values.Take(1)]).Select(each => string.Create(
            CultureInfo.InvariantCulture, $"{each.Name} {each.Value:N2}{Unit}")));
        return string.Create(
            CultureInfo.InvariantCulture, $"| {Words} {(IsLeast ? "≥" : "≤")} {Limit}{Unit} | {reached} | {named} |");
    }

    private static SpeedGoal OfLean(string words, double least, Func<OperationSpeed, bool> isMeant) =>
        new(words, least, true, "", each => isMeant(each) ? each.LowestOfLean : null);
}
