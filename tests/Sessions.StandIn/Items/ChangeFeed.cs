using System.Globalization;

namespace Sessions.StandIn.Items;

/// <summary>
/// The change feed of a physical partition in its latest-version mode: each item once, where it was last written, in
/// the order of its writes; a removal is not told. https://learn.microsoft.com/azure/cosmos-db/nosql/change-feed-modes
/// </summary>
internal sealed class ChangeFeed(Container container)
{
    private readonly Lock _gate = new();
    private readonly List<Change> _changes = [];
    private readonly Dictionary<(string Key, string Id), int> _places = [];

    /// <summary>Takes note of what a change has written, which everybody sees from now on.</summary>
    public void Add(string key, IReadOnlyList<ItemWrite> written)
    {
        lock (_gate)
        {
            foreach (var (id, version, _) in written)
            {
                if (_places.Remove((key, id), out var before))
                {
                    _changes[before] = _changes[before] with { Item = null };
                }

                _changes.Add(new(version.Item, version.At));
                if (version.Item is not null)
                {
                    _places[(key, id)] = _changes.Count - 1;
                }
            }
        }
    }

    /// <summary>Reads on.</summary>
    /// <param name="since">The place that a page before told; <c>*</c> for now, null for the beginning.</param>
    /// <param name="most">How many items at most.</param>
    /// <param name="settled">What was written later this replica does not have.</param>
    public FeedPage Read(string? since, int most, DateTimeOffset settled)
    {
        lock (_gate)
        {
            if (since is "*")
            {
                return new([], PlaceOf(_changes.FindLastIndex(change => change.At <= settled) + 1));
            }

            List<Item> items = [];
            var place = since is null ? 0 : ParsePlace(since);
            while (place < _changes.Count && items.Count < most && _changes[place].At <= settled)
            {
                if (_changes[place++].Item is { } item && !container.IsExpired(item))
                {
                    items.Add(item);
                }
            }

            return new(items, PlaceOf(place));
        }
    }

    private static string PlaceOf(int place) => string.Create(CultureInfo.InvariantCulture, $"\"{place}\"");

    private int ParsePlace(string text) =>
        int.TryParse(text.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var place)
        && place <= _changes.Count
            ? place
            : throw new ServiceException(400, "The continuation is none of this feed.");

    private readonly record struct Change(Item? Item, DateTimeOffset At);
}

/// <summary>What a change feed tells at a time.</summary>
/// <param name="Items">What was written.</param>
/// <param name="Next">Where to read on.</param>
internal sealed record FeedPage(IReadOnlyList<Item> Items, string Next);
