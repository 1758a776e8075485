namespace Sessions.StandIn.Items;

/// <summary>How far a reader sees: writes up to a number, and all that are older than a moment.</summary>
/// <param name="Number">The last write that it must see.</param>
/// <param name="Settled">What was written by then every replica has.</param>
internal readonly record struct Horizon(long Number, DateTimeOffset Settled)
{
    /// <summary>One that sees everything.</summary>
    public static Horizon Everything { get; } = new(long.MaxValue, DateTimeOffset.MaxValue);
}

/// <summary>
/// The versions of one item that somebody may still see: the newest, and those that a replica which lags behind has
/// not replaced yet.
/// </summary>
internal sealed class History
{
    private readonly List<Version> _versions = [];

    /// <summary>The newest version; null when it was deleted.</summary>
    public Item? Newest => _versions is [.., var last] ? last.Item : null;

    /// <summary>What a reader sees of it.</summary>
    public Item? Seen(Horizon horizon)
    {
        for (var index = _versions.Count - 1; index >= 0; index--)
        {
            var version = _versions[index];
            if (version.Number <= horizon.Number || version.At <= horizon.Settled)
            {
                return version.Item;
            }
        }

        return null;
    }

    /// <summary>Adds a version.</summary>
    public void Add(Item? item, long number, DateTimeOffset at) => _versions.Add(new(item, number, at));

    /// <summary>Takes the last version back.</summary>
    public void Undo() => _versions.RemoveAt(_versions.Count - 1);

    /// <summary>Forgets what nobody sees any more. False when nothing is left to see.</summary>
    public bool Settle(DateTimeOffset settled)
    {
        while (_versions is [_, var next, ..] && next.At <= settled)
        {
            _versions.RemoveAt(0);
        }

        return _versions is not [] && !(_versions is [{ Item: null } last] && last.At <= settled);
    }

    private readonly record struct Version(Item? Item, long Number, DateTimeOffset At);
}
