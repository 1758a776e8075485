namespace Sessions.Tests.Expiry;

/// <summary>A session as the contract tells of it, in as few words as possible.</summary>
internal sealed class SessionModel(string path, DateTimeOffset created, int ttl, DateTimeOffset? dateExpiry)
{
    private DateTimeOffset _lastUsed = created;
    private DateTimeOffset? _dateExpiry = dateExpiry;
    private int _ttl = ttl;
    private bool _closed;

    public string Path => path;

    /// <summary>When it ends by itself, or null.</summary>
    public DateTimeOffset? End => _closed ? null : _dateExpiry ?? (_ttl > 0 ? _lastUsed.AddSeconds(_ttl) : null);

    /// <summary>Whether it is over; what is over stays so, whatever would have moved its end.</summary>
    public bool IsOver(DateTimeOffset now) => _closed |= End <= now;

    /// <summary>Whether a change is taken: of what is open, to an end in the future.</summary>
    public bool Update(DateTimeOffset now, int? newTtl, DateTimeOffset? newEnd)
    {
        if (IsOver(now) || newEnd <= now)
        {
            return false;
        }

        (_ttl, _dateExpiry) = (newTtl ?? _ttl, newEnd ?? _dateExpiry);
        return true;
    }

    /// <summary>Whether it could be closed: only what is open can.</summary>
    public bool Close(DateTimeOffset now) => !IsOver(now) && (_closed = true);

    /// <summary>Whether it could be opened again: only what is over, and not to a date that has passed.</summary>
    public bool Reopen(DateTimeOffset now, int? newTtl, DateTimeOffset? newEnd)
    {
        if (!IsOver(now) || (newEnd ?? _dateExpiry) <= now)
        {
            return false;
        }

        (_ttl, _dateExpiry, _lastUsed, _closed) = (newTtl ?? _ttl, newEnd ?? _dateExpiry, now, false);
        return true;
    }
}
