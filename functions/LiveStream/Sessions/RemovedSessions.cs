using Sessions.Engine;
using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>A session that was deleted while LiveKit may hold something of it.</summary>
/// <param name="Until">Until when a token of it may be good.</param>
/// <param name="Since">Since when LiveKit is asked to let go.</param>
public sealed record RemovedSession(DateTimeOffset Until, DateTimeOffset Since);

/// <summary>
/// Takes back from LiveKit what a deleted session left there. A note takes its place until LiveKit has let go of it and
/// its last token has run out; after a day it is given up.
/// </summary>
public sealed class RemovedSessionKind(SessionTidying tidying, TimeProvider time)
    : Kind<RemovedSession>("live-stream/removed-session", LiveStreamStorageJson.Default.RemovedSession), IDueKind
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
