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

/// <summary>An item as one write left it, and what took its place.</summary>
/// <param name="item">The item; null when it was deleted.</param>
/// <param name="number">The number of the write.</param>
/// <param name="at">Its moment.</param>
internal sealed class ItemVersion(Item? item, long number, DateTimeOffset at)
{
    private ItemVersion? _next;
    private long _ended = long.MaxValue;

    public Item? Item => item;

    public DateTimeOffset At => at;

    /// <summary>Takes note of what took its place with a commit, which concerns nobody who came before.</summary>
    public void EndWith(ItemVersion next, long commit)
    {
        _next = next;
        Volatile.Write(ref _ended, commit);
    }

    /// <summary>Whether somebody may still see it, once all see what was written by then.</summary>
    public bool MayBeSeen(DateTimeOffset settled) => item is not null && !(_next?.At <= settled);

    /// <summary>Whether a reader sees the write.</summary>
    public bool IsKnown(Horizon horizon) => number <= horizon.Number || at <= horizon.Settled;

    /// <summary>Whether this is what a reader sees of the item who came after so many commits.</summary>
    public bool IsSeen(Horizon horizon, long commits) =>
        IsKnown(horizon) && (Volatile.Read(ref _ended) > commits || !_next!.IsKnown(horizon));
}

/// <summary>
/// The versions of one item that somebody may still see: the newest, and those that a replica which lags behind has
/// not replaced yet. It never changes: a write makes another one of it.
/// </summary>
internal sealed class History
{
    private readonly ImmutableArray<ItemVersion> _versions;

    private History(ImmutableArray<ItemVersion> versions) => _versions = versions;

    /// <summary>Of an item that was never there.</summary>
    public static History None { get; } = new([]);

    /// <summary>The versions, the newest last.</summary>
    public ImmutableArray<ItemVersion> Versions => _versions;

    /// <summary>The newest version; null when it was deleted.</summary>
    public Item? Newest => _versions is [.., var last] ? last.Item : null;

    /// <summary>What a reader sees of it.</summary>
    public Item? Seen(Horizon horizon)
    {
        for (var index = _versions.Length - 1; index >= 0; index--)
        {
            if (_versions[index].IsKnown(horizon))
            {
                return _versions[index].Item;
            }
        }

        return null;
    }

    /// <summary>With one more version.</summary>
    public History With(ItemVersion version) => new(_versions.Add(version));

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
}
