using Sessions.Engine;
using Sessions.Http;
using Sessions.Lifecycle;

namespace Sessions.LiveStream;

/// <summary>
/// Has egresses of a live session made, once: one request at a time asks LiveKit, which tells first whether one runs
/// already. Each try gets names of its own, so that none writes over what another one made. An egress ends with its
/// room, so none is left behind.
/// </summary>
public sealed class EgressStarts(
    LiveSessionKind sessions, Changes changes, ILiveKit liveKit, EgressSettings files, IIdSource ids, TimeProvider time)
{
    // Longer than a caller waits for LiveKit.
    private static readonly TimeSpan _life = TimeSpan.FromSeconds(20);

    /// <summary>The HLS egress of the session of the path.</summary>
    /// <exception cref="RefusedException">
    /// It is another host's, not live, of the wrong mode, or another request is at it.
    /// </exception>
    /// <exception cref="LiveKitException">LiveKit did not start it.</exception>
    public async ValueTask<Egress> EnsureHls(Exchange exchange, bool webcamOnly)
    {
        var place = sessions.Of(exchange);
        var lease = new Lease(ids.Next(), exchange.Now + _life);
        var session = await changes.Change(
            new(exchange.Now, exchange.Aborted),
            place,
            (found, now) => Begin(found.OwnedBy(exchange.Caller), webcamOnly, lease, now));
        if (session.Body.StartingHls?.Id != lease.Id)
        {
            return session.Body.Egress!;
        }

        using var patience = new LiveKitPatience(time);
        return await Start(place, EgressOutput.Hls, lease, patience, isAsked: true);
    }

    /// <summary>
    /// Starts an egress that a live session needs, if it does. A failure is noted, and the timer's to try again.
    /// </summary>
    internal async ValueTask StartNeeded(State<LiveSession> session, EgressOutput output, LiveKitPatience patience)
    {
        var now = time.GetUtcNow();
        if (!session.Needs(output, now))
        {
            return;
        }

        var lease = new Lease(ids.Next(), now + _life);
        var place = session.Kind.At(session.Partition, session.Id);
        var held = await changes.Change(new(now, CancellationToken.None), place, (found, at) =>
            found is not null && found.Needs(output, at)
                ? Decision.To(found with { Body = found.Body.WithStart(output, lease) })
                : Decision.Keep(found ?? session));
        if (held.Body.StartOf(output)?.Id == lease.Id)
        {
            await Start(place, output, lease, patience, isAsked: false);
        }
    }

    private static Decision<LiveSession> Begin(
        State<LiveSession> session, bool webcamOnly, Lease lease, DateTimeOffset now)
    {
        session.RequireLive();
        if (webcamOnly && session.Body.IsRtmp)
        {
            throw LiveStreamErrors.WebcamOnly();
        }

        return session.Body switch
        {
            { Egress.IsOver: false } => Decision.Keep(session),
            { StartingHls: { } other } when other.Until > now => throw LiveStreamErrors.UnderWay(),
            var body => Decision.To(session with { Body = body.WithStart(EgressOutput.Hls, lease) }),
        };
    }

    private async ValueTask<Egress> Start(
        Place<LiveSession> place, EgressOutput output, Lease lease, LiveKitPatience patience, bool isAsked)
    {
        EgressSeen? seen = null;
        LiveKitException? failure = null;
        try
        {
            seen = await patience.Within(ends => FindOrStart(place.Id, output, lease.Id, ends));
        }
        catch (LiveKitException failed)
        {
            failure = failed;
        }

        // What the caller knows to have failed is his to ask for again, unless there was one before.
        var noted = await Note(place, output, lease, seen, failure, isAsked);
        return failure is null || !isAsked ? noted! : throw failure;
    }

    private async ValueTask<EgressSeen> FindOrStart(
        string room, EgressOutput output, Guid start, CancellationToken cancellation)
    {
        var file = output == EgressOutput.Hls ? "index.m3u8" : "recording.mp4";
        var running = await liveKit.Egresses(room, cancellation);
        return running.FirstOrDefault(egress =>
                egress.Output == output && egress.File.StartsWith($"{room}/", StringComparison.Ordinal)
                && EgressStatus.Stage(egress.Status) < EgressStatus.Stage(EgressStatus.Ending))
            ?? await liveKit.StartEgress(new(room, output, $"{room}/{start.Text()}/{file}"), cancellation);
    }

    private async ValueTask<Egress?> Note(
        Place<LiveSession> place, EgressOutput output, Lease lease, EgressSeen? seen, LiveKitException? failure,
        bool isAsked)
    {
        var noted = await changes.Change(new(time.GetUtcNow(), CancellationToken.None), place, (found, now) =>
        {
            var session = found ?? throw LiveStreamErrors.NotFound();
            if (session.Body.StartOf(output)?.Id != lease.Id)
            {
                return Decision.Keep(session);
            }

            var before = session.Body.EgressOf(output);
            var body = session.Body.WithStart(output, null);
            if (failure is not null && before is not { IsOver: false } && (!isAsked || before is not null))
            {
                body = body.With(output, EgressRules.NotStarted(before, failure.Code, now));
            }

            var next = session with { Body = body };
            return Decision.To(seen is null ? next : next.Heard(seen, files, now));
        });
        return noted.Body.EgressOf(output);
    }
}
