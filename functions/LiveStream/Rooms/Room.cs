using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Accounts;
using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>What is stored of a room beside its moments.</summary>
public sealed record Room
{
    /// <summary>Whose it is.</summary>
    public required Host Host { get; init; }

    /// <summary>3 to 255 characters.</summary>
    public required string Title { get; init; }

    /// <summary>More words, or null.</summary>
    public string? Description { get; init; }

    /// <summary>Who counts visitors, or null.</summary>
    public RoomAnalytics? Analytics { get; init; }

    /// <summary>The session that is live or starting, or null: a room has at most one.</summary>
    public Guid? ActiveSessionId { get; init; }
}

/// <summary>The host of a room, as its token told when the room was made.</summary>
/// <param name="Id">The user's id, of account and subject.</param>
/// <param name="ExternalUserId">The subject, when it is a UUID itself; else as <paramref name="Id"/>.</param>
/// <param name="Name">The token's name, else its subject.</param>
/// <param name="Email">The token's e-mail address, or null.</param>
public sealed record Host(Guid Id, Guid ExternalUserId, string Name, string? Email);

/// <summary>Who counts a room's visitors.</summary>
/// <param name="GoogleTagManager">Google Tag Manager, or null.</param>
public sealed record RoomAnalytics(GoogleTagManager? GoogleTagManager);

/// <summary>Google Tag Manager's settings.</summary>
/// <param name="ContainerId">Such as GTM-XXXXXX, or null.</param>
/// <param name="Enabled">Whether it counts, or null when that was not said.</param>
public sealed record GoogleTagManager(string? ContainerId, bool? Enabled);

/// <summary>How rooms are stored. A host's own rooms are a list, too.</summary>
public sealed class RoomKind() : Kind<Room>("live-stream/room", () => LiveStreamStorageJson.Default.Room)
{
    /// <inheritdoc/>
    protected override string? IndexOf(State<Room> state) => state.Body.Host.Id.Text();
}

/// <summary>The rules of rooms.</summary>
internal static class RoomRules
{
    /// <summary>The room, which must be there and the caller's.</summary>
    /// <exception cref="RefusedException">It is not.</exception>
    public static State<Room> OwnedBy(this State<Room>? room, Caller caller)
    {
        var found = room ?? throw LiveStreamErrors.NotFound();
        caller.RequireOwner(found.Body.Host.Id);
        return found;
    }

    /// <summary>The room, taken by a session that goes live.</summary>
    /// <exception cref="RefusedException">It is not there any more, or another session has it.</exception>
    public static State<Room> TakenBy(this State<Room>? room, Guid session, DateTimeOffset now)
    {
        var found = room ?? throw LiveStreamErrors.NotFound();
        return found.Body.ActiveSessionId is not { } active || active == session
            ? found.To(found.Body with { ActiveSessionId = session }, now)
            : throw LiveStreamErrors.RoomIsLive();
    }

    /// <summary>The room, let go by a session that has it; nothing when that does not have it any more.</summary>
    public static IEnumerable<State<Room>> LetGoBy(this State<Room>? room, string session, DateTimeOffset now) =>
        room?.Body.ActiveSessionId?.Text() == session
            ? [room.To(room.Body with { ActiveSessionId = null }, now)]
            : [];
}

/// <summary>A room that was deleted.</summary>
/// <param name="RoomId">Which one.</param>
public sealed record RemovedRoom(Guid RoomId)
{
    /// <summary>Whether LiveKit is already being asked to let go of the sessions.</summary>
    public bool IsLetGo { get; init; }

    /// <summary>Up to which session that has been seen to; null for none.</summary>
    public ListPosition? LetGoTo { get; init; }
}

/// <summary>
/// Removes what a deleted room leaves behind: its sessions may be many, and one delete cannot carry them all. A note
/// takes the room's place until the timer has emptied it.
/// </summary>
public sealed class RemovedRoomKind(Changes changes, Reader reader, RemovedSessionKind removed)
    : Kind<RemovedRoom>("live-stream/removed-room", () => LiveStreamStorageJson.Default.RemovedRoom), IDueKind
{
    // Two documents each.
    private const int BatchSize = 50;

    // A note each, beside the one of the room.
    private const int PageSize = 90;

    // A create that has read the room before it went, or believes that it is there, may come to its end after the first
    // look.
    private static readonly TimeSpan _late = TimeSpan.FromMinutes(1);

    /// <summary>The note that a room is to be emptied.</summary>
    internal State<RemovedRoom> Of(State<Room> room, DateTimeOffset now) =>
        New(room, $"removed.{room.Id}", new(Guid.ParseExact(room.Id, "D")), now) with { DueAt = now };

    /// <inheritdoc/>
    public async ValueTask<Decision> WhenDue(Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        var note = Open(document, now)!;
        var entries = new RoomEntryKind(note.Body.RoomId);
        if (!note.Body.IsLetGo)
        {
            return await LetGo(note, entries, now, cancellation);
        }

        var list = new ListQuery(note.Partition, entries.Name, BatchSize);
        await changes.RemoveAll(list, entry => [RoomEntryKind.SessionOf(entry.Id)], cancellation);
        var last = note.CreatedAt + _late;
        return now < last
            ? Decision.To(note with { DueAt = last, Body = note.Body with { IsLetGo = false } })
            : Decision.Remove(note);
    }

    // LiveKit may hold something of the sessions, and nobody will know of them any more.
    private async ValueTask<Decision> LetGo(
        State<RemovedRoom> note, RoomEntryKind entries, DateTimeOffset now, CancellationToken cancellation)
    {
        var query = new ListQuery(note.Partition, entries.Name, PageSize) { After = note.Body.LetGoTo };
        var page = await reader.List(entries, query, now, cancellation);
        var held = page.Where(entry => entry.Body.HeldUntil > now).Select(entry =>
            removed.Of(note, RoomEntryKind.SessionOf(entry.Id), entry.Body.HeldUntil!.Value, now));
        var body = page.Count < PageSize
            ? note.Body with { IsLetGo = true, LetGoTo = null }
            : note.Body with { LetGoTo = new(page[^1].CreatedAt, page[^1].Id) };
        return Decision.To(note with { Body = body }).And(held);
    }
}
