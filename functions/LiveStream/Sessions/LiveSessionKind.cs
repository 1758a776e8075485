using System.Text.Json;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>A session and the room that it is in; null when that is gone.</summary>
internal sealed record SessionInRoom(State<LiveSession> Session, State<Room>? Room);

/// <summary>
/// How sessions are stored and how they end: a live one as by its host, and one that has not begun never will. The
/// timer takes back from LiveKit what it held there.
/// </summary>
public sealed class LiveSessionKind(
    RetentionSettings retention, RoomKind rooms, Reader reader, SessionUpkeep upkeep, TermKeys keys)
    : SessionKind<LiveSession>(
        "live-stream/session", () => LiveStreamStorageJson.Default.LiveSession, "LiveStream", retention.Closed, keys)
{
    /// <summary>Where the session of the path lies. Its id is the name of its LiveKit room, too.</summary>
    internal Place<LiveSession> Of(Exchange exchange) =>
        At(Ids.Partition(exchange.Account), Ids.Read(exchange).Text());

    /// <summary>A session and its room, for what changes both.</summary>
    internal Subject<SessionInRoom, LiveSession> InRoom(Place<LiveSession> place, CancellationToken cancellation) =>
        new(this, place.Partition, now => Find(place, now, cancellation))
        {
            Lane = place.Id,
            VersionOf = seen => seen.Session.Version,
        };

    /// <inheritdoc/>
    public override ValueTask<Decision> WhenDue(
        Document document, DateTimeOffset now, CancellationToken cancellation) =>
        upkeep.Settle(Open(document, now)!, now, cancellation);

    /// <inheritdoc/>
    public override async ValueTask Close(Changes changes, Command command, string partition, string id) =>
        await changes.Change(command, InRoom(At(partition, id), command.Cancellation), (seen, now) =>
            seen.Session.Lifetime.Open
                ? Close(seen.Session, now).And(seen.Room.LetGoBy(id, now))
                : Decision.Keep(seen.Session));

    /// <summary>The viewers that LiveKit says are in. They come and go too often to be in its trail.</summary>
    public override ValueTask<IReadOnlyList<SessionParty>> PartiesOf(
        Document document, DateTimeOffset now, CancellationToken cancellation) =>
        ValueTask.FromResult<IReadOnlyList<SessionParty>>(
        [
            .. Open(document, now)!.Body.Attendance.Present.Select(viewer =>
                new SessionParty(viewer.Identity, "viewer", "present", viewer.At, LeftAt: null)),
        ]);

    /// <inheritdoc/>
    protected override Decision<LiveSession> Close(State<LiveSession> open, DateTimeOffset now) =>
        Decision.To(open.End(CloseReasons.Api, now));

    /// <inheritdoc/>
    protected override string ExpiredStatus(Lifetime lifetime) => SessionStatus.Expired;

    /// <summary>Its status: the live ones are listed, and all are counted by it.</summary>
    protected override string? IndexOf(State<LiveSession> state) => state.Lifetime.Status;

    /// <summary>When it expires, when a start has taken too long, or when LiveKit is to be tidied.</summary>
    protected override DateTimeOffset? DueOf(State<LiveSession> state)
    {
        DateTimeOffset?[] moments =
            [state.Lifetime.ExpiresAt, state.Body.Starting?.Until, state.Body.Leftovers?.At];
        return moments.Min();
    }

    /// <inheritdoc/>
    protected internal override IEnumerable<State> Follows(State<LiveSession> state) =>
        [new RoomEntryKind(state.Body.RoomId).Of(state)];

    /// <inheritdoc/>
    protected override IEnumerable<string?> NamesOf(State<LiveSession> state) => [state.Body.Title];

    /// <summary>The key of the ingress is for its host, who gets it from a start.</summary>
    protected internal override LiveSession WithoutSecrets(LiveSession body) => body with { Ingress = null };

    private async ValueTask<SessionInRoom> Find(
        Place<LiveSession> place, DateTimeOffset now, CancellationToken cancellation)
    {
        var session = await reader.Find(this, place.Partition, place.Id, now, cancellation)
            ?? throw LiveStreamErrors.NotFound();
        var room = session.Body.RoomId.Text();
        return new(session, await reader.Find(rooms, place.Partition, room, now, cancellation));
    }
}

/// <summary>
/// Opens sessions that are shown together. Most of what is stored of one is its preset, and most are made with one and
/// the same: what is the preset of the one before it, byte for byte, is not read again.
/// </summary>
internal sealed class SessionsTogether(LiveSessionKind sessions, DateTimeOffset now)
{
    private ReadOnlyMemory<byte> _last;
    private PresetCopy? _preset;

    /// <summary>The session in a document, to be shown only; null for another kind.</summary>
    public State<LiveSession>? Open(Document document)
    {
        if (document.Kind != sessions.Name)
        {
            return null;
        }

        var body = document.Body.Span;
        var start = StartOfPreset(body);
        if (_preset is not null && body[start..].StartsWith(_last.Span))
        {
            byte[] rest = [.. body[..start], .. "null"u8, .. body[(start + _last.Length)..]];
            var bare = sessions.Open(document with { Body = rest }, now)!;
            return bare with { Body = bare.Body with { Preset = _preset } };
        }

        var session = sessions.Open(document, now)!;
        (_last, _preset) = (document.Body.Slice(start, LengthOfPreset(body[start..])), session.Body.Preset);
        return session;
    }

    // It is one of the first things in it.
    private static int StartOfPreset(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        reader.Read();
        for (var found = false; !found && reader.Read() && reader.TokenType is JsonTokenType.PropertyName;)
        {
            found = reader.ValueTextEquals("preset"u8);
            reader.Read();
            if (!found)
            {
                reader.Skip();
            }
        }

        return (int)reader.TokenStartIndex;
    }

    private static int LengthOfPreset(ReadOnlySpan<byte> rest)
    {
        var reader = new Utf8JsonReader(rest, isFinalBlock: false, state: default);
        reader.Read();
        reader.TrySkip();
        return (int)reader.BytesConsumed;
    }
}

/// <summary>That a session is in a room.</summary>
internal sealed record RoomEntry
{
    /// <summary>See <see cref="SessionRules.HeldUntil"/>.</summary>
    public DateTimeOffset? HeldUntil { get; init; }
}

/// <summary>
/// Which sessions a room has: a list has one kind, so each session has an entry beside it whose kind names its room. It
/// is kept as long as its session.
/// </summary>
internal sealed class RoomEntryKind(Guid roomId) : Kind<RoomEntry>(
    $"live-stream/session-of/{roomId.Text()}", () => LiveStreamStorageJson.Default.RoomEntry)
{
    private const string Suffix = ".of-room";

    /// <summary>The entry of a session.</summary>
    public State<RoomEntry> Of(State<LiveSession> session) =>
        New(
            session,
            session.Id + Suffix,
            new RoomEntry { HeldUntil = session.HeldUntil() },
            session.CreatedAt) with
        {
            PurgeAt = session.PurgeAt,
        };

    /// <summary>The id of an entry's session.</summary>
    public static string SessionOf(string entryId) => entryId[..^Suffix.Length];

    // Those of one room are one kind: an entry is equal to what it was.
    public override bool Equals(object? obj) => obj is RoomEntryKind other && other.Name == Name;

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}

/// <summary>A session that was deleted while LiveKit may hold something of it.</summary>
/// <param name="Until">Until when a token of it may be good.</param>
/// <param name="Since">Since when LiveKit is asked to let go.</param>
public sealed record RemovedSession(DateTimeOffset Until, DateTimeOffset Since);

/// <summary>
/// Takes back from LiveKit what a deleted session left there. A note takes its place until LiveKit has let go of it and
/// its last token has run out; after a day it is given up.
/// </summary>
public sealed class RemovedSessionKind(SessionTidying tidying, TimeProvider time)
    : Kind<RemovedSession>("live-stream/removed-session", () => LiveStreamStorageJson.Default.RemovedSession), IDueKind
{
    private const string Prefix = "removed.";
    private static readonly DateTimeOffset _always = DateTimeOffset.MaxValue;

    /// <summary>The note that LiveKit is to let go of a session.</summary>
    internal State<RemovedSession> Of(State<LiveSession> session, DateTimeOffset now) =>
        Of(session, session.Id, session.HeldUntil() ?? now, now);

    /// <summary>The note that LiveKit is to let go of a session, of which that much is known.</summary>
    internal State<RemovedSession> Of(
        State beside, string session, DateTimeOffset heldUntil, DateTimeOffset now) =>
        New(beside, Prefix + session, new(heldUntil < _always ? heldUntil : now, now), now) with { DueAt = now };

    /// <inheritdoc/>
    public async ValueTask<Decision> WhenDue(Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        var note = Open(document, now)!;
        using var patience = new LiveKitPatience(time);
        if (await tidying.TryInTurn(note.Id[Prefix.Length..], keep: null, endsRoom: true, patience))
        {
            return now >= note.Body.Until ? Decision.Remove(note) : Decision.To(note with { DueAt = note.Body.Until });
        }

        return LeftoverRules.Later(new(now, note.Body.Since), now) is { } later
            ? Decision.To(note with { DueAt = later.At })
            : Decision.Remove(note);
    }
}
