using Sessions.Engine;

namespace Sessions.LiveStream;

/// <summary>
/// Has one live session follow what LiveKit has of it, and then puts right at LiveKit what the session needs there.
/// </summary>
public sealed class Following(
    LiveSessionKind sessions,
    Changes changes,
    ILiveKit liveKit,
    SessionTidying tidying,
    EgressStarts egresses,
    Admissions admissions,
    EgressSettings files,
    TimeProvider time)
{
    /// <summary>The session as it is then.</summary>
    /// <param name="session">The session as it was read before LiveKit was asked.</param>
    /// <param name="seen">What LiveKit has of it, but for who is in and which egresses have ended.</param>
    /// <param name="patience">How long to wait for LiveKit.</param>
    /// <exception cref="LiveKitException">LiveKit did not say all that there is to know.</exception>
    internal async ValueTask<State<LiveSession>> Follow(
        State<LiveSession> session, LiveKitView seen, LiveKitPatience patience)
    {
        var view = await patience.Within(ends => Whole(session, seen, ends));
        var place = sessions.At(session.Partition, session.Id);
        var after = await changes.Change(
            new(time.GetUtcNow(), CancellationToken.None),
            sessions.InRoom(place, CancellationToken.None),
            (found, now) => FollowRules.Follow(found, view, files, now));
        if (!after.IsLive())
        {
            return await tidying.AfterEnd(after);
        }

        await PutRight(after, view, patience);
        return after;
    }

    private async ValueTask<LiveKitView> Whole(
        State<LiveSession> session, LiveKitView seen, CancellationToken cancellation)
    {
        var inside = seen.Room is null ? [] : await liveKit.Participants(session.Id, cancellation);
        var running = seen.Egresses.Select(egress => egress.Id).ToHashSet();
        List<EgressSeen> egresses = [.. seen.Egresses];
        foreach (var own in ((Egress?[])[session.Body.Egress, session.Body.Recording]).OfType<Egress>())
        {
            if (!own.IsOver && !running.Contains(own.Id))
            {
                egresses.Add(await liveKit.FindEgress(own.Id, cancellation) ?? own.Unknown(session.Id));
            }
        }

        return seen with { Inside = inside, Egresses = egresses };
    }

    private async ValueTask PutRight(State<LiveSession> session, LiveKitView view, LiveKitPatience patience)
    {
        var now = time.GetUtcNow();
        foreach (var stray in session.StrayIngresses(view, now).ToList())
        {
            await patience.Within(ends => liveKit.DeleteIngress(stray, ends));
        }

        foreach (var stray in session.StrayEgresses(view, now).ToList())
        {
            await patience.Within(ends => liveKit.StopEgress(stray, ends));
        }

        if (view.Room is not null)
        {
            session = await admissions.Tell(session, patience);
            await egresses.StartNeeded(session, EgressOutput.Hls, patience);
            await egresses.StartNeeded(session, EgressOutput.Recording, patience);
        }
    }
}
