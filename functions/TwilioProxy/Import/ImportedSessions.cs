using Sessions.Engine;
using Sessions.Lifecycle;

namespace Sessions.TwilioProxy;

/// <summary>
/// Brings Sessions with their Participants and Interactions. Open ones are brought; one that has ended since it came is
/// ended here; others stay where they are.
/// </summary>
internal sealed class ImportedSessions(
    Reader reader,
    ProxySessionKind sessions,
    InteractionKind interactions,
    ClaimKind claims,
    ClaimReader claimReader,
    LastNumberKind lastNumbers,
    TimeProvider time)
{
    /// <summary>Brings one.</summary>
    public async ValueTask Bring(
        ServicePlace service,
        SourceSession session,
        bool isKnown,
        Arrivals arrivals,
        ImportReport report,
        SourceClient source,
        CancellationToken cancellation)
    {
        if (!session.IsOpen && !(isKnown && await IsOpen(service, session.Sid, time.GetUtcNow(), cancellation)))
        {
            report.AddClosed();
            return;
        }

        var path = $"/Services/{service.Sid}/Sessions/{session.Sid}";
        var name = $"Session {session.Sid} of {service.Sid}";
        var participants = await source.Whole(
            $"{path}/Participants", SourceJson.Default.SourceParticipant, cancellation);
        if (participants is null)
        {
            // It was deleted at the source since it was listed.
            return;
        }

        var wanted = Wanted(service, session, participants, time.GetUtcNow());
        var isHere = await arrivals.Bring(ArrivalOf(service, wanted, name, cancellation), cancellation);
        report.Found("Participants", participants.Count);

        if (isHere && session.DateLastInteraction is not null)
        {
            await Interactions(service, session.Sid, path, arrivals, source, cancellation);
        }
    }

    /// <summary>Whether a Session is open here.</summary>
    public async ValueTask<bool> IsOpen(
        ServicePlace service, string sid, DateTimeOffset now, CancellationToken cancellation) =>
        await reader.Find(sessions, service.Partition, sid, now, cancellation) is { Lifetime.Open: true };

    private Arrival<ProxySession> ArrivalOf(
        ServicePlace service, State<ProxySession> wanted, string name, CancellationToken cancellation)
    {
        var taken = new TakenPairs(DateTimeOffset.MaxValue);
        return new("Sessions", name, wanted)
        {
            MovedAt = wanted.Body.Participants.Select(one => one.UpdatedAt).Append(wanted.UpdatedAt).Max(),
            Check = (here, now) => RequireFree(here, wanted, now, cancellation),
            Taken = (refused, now) => claimReader.Learn(refused, taken, now, cancellation),
            Fit = Fit,
            Finish = sessions.Named,
            Beside = (decision, now) => decision.AndWrite(
                lastNumbers.Remember(service.Service, service.Partition, wanted.Body.Present, now)),
        };
    }

    // A pair of an open Session is no other's here, though a source may have been told to look away.
    private async ValueTask RequireFree(
        State<ProxySession>? here, State<ProxySession> wanted, DateTimeOffset now, CancellationToken cancellation)
    {
        if (!wanted.Lifetime.Open)
        {
            return;
        }

        foreach (var one in wanted.Body.Present.Where(one => here?.Body.Find(one.Sid) is not { DeletedAt: null }
            || here is not { Lifetime.Open: true }))
        {
            var id = ClaimKind.IdOf(one.ProxyIdentifier, one.Identifier);
            var claim = await reader.Find(claims, wanted.Partition, id, now, cancellation);
            if (claim is not null && claim.Body.SessionSid != wanted.Id && claim.Body.IsAlive(now))
            {
                throw ProxyErrors.ProxyIdentifierInUse();
            }
        }
    }

    // What no source tells: how a name is held, and since when a pair is.
    private static State<ProxySession> Fit(State<ProxySession> here, State<ProxySession> wanted) => wanted with
    {
        Body = here.Body with
        {
            UniqueName = wanted.Body.UniqueName,
            Mode = wanted.Body.Mode,
            LastInteractionAt = wanted.Body.LastInteractionAt,
            Participants =
            [
                .. wanted.Body.Participants.Select(one => here.Body.Find(one.Sid) is { } known
                    ? one with { ClaimedAt = known.ClaimedAt, RequestHash = known.RequestHash }
                    : one),
            ],
        },
    };

    private State<ProxySession> Wanted(
        ServicePlace service, SourceSession session, List<SourceParticipant> participants, DateTimeOffset now)
    {
        var lifetime = new Lifetime
        {
            Status = session.Status,
            Open = session.IsOpen,
            CreatedAt = session.DateCreated,
            UpdatedAt = session.DateUpdated ?? session.DateCreated,
            StartedAt = session.DateStarted,
            EndedAt = session.IsOpen ? null : session.DateEnded ?? session.DateUpdated ?? session.DateCreated,
            LastActivityAt = session.DateLastInteraction,
            TtlSeconds = session.Ttl ?? 0,
            DateExpiry = session.DateExpiry,
            ClosedReason = session.IsOpen ? null : Sources.Given(session.ClosedReason) ?? CloseReasons.Api,
        };

        // The source has it open, so its time has begun again since, by a re-opening that the wire does not tell.
        lifetime = lifetime.ExpiresAt <= now && lifetime.DateExpiry is null
            ? lifetime with { LastActivityAt = Later(lifetime.UpdatedAt, lifetime, now) }
            : lifetime;
        return sessions.New(
            service.Account,
            service.Partition,
            session.Sid,
            new ProxySession
            {
                UniqueName = Sources.Given(session.UniqueName),
                Mode = session.Mode ?? SessionMode.VoiceAndMessage,
                LastInteractionAt = session.DateLastInteraction,
                Participants = [.. Enumerable.Reverse(participants).OrderBy(one => one.DateCreated).Select(Of)],
            },
            lifetime);
    }

    private static DateTimeOffset Later(DateTimeOffset updated, Lifetime lifetime, DateTimeOffset now) =>
        updated.AddSeconds(lifetime.TtlSeconds!.Value) > now ? updated : now;

    private static Participant Of(SourceParticipant one) => new()
    {
        Sid = one.Sid,
        Identifier = one.Identifier ?? "",
        FriendlyName = one.FriendlyName,
        ProxyIdentifier = one.ProxyIdentifier ?? "",
        ProxyIdentifierSid = one.ProxyIdentifierSid,
        CreatedAt = one.DateCreated,
        UpdatedAt = one.DateUpdated ?? one.DateCreated,
        DeletedAt = one.DateDeleted,
        ClaimedAt = one.DateCreated,
    };

    private async ValueTask Interactions(
        ServicePlace service,
        string sessionSid,
        string path,
        Arrivals arrivals,
        SourceClient source,
        CancellationToken cancellation)
    {
        var all = source.All($"{path}/Interactions", SourceJson.Default.SourceInteraction, cancellation);
        await foreach (var one in all)
        {
            var wanted = interactions.New(
                service.Account, service.Partition, one.Sid, one.For(sessionSid), one.DateCreated) with
            {
                UpdatedAt = one.DateUpdated ?? one.DateCreated,
            };
            var name = $"Interaction {one.Sid} of {sessionSid}";
            await arrivals.Bring(
                new Arrival<Interaction>("Interactions", name, wanted)
                {
                    Fit = (here, there) => there with
                    {
                        Body = there.Body with
                        {
                            Outbound = there.Body.Outbound with { ErrorCode = here.Body.Outbound.ErrorCode },
                        },
                    },
                },
                cancellation);
        }
    }
}
