using System.Net;
using Microsoft.Azure.Cosmos;

namespace Sessions.Storage.Cosmos;

/// <summary>What one request came to.</summary>
/// <param name="Status">The HTTP status; of a batch, that of the write that failed.</param>
/// <param name="Value">What it gave, when it was done.</param>
/// <param name="SubStatus">What Cosmos DB adds to the status; 0 for nothing.</param>
/// <param name="RetryAfter">How long it asks to wait, if it said.</param>
/// <param name="FailedWrite">Which write of a batch was refused.</param>
internal readonly record struct CosmosReply<T>(
    HttpStatusCode Status, T? Value, int SubStatus = 0, TimeSpan? RetryAfter = null, int FailedWrite = 0)
    where T : class
{
    private const int ReadSessionNotAvailable = 1002;
    private const int OwnerNotFound = 1003;
    private const int RetryWith = 449;

    public CosmosFate Fate => (int)Status switch
    {
        >= 200 and < 300 => CosmosFate.Done,
        404 when SubStatus is ReadSessionNotAvailable or OwnerNotFound => CosmosFate.Unknown,
        404 or 409 or 412 => CosmosFate.Refused,
        429 => CosmosFate.Throttled,
        RetryWith => CosmosFate.NotDone,
        401 or 403 => CosmosFate.Forbidden,
        400 or 413 => CosmosFate.Wrong,
        _ => CosmosFate.Unknown,
    };

    public static CosmosReply<T> From(ResponseMessage response, T? value = null) =>
        new(response.StatusCode, value, SubStatusOf(response.Headers), RetryAfterOf(response.Headers));

    public static CosmosReply<T> From(CosmosException failure) =>
        new(failure.StatusCode, null, failure.SubStatusCode, failure.RetryAfter);

    /// <summary>It was done; what it gave.</summary>
    public static CosmosReply<T> Done(T value) => new(HttpStatusCode.OK, value);

    /// <summary>Nobody answered, so nobody knows.</summary>
    public static CosmosReply<T> Lost { get; } = new(HttpStatusCode.RequestTimeout, null);

    private static int SubStatusOf(Headers headers) =>
        int.TryParse(headers["x-ms-substatus"], out var number) ? number : 0;

    private static TimeSpan? RetryAfterOf(Headers headers) =>
        double.TryParse(headers["x-ms-retry-after-ms"], out var delay) ? TimeSpan.FromMilliseconds(delay) : null;
}

/// <summary>What a status means for the request.</summary>
internal enum CosmosFate
{
    /// <summary>It was done.</summary>
    Done,

    /// <summary>It was looked at and refused: not found, conflict, or another version.</summary>
    Refused,

    /// <summary>It was not looked at; there were too many.</summary>
    Throttled,

    /// <summary>It was not done, and may be tried again.</summary>
    NotDone,

    /// <summary>It may have been done or not.</summary>
    Unknown,

    /// <summary>The identity or the key may not do that here.</summary>
    Forbidden,

    /// <summary>It can never be done; a bug of ours.</summary>
    Wrong,
}
