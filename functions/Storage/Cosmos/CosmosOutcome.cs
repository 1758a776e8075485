using System.Net;

namespace Sessions.Storage.Cosmos;

/// <summary>What callers are told of a reply.</summary>
internal static class CosmosOutcome
{
    /// <summary>The outcome of a call that ends with this reply.</summary>
    /// <exception cref="InvalidOperationException">It can never be done, so it is a bug.</exception>
    public static StoreOutcome Of<T>(CosmosReply<T> reply)
        where T : class => reply.Fate switch
    {
        CosmosFate.Done => StoreOutcome.Done,
        CosmosFate.Refused => OfRefusal(reply.Status),
        CosmosFate.Throttled => StoreOutcome.Throttled,
        CosmosFate.Wrong => throw new InvalidOperationException(
            $"Cosmos DB cannot take this: {(int)reply.Status}/{reply.SubStatus}."),
        _ => StoreOutcome.Unavailable,
    };

    private static StoreOutcome OfRefusal(HttpStatusCode status) => status switch
    {
        HttpStatusCode.NotFound => StoreOutcome.NotFound,
        HttpStatusCode.Conflict => StoreOutcome.Conflict,
        _ => StoreOutcome.PreconditionFailed,
    };
}
