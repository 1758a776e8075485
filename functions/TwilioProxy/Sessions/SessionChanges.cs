using Sessions.Http;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>A Session's next state, and what is written with it.</summary>
/// <param name="Lifetime">Its lifetime.</param>
/// <param name="Body">The rest of it.</param>
internal sealed record NextState(Lifetime Lifetime, ProxySession Body)
{
    /// <summary>Further writes of the same commit.</summary>
    public IReadOnlyList<Write> Beside { get; init; } = [];
}

/// <summary>A new Session, and what else is written with it.</summary>
/// <param name="Session">The Session.</param>
/// <param name="Beside">Further writes of the same commit.</param>
internal sealed record NewDocuments(Document Session, IReadOnlyList<Write> Beside);

/// <summary>What came of a change.</summary>
/// <param name="Document">The Session as it is stored now; null when the change was not made.</param>
/// <param name="Versions">The versions of what was written beside it, in its order.</param>
/// <param name="Refused">The write beside it that met something which is there already, when it was not made.</param>
internal sealed record SessionChanged(Document? Document, IReadOnlyList<string> Versions, Write? Refused = null);

/// <summary>
/// Creates and changes Sessions with their claims. When a commit meets a claim of another Session, it is looked at: one
/// of a Session that has run out is freed, others are learnt, and the change is decided again with that knowledge.
/// </summary>
public sealed class SessionChanges(IDocumentStore store, SessionDocuments sessions, ClaimLists claims)
{
    private const int Attempts = 16;

    /// <summary>Creates a Session.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="decide">The document for what is known to be taken; asked again when more is known.</param>
    /// <exception cref="RefusedException">80603: the name is taken. 80623: others were always faster.</exception>
    internal async ValueTask<Document> Create(Exchange exchange, Func<TakenPairs, NewDocuments> decide)
    {
        var taken = new TakenPairs();
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var (document, more) = decide(taken);
            var beside = sessions.Beside(document);
            var created = await store.Create(document, [.. beside, .. more], exchange.Aborted);
            if (created.Document is { } done)
            {
                return done;
            }

            if (created.Commit.FailedWrite == 0)
            {
                throw ProxyErrors.SessionNameTaken();
            }

            await Learn(exchange, beside[created.Commit.FailedWrite - 1], taken);
        }

        throw ProxyErrors.ParticipantsAtOnce();
    }

    /// <summary>Changes a Session.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="partition">Where it is.</param>
    /// <param name="sid">Its SID.</param>
    /// <param name="decide">The next state, or null to leave it; asked again when others were faster, or when more is
    /// known to be taken. It is given null when there is no such Session.</param>
    /// <exception cref="RefusedException">80623: others were always faster with the claims.</exception>
    internal async ValueTask<SessionChanged> Change(
        Exchange exchange, string partition, string sid, Func<Stored<ProxySession>?, TakenPairs, NextState?> decide)
    {
        var taken = new TakenPairs();
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            IReadOnlyList<Write> writes = [];
            var beside = 0;
            var changed = await store.Change(partition, sid, document =>
            {
                var session = sessions.Kind.Open(document, exchange.Now);
                var next = decide(session, taken);
                var after = next is null
                    ? document!
                    : sessions.Kind.Seal(session!.Document, next.Lifetime, next.Body, exchange.Now);
                beside = next?.Beside.Count ?? 0;
                writes = next is null ? [] : [.. sessions.Replace(document!, after), .. next.Beside];
                return new Change<Document>(writes, after);
            }, exchange.Aborted);
            if (changed.Commit.Outcome == StoreOutcome.Done)
            {
                var version = changed.Commit.ETags is [var etag, ..] ? etag : changed.Value.ETag;
                return new(changed.Value with { ETag = version }, [.. changed.Commit.ETags.TakeLast(beside)]);
            }

            var refused = writes[changed.Commit.FailedWrite];
            if (!IsClaim(refused))
            {
                return new(null, [], refused);
            }

            await Learn(exchange, refused, taken);
        }

        throw ProxyErrors.ParticipantsAtOnce();
    }

    private static bool IsClaim(Write write) =>
        write is Write.Create(var document) && document.Kind == ClaimDocuments.Kind.Name;

    private async ValueTask Learn(Exchange exchange, Write refused, TakenPairs taken)
    {
        var wanted = ((Write.Create)refused).Document;
        var all = claims.Of(wanted.Partition, wanted.Lifetime.Status, exchange.Aborted);
        await foreach (var claim in all)
        {
            if (claim.Body.IsAlive(exchange.Now))
            {
                taken.Add(claim);
            }
            else if (claim.Document.Id == wanted.Id)
            {
                await Settle(exchange, wanted.Partition, claim.Body.SessionSid);
            }
        }
    }

    // What the timer would have done by now. When somebody else does it at the same time, it is done as well.
    private async ValueTask Settle(Exchange exchange, string partition, string sessionSid)
    {
        var document = (await store.Read(partition, sessionSid, exchange.Aborted)).OrNull();
        if (document is not null && sessions.WhenExpired(document, exchange.Now) is { Count: > 0 } writes)
        {
            (await store.Commit(partition, writes, exchange.Aborted)).OrFault();
        }
    }
}
