using System.Text.Json;

namespace Sessions.StandIn.Items;

/// <summary>
/// The items of one partition key, and the rules that every write obeys: one id and one unique key each, the version
/// that the writer names, the size. https://learn.microsoft.com/azure/cosmos-db/unique-keys
/// </summary>
/// <param name="key">The partition key's value.</param>
/// <param name="container">Whose partition it is.</param>
internal sealed class LogicalPartition(string key, Container container)
{
    private const int MaxIdLength = 255;
    private const int MaxItemBytes = 2 * 1024 * 1024;

    private readonly Dictionary<string, History> _items = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _touched = new(StringComparer.Ordinal);
    private List<Action>? _journal;

    /// <summary>The items that a reader sees.</summary>
    public IEnumerable<Item> Seen(Horizon horizon)
    {
        foreach (var history in _items.Values)
        {
            if (history.Seen(horizon) is { } item && !container.IsExpired(item))
            {
                yield return item;
            }
        }
    }

    /// <summary>The item as a reader sees it.</summary>
    public Item Read(string id, Horizon horizon) =>
        _items.GetValueOrDefault(id)?.Seen(horizon) is { } item && !container.IsExpired(item)
            ? item
            : throw new ServiceException(404, "Resource Not Found");

    /// <summary>Adds an item.</summary>
    public Written Create(JsonElement body)
    {
        var id = IdOf(body);
        if (Held(id) is not null)
        {
            throw new ServiceException(409, "Entity with the specified id already exists in the system.");
        }

        return new(null, Write(id, body));
    }

    /// <summary>Replaces an item, or adds it.</summary>
    public Written Upsert(JsonElement body, string? ifMatch)
    {
        var stored = Held(IdOf(body));
        if (stored is not null)
        {
            RequireMatch(stored, ifMatch);
        }

        return new(stored, Write(IdOf(body), body));
    }

    /// <summary>Replaces an item that is there.</summary>
    public Written Replace(string id, JsonElement body, string? ifMatch)
    {
        var stored = Read(id, Horizon.Everything);
        RequireMatch(stored, ifMatch);
        return IdOf(body) == id
            ? new(stored, Write(id, body))
            : throw new ServiceException(400, "The id of an item cannot change.");
    }

    /// <summary>Removes an item that is there.</summary>
    public Written Delete(string id, string? ifMatch)
    {
        var stored = Read(id, Horizon.Everything);
        RequireMatch(stored, ifMatch);
        Put(id, null);
        Free(stored);
        return new(stored, null);
    }

    /// <summary>Makes all of it or, when something throws, nothing.</summary>
    public T Atomically<T>(Func<T> work)
    {
        _journal = [];
        try
        {
            return work();
        }
        catch
        {
            for (var index = _journal.Count - 1; index >= 0; index--)
            {
                _journal[index]();
            }

            throw;
        }
        finally
        {
            _journal = null;
            Settle();
        }
    }

    // What has expired is seen by nobody, but holds its id until it is purged.
    private Item? Held(string id) =>
        _items.GetValueOrDefault(id)?.Newest is { } item && !container.IsPurged(item) ? item : null;

    private Item Write(string id, JsonElement body)
    {
        if (container.PartitionKeyOf(body) != key)
        {
            throw new ServiceException(
                400, "PartitionKey extracted from document doesn't match the one specified in the header", 1001);
        }

        var before = _items.GetValueOrDefault(id)?.Newest;
        var item = Item.Of(body, container.Stamp(before?.Stamp));
        if (item.Json.Length > MaxItemBytes)
        {
            throw new ServiceException(413, "Request size is too large");
        }

        if (item.At("/ttl") is { Type: not Sql.SqlType.Undefined } && item.TimeToLive is not (-1 or > 0))
        {
            throw new ServiceException(400, "The input ttl is invalid.");
        }

        if (before is not null)
        {
            Free(before);
        }

        try
        {
            Take(item);
        }
        catch (ServiceException)
        {
            if (before is not null)
            {
                Take(before);
            }

            throw;
        }

        Put(id, item);
        return item;
    }

    private void Put(string id, Item? item)
    {
        if (!_items.TryGetValue(id, out var history))
        {
            _items[id] = history = new();
        }

        history.Add(item, container.RangeOf(key).NextNumber(), Container.WallTime);
        _journal?.Add(history.Undo);
        _touched.Add(id);
        if (_journal is null)
        {
            Settle();
        }
    }

    private void Settle()
    {
        foreach (var id in _touched.Where(id => !_items[id].Settle(container.Settled)))
        {
            _items.Remove(id);
        }

        _touched.Clear();
    }

    private void Take(Item item)
    {
        foreach (var name in container.UniqueNamesOf(item))
        {
            if (_names.TryGetValue(name, out var holder) && holder != item.Id && Held(holder) is not null)
            {
                throw new ServiceException(409, "Unique index constraint violation.");
            }

            var before = holder;
            _names[name] = item.Id;
            _journal?.Add(() => Restore(name, before));
        }
    }

    private void Free(Item item)
    {
        foreach (var name in container.UniqueNamesOf(item).Where(name => _names.GetValueOrDefault(name) == item.Id))
        {
            _names.Remove(name);
            _journal?.Add(() => _names[name] = item.Id);
        }
    }

    private void Restore(string name, string? holder)
    {
        if (holder is null)
        {
            _names.Remove(name);
        }
        else
        {
            _names[name] = holder;
        }
    }

    private static string IdOf(JsonElement body)
    {
        var id = body.ValueKind is JsonValueKind.Object && body.TryGetProperty("id", out var value)
            && value.ValueKind is JsonValueKind.String ? value.GetString()! : "";
        return id.Length is > 0 and <= MaxIdLength && !id.AsSpan().ContainsAny(@"/\?#")
            ? id
            : throw new ServiceException(400, "The input name is invalid.");
    }

    private static void RequireMatch(Item stored, string? ifMatch)
    {
        if (ifMatch is not (null or "*") && ifMatch != stored.Stamp.ETag)
        {
            throw new ServiceException(412, "One of the specified pre-condition is not met");
        }
    }
}

/// <summary>What a write did.</summary>
/// <param name="Before">What was there.</param>
/// <param name="After">What is there now; null when it was deleted.</param>
internal readonly record struct Written(Item? Before, Item? After);
