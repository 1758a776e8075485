using System.Text;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.Bench;

/// <summary>The store calls of a session's create, fetch, list and update, and nothing else.</summary>
internal sealed class BareDocuments(IDocumentStore store, int size)
{
    private const string Partition = "dev:bare:KS00000000000000000000000000000000";
    private const string Kind = "bare/session";
    private readonly RandomIds _ids = new();
    private readonly byte[] _body = Encoding.UTF8.GetBytes($"\"{new string('x', Math.Max(0, size - 2))}\"");
    private long _created;

    public async Task<string?> Create(CancellationToken cancellation)
    {
        var document = NewDocument();
        var commit = await store.Commit(Partition, [new Write.Create(document)], cancellation);
        return commit.Outcome is StoreOutcome.Done ? document.Id : null;
    }

    public async Task<bool> Fetch(string id, CancellationToken cancellation) =>
        (await store.Read(Partition, id, cancellation)).Outcome is StoreOutcome.Done;

    public async Task<bool> List(int count, CancellationToken cancellation) =>
        (await store.List(new(Partition, Kind, count + 1), cancellation)).Outcome is StoreOutcome.Done;

    public async Task<bool> Update(string id, CancellationToken cancellation)
    {
        var read = await store.Read(Partition, id, cancellation);
        if (read.Value is not { } document)
        {
            return false;
        }

        var commit = await store.Commit(Partition, [new Write.Replace(document)], cancellation);
        return commit.Outcome is StoreOutcome.Done;
    }

    private Document NewDocument()
    {
        var now = TimeProvider.System.GetUtcNow();
        return new()
        {
            Partition = Partition,
            Id = _ids.Next().ToString("N"),
            Kind = Kind,
            Key = $"name:bench-{Interlocked.Increment(ref _created):D12}",
            Account = Partition[..Partition.IndexOf(':', StringComparison.Ordinal)],
            CreatedAt = now,
            UpdatedAt = now,
            Lifetime = new() { Status = "open", Open = true, CreatedAt = now, UpdatedAt = now, TtlSeconds = 3600 },
            DueAt = now.AddSeconds(3600),
            Body = _body,
        };
    }
}
