using System.Collections.Immutable;

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
/// not replaced yet. It never changes: a write makes another one of it.
/// </summary>
internal sealed class History
{
    private readonly ImmutableArray<Version> _versions;

    private History(ImmutableArray<Version> versions) => _versions = versions;

    /// <summary>Of an item that was never there.</summary>
    public static History None { get; } = new([]);

    /// <summary>The newest version; null when it was deleted.</summary>
    public Item? Newest => _versions is [.., var last] ? last.Item : null;

    /// <summary>What a reader sees of it.</summary>
    public Item? Seen(Horizon horizon)
    {
        for (var index = _versions.Length - 1; index >= 0; index--)
        {
            var version = _versions[index];
            if (version.Number <= horizon.Number || version.At <= horizon.Settled)
            {
                return version.Item;
            }
        }

        return null;
    }

    /// <summary>Whether somebody may still see such a version.</summary>
    public bool MayBeSeen(Predicate<Item> version, DateTimeOffset settled)
    {
        for (var index = _versions.Length - 1; index >= 0; index--)
        {
            if (_versions[index].Item is { } item && version(item))
            {
                return true;
            }

            // What was before it nobody sees any more.
            if (_versions[index].At <= settled)
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>With one more version.</summary>
    public History With(Item? item, long number, DateTimeOffset at) => new(_versions.Add(new(item, number, at)));

    /// <summary>Without what nobody sees any more; null when nothing is left to see.</summary>
    public History? Settle(DateTimeOffset settled)
    {
        var last = _versions.Length - 1;
        while (last > 0 && _versions[last].At > settled)
        {
            last--;
        }

        var left = _versions.RemoveRange(0, Math.Max(0, last));
        return left is [] || (left is [{ Item: null } only] && only.At <= settled) ? null : new(left);
    }

    private readonly record struct Version(Item? Item, long Number, DateTimeOffset At);
}
