using Sessions.Engine;
using Sessions.Http.Accounts;
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
