using Sessions.Engine;
using Sessions.Http.Accounts;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>Imports into accounts of this installation.</summary>
public sealed class ProxyImport(
    IDocumentStore store,
    Reader reader,
    Changes changes,
    ProxyServiceKind services,
    DeletedServiceKind deleted,
    OwnedNumberKind entries,
    NumberKinds kinds,
    ProxySessionKind sessions,
    InteractionKind interactions,
    ClaimKind claims,
    ClaimReader claimReader,
    LastNumberKind lastNumbers,
    TimeProvider time)
{
    /// <summary>Brings all that a source has into an account.</summary>
    /// <param name="account">The account.</param>
    /// <param name="source">The source.</param>
    /// <param name="report">Is told what was found, and what became of it.</param>
    /// <param name="dryRun">Whether nothing is written.</param>
    /// <param name="cancellation">Ends it; what is here by then stays.</param>
    /// <exception cref="ImportException">The source cannot be read.</exception>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    public Task Run(
        Account account, SourceClient source, ImportReport report, bool dryRun, CancellationToken cancellation) =>
        new Importer(
            store,
            reader,
            services,
            deleted,
            new(reader, entries, kinds, store),
            new(reader, sessions, interactions, claims, claimReader, lastNumbers, time),
            account,
            source,
            report,
            new(store, reader, changes, report, time, dryRun),
            time).Run(cancellation);
}

/// <summary>
/// Brings an account's Proxy from elsewhere: its Services with their numbers, open Sessions, Participants and
/// Interactions, each under its SID. All of it is read again each time and compared, so that a run may be repeated,
/// and goes on where a killed one was.
/// </summary>
internal sealed class Importer(
    IDocumentStore store,
    Reader reader,
    ProxyServiceKind services,
    DeletedServiceKind deleted,
    ImportedNumbers numbers,
    ImportedSessions sessions,
    Account account,
    SourceClient source,
    ImportReport report,
    Arrivals arrivals,
    TimeProvider time)
{
    // A source answers so many at once without slowing down, and Twilio takes thirty requests a second.
    private const int AtOnce = 8;

    /// <summary>Brings all of it.</summary>
    /// <exception cref="ImportException">The source cannot be read.</exception>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    public async Task Run(CancellationToken cancellation)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        await foreach (var service in source.All("/Services", SourceJson.Default.SourceService, cancellation))
        {
            seen.Add(service.Sid);
            if (service.AccountSid is { } sid && sid != account.Sid)
            {
                report.Note(
                    $"The account is {sid} at the source and {account.Sid} here; SDKs and webhooks that go on with the "
                    + "old one need it as the account's Sid.");
            }

            await Bring(service, cancellation);
        }

        var here = await store.AllNames(ProxyServiceKind.PartitionOf(account), services.Name, cancellation);
        foreach (var sid in here.Except(seen))
        {
            report.Differs($"Service {sid}: here, not at the source");
        }
    }

    private async ValueTask Bring(SourceService service, CancellationToken cancellation)
    {
        var (partition, name) = (ProxyServiceKind.PartitionOf(account), $"Service {service.Sid}");
        var wanted = services.New(account.Id, partition, service.Sid, service.Body, service.DateCreated) with
        {
            UpdatedAt = service.DateUpdated ?? service.DateCreated,
        };
        if (!await arrivals.Bring(
            new Arrival<ProxyService>("Services", name, wanted)
            {
                Check = (here, now) =>
                    here is null ? RequireEmptied(partition, service.Sid, now, cancellation) : default,
                Taken = (_, _) => throw ProxyErrors.ServiceNameTaken(),
            },
            cancellation))
        {
            return;
        }

        var under = new ServicePlace(wanted, ProxyServiceKind.PartitionUnder(account.Id, service.Sid));
        await numbers.Bring(under, arrivals, report, source, cancellation);
        await Sessions(under, cancellation);
    }

    // What is left of one that was deleted here is still being removed, and would take what comes now with it.
    private async ValueTask RequireEmptied(
        string partition, string sid, DateTimeOffset now, CancellationToken cancellation)
    {
        if (await reader.Find(deleted, partition, DeletedServiceKind.IdOf(sid), now, cancellation) is not null)
        {
            throw ProxyErrors.Invalid("It was deleted here and is being emptied. Run the same again in a minute.");
        }
    }

    private async ValueTask Sessions(ServicePlace service, CancellationToken cancellation)
    {
        var here = await store.AllNames(service.Partition, ProxySessionKind.KindName, cancellation);
        HashSet<string> seen = new(StringComparer.Ordinal);
        var all = source.All($"/Services/{service.Sid}/Sessions", SourceJson.Default.SourceSession, cancellation);
        await Parallel.ForEachAsync(
            Noted(all),
            SideBySide.Options(AtOnce, cancellation),
            async (session, ending) =>
                await sessions.Bring(service, session, here.Contains(session.Sid), arrivals, report, source, ending));
        foreach (var sid in here.Where(sid => !seen.Contains(sid)))
        {
            if (await sessions.IsOpen(service, sid, time.GetUtcNow(), cancellation))
            {
                report.Differs($"Session {sid} of {service.Sid}: here, not at the source");
            }
        }

        // Names are noted one after the other, as the list is read.
        async IAsyncEnumerable<SourceSession> Noted(IAsyncEnumerable<SourceSession> list)
        {
            await foreach (var session in list)
            {
                seen.Add(session.Sid);
                yield return session;
            }
        }
    }
}

/// <summary>A Service that was brought, and where what is under it lies.</summary>
internal sealed record ServicePlace(State<ProxyService> Service, string Partition)
{
    /// <summary>Its SID.</summary>
    public string Sid => Service.Id;

    /// <summary>Its account's id.</summary>
    public string Account => Service.Account;
}

/// <summary>Reads what there is by its names alone.</summary>
internal static class AllOfAKind
{
    private const int AtOnce = 1000;

    /// <summary>The ids of all documents of a kind in a partition.</summary>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    public static async ValueTask<HashSet<string>> AllNames(
        this IDocumentStore store, string partition, string kind, CancellationToken cancellation)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        var list = new ListQuery(partition, kind, AtOnce);
        for (IReadOnlyList<DocumentName>? page = null; page is null || page.Count == AtOnce;)
        {
            page = (await store.ListNames(list, cancellation)).OrNull()!;
            names.UnionWith(page.Select(name => name.Id));
            list = list with { After = page is [.., var last] ? new(last.CreatedAt, last.Id) : null };
        }

        return names;
    }
}
