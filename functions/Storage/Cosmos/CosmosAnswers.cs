using Microsoft.Extensions.Logging;

namespace Sessions.Storage.Cosmos;

/// <summary>Turns what came of a call into what its caller is told, and logs what the caller cannot mend.</summary>
internal sealed partial class CosmosAnswers(ILogger log)
{
    /// <summary>One document; what is dead was not found.</summary>
    public ReadResult<Document> Document(CosmosReply<CosmosItem> reply, DateTimeOffset now) =>
        reply.Value?.IsDeadAt(now) is true
            ? new(StoreOutcome.NotFound, null)
            : new(Outcome(reply), reply.Value?.ToDocument(), reply.RetryAfter);

    /// <summary>The one document that a query may find.</summary>
    public ReadResult<Document> Single(CosmosReply<List<CosmosItem>> reply, DateTimeOffset now) =>
        reply.Value is not { } found ? new(Outcome(reply), null, reply.RetryAfter)
        : found is [var item] && !item.IsDeadAt(now) ? new(StoreOutcome.Done, item.ToDocument())
        : new(StoreOutcome.NotFound, null);

    /// <summary>The documents that a query finds, until their bodies come to so many bytes.</summary>
    public ReadResult<IReadOnlyList<Document>> Documents(CosmosReply<List<CosmosItem>> reply, int? maxBytes = null)
    {
        var found = reply.Value?.Select(item => item.ToDocument());
        return new(Outcome(reply), found is null ? null : [.. found.UpTo(maxBytes)], reply.RetryAfter);
    }

    /// <summary>The names that a query finds.</summary>
    public ReadResult<IReadOnlyList<T>> Names<TRow, T>(CosmosReply<List<TRow>> reply, Func<TRow, T> named) =>
        new(Outcome(reply), reply.Value is { } found ? [.. found.Select(named)] : null, reply.RetryAfter);

    /// <summary>The parts that the container has.</summary>
    public ReadResult<IReadOnlyList<string>> Shards(CosmosReply<List<string>> reply) =>
        new(Outcome(reply), reply.Value, reply.RetryAfter);

    /// <summary>The number that a query gives.</summary>
    public ReadResult<DocumentCount> Count(CosmosReply<List<long>> reply) =>
        new(Outcome(reply), reply.Value is { } counts ? new(counts.Sum()) : null, reply.RetryAfter);

    /// <summary>What was written.</summary>
    public ReadResult<Moves> Moves(CosmosReply<Moves> reply) => new(Outcome(reply), reply.Value, reply.RetryAfter);

    /// <summary>The result of a commit, as it is.</summary>
    public CommitResult Commit(CommitResult result, string partition, int writes)
    {
        if (result.Outcome is StoreOutcome.Unavailable)
        {
            LogLostCommit(writes);
        }
        else if (result.Outcome is StoreOutcome.Full)
        {
            LogFull(partition);
        }

        return result;
    }

    private StoreOutcome Outcome<T>(CosmosReply<T> reply)
        where T : class
    {
        var outcome = CosmosOutcome.Of(reply);
        if (outcome is StoreOutcome.Unavailable)
        {
            LogFailedRead((int)reply.Status, reply.SubStatus);
        }

        return outcome;
    }

    [LoggerMessage(1, LogLevel.Error, "A read failed: Cosmos DB answered {Status}/{SubStatus} until the time was up")]
    private partial void LogFailedRead(int status, int subStatus);

    [LoggerMessage(3, LogLevel.Error, "The partition {Partition} is full: Cosmos DB takes nothing more into it")]
    private partial void LogFull(string partition);

    [LoggerMessage(2, LogLevel.Error, "Whether a commit of {Count} writes was made is not known: no answer in time")]
    private partial void LogLostCommit(int count);
}
