using System.Buffers.Binary;
using System.Buffers.Text;

namespace Sessions.Conversation;

/// <summary>
/// How far one reader of an inbox has come, in a text that does not grow with the sessions: a moment up to which all
/// that was written in any of them was told; for the sessions in which something was told since, up to sixteen, the
/// number of the last event; and while it catches up, session after session, how far it has come with that. Whoever
/// goes on there misses nothing, and of each session has everything in its order. When more than sixteen sessions have
/// had something to tell within the last seconds, some of that may be told again.
/// </summary>
internal sealed class InboxPlace
{
    /// <summary>
    /// How long after its moment a write may become visible here: it is read, decided and committed meanwhile, perhaps
    /// by a machine whose clock is another.
    /// </summary>
    public static readonly TimeSpan Lag = TimeSpan.FromSeconds(20);

    /// <summary>Of how many sessions it knows the number of the last event.</summary>
    public const int MostExact = 16;

    /// <summary>The clocks of two machines differ by less.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(2);

    private const int HeadLength = 24;
    private const int ExactLength = 12;

    // The latest comes last.
    private readonly List<Exact> _exact = [];
    private DateTimeOffset _until;
    private DateTimeOffset _round;
    private ulong? _done;

    private InboxPlace(DateTimeOffset since) => Since = since;

    /// <summary>All that was written until then, in any session, was told.</summary>
    public DateTimeOffset Since { get; private set; }

    /// <summary>The place of one who wants what comes from now on, what comes at this very moment with it.</summary>
    public static InboxPlace At(DateTimeOffset now) => new(now.AddTicks(-1));

    /// <summary>The place in a text; null when it is none.</summary>
    public static InboxPlace? Parse(string text, DateTimeOffset now)
    {
        const int MostBytes = HeadLength + (MostExact * ExactLength);
        if (text.Length > Base64Url.GetEncodedLength(MostBytes) || !Base64Url.IsValid(text)
            || Base64Url.DecodeFromChars(text) is not { Length: >= HeadLength } bytes
            || (bytes.Length - HeadLength) % ExactLength != 0
            || !TryMoment(bytes, now, out var since) || !TryMoment(bytes.AsSpan(8), now, out var until))
        {
            return null;
        }

        var place = new InboxPlace(since)
        {
            _until = until, _done = until > since ? BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(16)) : null,
        };
        for (var at = HeadLength; at < bytes.Length; at += ExactLength)
        {
            var key = BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(at));
            var sequence = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 8));
            place._exact.Add(new(key, Math.Max(0, sequence), now));
        }

        return place;
    }

    /// <summary>The last event of a session that was told; null when only the moment is known.</summary>
    public int? LastOf(ulong key) => _exact.Find(one => one.Key == key)?.Sequence;

    /// <summary>All that was written in a session until then was told.</summary>
    public DateTimeOffset SinceOf(ulong key) => key <= _done ? _until : Since;

    /// <summary>Of a session whose last event is not known, all that was written since then is still to tell.</summary>
    public void GoBack(DateTimeOffset since) => Since = since;

    /// <summary>A round through the sessions begins, in the order of their keys.</summary>
    /// <param name="until">What was written until then is told by its end.</param>
    public void Begin(DateTimeOffset until) => _round = until;

    /// <summary>Something of a session was told.</summary>
    public void Told(ulong key, int sequence, DateTimeOffset now)
    {
        _exact.RemoveAll(one => one.Key == key);
        _exact.Add(new(key, sequence, now));
        if (_exact.Count > MostExact)
        {
            _exact.RemoveAt(0);
        }
    }

    /// <summary>A session is none of the user's any more: should it be again, it begins with that.</summary>
    public void Forget(ulong key) => _exact.RemoveAll(one => one.Key == key);

    /// <summary>The round has come past a session.</summary>
    public void Done(ulong key)
    {
        if (!(key < _done) && _round > Since)
        {
            (_done, _until) = (key, _round);
        }
    }

    /// <summary>The round has come past all of them.</summary>
    public void End()
    {
        (Since, _done) = (_round > Since ? _round : Since, null);
        _exact.RemoveAll(one => one.Told + Skew < Since);
    }

    /// <summary>The text.</summary>
    public override string ToString()
    {
        var bytes = new byte[HeadLength + (_exact.Count * ExactLength)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Since.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64BigEndian(
            bytes.AsSpan(8), (_done is null ? Since : _until).ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(16), _done ?? 0);
        foreach (var (index, one) in _exact.Index())
        {
            var at = bytes.AsSpan(HeadLength + (index * ExactLength));
            BinaryPrimitives.WriteUInt64BigEndian(at, one.Key);
            BinaryPrimitives.WriteInt32BigEndian(at[8..], one.Sequence);
        }

        return Base64Url.EncodeToString(bytes);
    }

    // Nobody has been told of what is still to come.
    private static bool TryMoment(ReadOnlySpan<byte> bytes, DateTimeOffset now, out DateTimeOffset moment)
    {
        var milliseconds = BinaryPrimitives.ReadInt64BigEndian(bytes);
        var isOne = milliseconds >= 0 && milliseconds <= now.ToUnixTimeMilliseconds();
        moment = isOne ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : default;
        return isOne;
    }

    private sealed record Exact(ulong Key, int Sequence, DateTimeOffset Told);
}
