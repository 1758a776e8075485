using Sessions.Engine;
using Sessions.Storage;

namespace Sessions.Http;

/// <summary>Finds what was made under an idempotency key before there were records of them.</summary>
public static class CreatesOfBefore
{
    /// <summary>The create, with where such a thing lies whose id is the UUID that the key gave it.</summary>
    public static Subject<TSeen, T> WithMadeBefore<TSeen, T>(
        this Subject<TSeen, T> create, IDocumentStore store, Exchange exchange, string scope)
        where T : class => create.WithMadeBefore(store, exchange, scope, id => id.ToString());

    /// <summary>The same for an API whose ids are written otherwise.</summary>
    public static Subject<TSeen, T> WithMadeBefore<TSeen, T>(
        this Subject<TSeen, T> create, IDocumentStore store, Exchange exchange, string scope, Func<Guid, string> idOf)
        where T : class => create with
        {
            MadeBefore = async () => (await store.Read(
                create.Partition, idOf(exchange.IdOfBefore(scope)), exchange.Aborted)).OrNull(),
        };
}
