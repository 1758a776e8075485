using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Azure.Cosmos;

namespace Sessions.Storage.Cosmos;

/// <summary>One commit, from its first try to what the caller is told.</summary>
internal sealed class CosmosCommit(
    CosmosRequests requests, CosmosReader reader, string partition, IReadOnlyList<Write> writes, DateTimeOffset now,
    CosmosBudget budget)
{
    // A clearing takes away all that is dead. Only others who go on making dead documents could need more of them.
    private const int MaxClearings = 3;

    private readonly DeadItems _dead = new(requests, reader, partition, writes, now, budget);
    private readonly LostCommit _lost = new(reader, partition, writes, budget);
    private CosmosWrite[] _prepared = [];
    private bool _mayBeMade;
    private int _clearings;

    /// <summary>Tries until it is made, refused, or out of time.</summary>
    public async ValueTask<CommitResult> Run()
    {
        var deletes = await _dead.AmongBlindDeletes();
        if (deletes.Fate is not CosmosFate.Done)
        {
            return NotMade(deletes);
        }

        var dead = deletes.Value!.Select(item => item.Id).ToHashSet();
        _prepared = [.. writes.Select(write => CosmosWrite.Of(write, _lost.WrittenBy, dead, now))];
        while (true)
        {
            var reply = await budget.Send(stop => requests.Write(partition, _prepared, stop));
            var result = reply.Fate switch
            {
                CosmosFate.Done => Made(reply.Value!),
                CosmosFate.Refused or CosmosFate.Full => await Refused(reply),
                CosmosFate.Throttled or CosmosFate.NotDone or CosmosFate.Unknown => await Later(reply),
                _ => NotMade(reply),
            };
            if (result is { } told)
            {
                return told;
            }
        }
    }

    private CommitResult Made(string[] etags) =>
        new(StoreOutcome.Done, [.. writes.Select((write, index) => CosmosVersion.After(write, etags[index]))]);

    /// <summary>What to tell of a refusal; null when what was in the way was dead and is gone now.</summary>
    private async ValueTask<CommitResult?> Refused(CosmosReply<string[]> reply)
    {
        if (_mayBeMade && await _lost.Explain(reply) is { } explained)
        {
            return explained;
        }

        if (reply.Status is HttpStatusCode.Conflict && _clearings++ < MaxClearings)
        {
            var cleared = await _dead.Clear();
            if (cleared.Value is not { Count: 0 })
            {
                return cleared.Fate is CosmosFate.Done ? null : NotMade(cleared);
            }
        }

        if (reply.Fate is CosmosFate.Full)
        {
            return NotMade(reply);
        }

        var outcome = _prepared[reply.FailedWrite].IsOfDead ? StoreOutcome.NotFound : CosmosOutcome.Of(reply);
        return new(outcome, [], reply.FailedWrite);
    }

    /// <summary>Waits, and tells nothing unless the time is up.</summary>
    private async ValueTask<CommitResult?> Later(CosmosReply<string[]> reply)
    {
        _mayBeMade |= reply.Fate is CosmosFate.Unknown;
        return await budget.WaitAfter(reply) ? null
            : _mayBeMade ? new(StoreOutcome.Unavailable, [], RetryAfter: reply.RetryAfter)
            : NotMade(reply);
    }

    private static CommitResult NotMade<T>(CosmosReply<T> reply)
        where T : class => new(CosmosOutcome.Of(reply), [], RetryAfter: reply.RetryAfter);
}

/// <summary>One write as Cosmos DB takes it.</summary>
/// <param name="Write">What the caller asked for.</param>
/// <param name="Item">The item in JSON; empty for a delete.</param>
/// <param name="IfMatch">The ETag that must be stored; null for any.</param>
/// <param name="IsOfDead">Whether its document is known to be dead, so that it counts as not found.</param>
internal sealed record CosmosWrite(Write Write, byte[] Item, string? IfMatch, bool IsOfDead)
{
    /// <summary>The item as a stream of its own: the SDK closes what it was given.</summary>
    public Stream Open() => new MemoryStream(Item, writable: false);

    /// <summary>Prepares a write of the commit <paramref name="writtenBy"/>.</summary>
    /// <param name="write">The write.</param>
    /// <param name="writtenBy">The commit's name for itself.</param>
    /// <param name="dead">Ids of documents that are dead but still there.</param>
    /// <param name="now">The clock that documents live by.</param>
    public static CosmosWrite Of(Write write, string writtenBy, IReadOnlySet<string> dead, DateTimeOffset now)
    {
        return write switch
        {
            Write.Create(var document) => new(write, Json(document, null), null, false),
            Write.Put(var document) => new(write, Json(document, CosmosItem.Whatever), null, false),
            Write.Replace(var document) => Conditional(write, document.ETag, Json(document, document.ETag), now),
            Write.Delete(_, { } etag) => Conditional(write, etag, [], now),
            Write.Delete(var id, _) when dead.Contains(id) => new(write, [], CosmosVersion.NoIfMatch, true),
            Write.Require => throw new NotSupportedException("This store asks nothing of what it does not write."),
            _ => new(write, [], null, false),
        };

        byte[] Json(Document document, string? replaced) => JsonSerializer.SerializeToUtf8Bytes(
            CosmosItems.Of(document, writtenBy, replaced), CosmosJson.Default.CosmosItem);
    }

    private static CosmosWrite Conditional(Write write, string etag, byte[] item, DateTimeOffset now)
    {
        var version = CosmosVersion.Parse(etag);
        return version.PurgeAt <= now
            ? new(write, item, CosmosVersion.NoIfMatch, true)
            : new(write, item, version.IfMatch, false);
    }
}

/// <summary>Reads the answer to a batch, which never throws: the whole has a status, and each write has one.</summary>
internal static class BatchReply
{
    public static CosmosReply<string[]> From(TransactionalBatchResponse response)
    {
        var (status, retryAfter) = (response.StatusCode, response.RetryAfter);
        if (response.IsSuccessStatusCode)
        {
            return new(status, [.. response.Select(result => result.ETag ?? "")]);
        }

        // 424 marks the writes that another one took down with it. Without results nothing was looked at.
        for (var index = 0; index < response.Count; index++)
        {
            var result = response[index];
            if (!result.IsSuccessStatusCode && result.StatusCode is not HttpStatusCode.FailedDependency)
            {
                // The SDK keeps what else a write was told to itself. Who may write is decided of the whole, so that of
                // one among others 403 can only mean that there is no room.
                var detail = result.StatusCode is HttpStatusCode.Forbidden ? CosmosReply<string[]>.PartitionFull : 0;
                return new(result.StatusCode, null, detail, retryAfter ?? Some(result.RetryAfter), index);
            }
        }

        return Answers(status) ? CosmosReply<string[]>.Lost : new(status, null, 0, retryAfter);
    }

    private static bool Answers(HttpStatusCode status) =>
        status is HttpStatusCode.NotFound or HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed;

    private static TimeSpan? Some(TimeSpan delay) => delay == TimeSpan.Zero ? null : delay;
}

/// <summary>
/// Finds out about a commit whose answer was lost and that was refused when it was tried again: the refusal may be the
/// doing of the first try. Every item names the commit that wrote it and the version that it replaced.
/// </summary>
internal sealed class LostCommit(
    CosmosReader reader, string partition, IReadOnlyList<Write> writes, CosmosBudget budget)
{
    private const int NameLength = 16;

    /// <summary>What this commit calls itself in the items that it writes.</summary>
    public string WrittenBy { get; } = RandomNumberGenerator.GetHexString(NameLength, lowercase: true);

    /// <summary>What to tell instead of the refusal; null when the refusal holds.</summary>
    public async ValueTask<CommitResult?> Explain(CosmosReply<string[]> refusal)
    {
        var trace = writes.FirstOrDefault(write => write is Write.Create or Write.Replace)
            ?? writes.FirstOrDefault(write => write is Write.Put);
        if (trace is null)
        {
            return ExplainDeletes(refusal);
        }

        var reply = await reader.Item(partition, trace.DocumentId, budget);
        return reply switch
        {
            { Status: HttpStatusCode.NotFound, Fate: CosmosFate.Refused } => null,
            { Value: null } => new(StoreOutcome.Unavailable, [], RetryAfter: reply.RetryAfter),
            { Value.WrittenBy: var writer } when writer == WrittenBy => await Made(),
            { Value: var item } when IsWithoutUs(item, (trace as Write.Replace)?.Document.ETag) => null,
            // Others have written over whatever was there, so nobody can tell any more.
            _ => new(StoreOutcome.Unavailable, []),
        };
    }

    /// <summary>
    /// Whether the item never was ours: it is the version that we would have replaced, or what another made of that,
    /// or as another created it. What we made before somebody deleted it is gone, so it does not count.
    /// </summary>
    private static bool IsWithoutUs(CosmosItem item, string? version) =>
        item.Replaced is null || item.Replaced == version || CosmosVersion.Of(item.ETag!, item.PurgeAt).Text == version;

    /// <summary>
    /// A delete leaves no trace. Who named a version had seen the document, so its being gone is what was asked.
    /// </summary>
    private CommitResult? ExplainDeletes(CosmosReply<string[]> refusal) =>
        refusal.Status is HttpStatusCode.NotFound && writes[refusal.FailedWrite] is Write.Delete(_, not null)
            ? new(StoreOutcome.Done, [.. writes.Select(_ => "")])
            : null;

    private async ValueTask<CommitResult> Made()
    {
        var versions = new string[writes.Count];
        for (var index = 0; index < versions.Length; index++)
        {
            versions[index] = await Version(writes[index]);
        }

        return new(StoreOutcome.Done, versions);
    }

    private async ValueTask<string> Version(Write write)
    {
        if (write is Write.Delete)
        {
            return "";
        }

        var item = (await reader.Item(partition, write.DocumentId, budget)).Value;
        return CosmosVersion.After(write, item?.WrittenBy == WrittenBy ? item.ETag! : CosmosVersion.NoIfMatch);
    }
}

/// <summary>Items whose documents are dead, but which Cosmos DB has not removed yet.</summary>
internal sealed class DeadItems(
    CosmosRequests requests, CosmosReader reader, string partition, IReadOnlyList<Write> writes, DateTimeOffset now,
    CosmosBudget budget)
{
    /// <summary>The dead among what is to be deleted in whatever version: a delete of those finds nothing.</summary>
    public ValueTask<CosmosReply<List<CosmosName>>> AmongBlindDeletes()
    {
        var blind = writes.Where(write => write is Write.Delete { ETag: null });
        var ids = blind.Select(write => write.DocumentId).ToList();
        return ids is [] ? ValueTask.FromResult(CosmosReply<List<CosmosName>>.Done([])) : Find(ids, []);
    }

    /// <summary>Removes the dead that hold an id or a key that this commit wants. Gives what it found.</summary>
    public async ValueTask<CosmosReply<List<CosmosName>>> Clear()
    {
        var ids = writes.OfType<Write.Create>().Select(create => create.Document.Id).ToList();
        var found = await Find(ids, [.. writes.Select(KeyOf).OfType<string>()]);
        foreach (var item in found.Value ?? [])
        {
            // Its version is named, so that one who takes the place at this moment is left alone.
            CosmosWrite[] delete = [new(new Write.Delete(item.Id), [], item.ETag, false)];
            await budget.SendUntilAnswered(stop => requests.Write(partition, delete, stop));
        }

        return found;
    }

    private ValueTask<CosmosReply<List<CosmosName>>> Find(List<string> ids, List<string> keys) =>
        reader.Names(
            CosmosQueries.Dead(partition, ids, keys, now), CosmosScope.In(partition), ids.Count + keys.Count, budget);

    private static string? KeyOf(Write write) => write switch
    {
        Write.Create(var document) => KeyOf(document),
        Write.Replace(var document) => KeyOf(document),
        Write.Put(var document) => KeyOf(document),
        _ => null,
    };

    private static string? KeyOf(Document document) => document.Key is { } key ? CosmosKey.Of(key) : null;
}
