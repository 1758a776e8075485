using System.Collections.Immutable;
using Sessions.StandIn.Charges;

namespace Sessions.StandIn.Items;

/// <summary>
/// The items of one partition key, and the rules that every write obeys: one id and one unique key each, the version
/// that the writer names, the size. https://learn.microsoft.com/azure/cosmos-db/unique-keys
/// </summary>
/// <param name="key">The partition key's value.</param>
/// <param name="container">Whose partition it is.</param>
internal sealed class LogicalPartition(string key, Container container) : ISearchable
{
    private const int MaxItemBytes = 2 * 1024 * 1024;

    private static readonly ImmutableDictionary<string, string> _noNames =
        ImmutableDictionary.Create<string, string>(StringComparer.Ordinal);

    private static readonly ImmutableDictionary<string, History> _noItems =
        ImmutableDictionary.Create<string, History>(StringComparer.Ordinal);

    private readonly Lock _gate = new();
    private readonly Queue<(string Id, DateTimeOffset At)> _unsettled = new();
    private readonly List<ItemWrite> _written = [];
    private readonly PhysicalPartition _range = container.RangeOf(key);
    private ImmutableDictionary<string, string> _names = _noNames;
    private ImmutableDictionary<string, History> _items = _noItems;
    private volatile ImmutableDictionary<string, History> _seen = _noItems;
    private long _bytes;

    /// <summary>The partition key's value.</summary>
    public string Key => key;

    /// <summary>How many bytes it holds at most; null for as many as the others.</summary>
    public long? Bytes { get; set; }

    /// <summary>Its own throughput, beside that of the physical partition that it lies in.</summary>
    public Throughput Throughput { get; } = Throughput.Of(container.PartitionUnitsPerSecond);

    /// <summary>Its indexes, which change with those of its physical partition.</summary>
    public ItemIndexes Indexes { get; } = new();

    /// <summary>All versions that somebody may see, and perhaps some that nobody does any more.</summary>
    public IEnumerable<ItemVersion> Versions => _seen.SelectMany(static pair => pair.Value.Versions);

    /// <inheritdoc/>
    public string KnownPath => container.PartitionKeyPath;

    /// <inheritdoc/>
    public IndexView View(IReadOnlyList<string> paths) => _range.View(Indexes, paths, () => Versions);

    /// <summary>The items that a reader sees.</summary>
    public IEnumerable<Item> Seen(Horizon horizon)
    {
        foreach (var (_, history) in _seen)
        {
            if (history.Seen(horizon) is { } item && !container.IsExpired(item))
            {
                yield return item;
            }
        }
    }

    /// <summary>The item as a reader sees it.</summary>
    public Item Read(string id, Horizon horizon) => Stored(_seen, id, horizon);

    /// <summary>Makes all of it or, when something throws, nothing. Others see it when it is done.</summary>
    public T Change<T>(Func<Writes, T> work)
    {
        lock (_gate)
        {
            var (items, names, bytes) = (_items, _names, _bytes);
            try
            {
                var done = work(new(this));
                Settle();
                _range.Commit(this, _written, () => _seen = _items);
                return done;
            }
            catch
            {
                (_items, _names, _bytes) = (items, names, bytes);
                throw;
            }
            finally
            {
                _written.Clear();
            }
        }
    }

    private Item Stored(ImmutableDictionary<string, History> items, string id, Horizon horizon) =>
        items.GetValueOrDefault(id)?.Seen(horizon) is { } item && !container.IsExpired(item)
            ? item
            : throw new ServiceException(404, "Resource Not Found");

    // What has expired is seen by nobody, but holds its id until it is purged.
    private Item? Held(string id) =>
        _items.GetValueOrDefault(id)?.Newest is { } item && !container.IsPurged(item) ? item : null;

    private Item Write(ItemBody body)
    {
        if (container.PartitionKeyOf(body) != key)
        {
            throw new ServiceException(
                400, "PartitionKey extracted from document doesn't match the one specified in the header", 1001);
        }

        var before = _items.GetValueOrDefault(body.Id)?.Newest;
        var item = Item.Of(body, container.Stamp(before?.Stamp));
        if (item.Json.Length > MaxItemBytes)
        {
            throw new ServiceException(413, "Request size is too large");
        }

        if (item.At("/ttl") is { Type: not Sql.SqlType.Undefined } && item.TimeToLive is not (-1 or > 0))
        {
            throw new ServiceException(400, "The input ttl is invalid.");
        }

        // https://learn.microsoft.com/azure/cosmos-db/concepts-limits: 20 GB. Nobody says whether what makes an item
        // smaller is taken where there is no room; here it is not.
        if (Math.Max(_bytes, _bytes - (before?.Json.Length ?? 0) + item.Json.Length)
            > (Bytes ?? container.PartitionBytes))
        {
            throw new ServiceException(403, "Partition key reached maximum size of 20 GB", 1014);
        }

        if (before is not null)
        {
            Free(before);
        }

        Take(item);
        Put(item.Id, item);
        return item;
    }

    private void Put(string id, Item? item)
    {
        var (before, at) = (_items.GetValueOrDefault(id) ?? History.None, Container.WallTime);
        _bytes += (item?.Json.Length ?? 0) - (before.Newest?.Json.Length ?? 0);
        var version = new ItemVersion(item, _range.NextNumber(), at);
        _written.Add(new(id, version, before.Versions is [.., var last] ? last : null));
        _items = _items.SetItem(id, before.With(version));
        _unsettled.Enqueue((id, at));
    }

    // Forgets what no reader sees any more. Of a batch that failed nothing is left to be forgotten.
    private void Settle()
    {
        var settled = container.Settled;
        while (_unsettled.TryPeek(out var write) && write.At <= settled)
        {
            _unsettled.Dequeue();
            if (_items.TryGetValue(write.Id, out var history))
            {
                _items = history.Settle(settled) is { } left
                    ? _items.SetItem(write.Id, left)
                    : _items.Remove(write.Id);
            }
        }
    }

    private void Take(Item item)
    {
        foreach (var name in container.UniqueNamesOf(item))
        {
            if (_names.TryGetValue(name, out var holder) && holder != item.Id && Held(holder) is not null)
            {
                throw new ServiceException(409, "Unique index constraint violation.");
            }

            _names = _names.SetItem(name, item.Id);
        }
    }

    private void Free(Item item)
    {
        foreach (var name in container.UniqueNamesOf(item).Where(name => _names.GetValueOrDefault(name) == item.Id))
        {
            _names = _names.Remove(name);
        }
    }

    private static void RequireMatch(Item stored, string? ifMatch)
    {
        if (ifMatch is not (null or "*") && ifMatch != stored.Stamp.ETag)
        {
            throw new ServiceException(412, "One of the specified pre-condition is not met");
        }
    }

    /// <summary>The writes of one change, one after the other.</summary>
    internal readonly struct Writes(LogicalPartition partition)
    {
        /// <summary>Adds an item.</summary>
        public Written Create(ItemBody body) => partition.Held(body.WithValidId().Id) is null
            ? new(null, partition.Write(body))
            : throw new ServiceException(409, "Entity with the specified id already exists in the system.");

        /// <summary>Replaces an item, or adds it.</summary>
        public Written Upsert(ItemBody body, string? ifMatch)
        {
            var stored = partition.Held(body.WithValidId().Id);
            if (stored is not null)
            {
                RequireMatch(stored, ifMatch);
            }

            return new(stored, partition.Write(body));
        }

        /// <summary>Replaces an item that is there.</summary>
        public Written Replace(string id, ItemBody body, string? ifMatch)
        {
            var stored = partition.Stored(partition._items, id, Horizon.Everything);
            RequireMatch(stored, ifMatch);
            return body.WithValidId().Id == id
                ? new(stored, partition.Write(body))
                : throw new ServiceException(400, "The id of an item cannot change.");
        }

        /// <summary>Removes an item that is there.</summary>
        public Written Delete(string id, string? ifMatch)
        {
            var stored = partition.Stored(partition._items, id, Horizon.Everything);
            RequireMatch(stored, ifMatch);
            partition.Put(id, null);
            partition.Free(stored);
            return new(stored, null);
        }
    }
}

/// <summary>One write of a change.</summary>
/// <param name="Id">The id of the item.</param>
/// <param name="Version">What it left.</param>
/// <param name="Before">What it took the place of; null for nothing that anybody may see.</param>
internal readonly record struct ItemWrite(string Id, ItemVersion Version, ItemVersion? Before);

/// <summary>What a write did.</summary>
/// <param name="Before">What was there.</param>
/// <param name="After">What is there now; null when it was deleted.</param>
internal readonly record struct Written(Item? Before, Item? After);
