using System.Net;
using Microsoft.Azure.Cosmos;

namespace Sessions.Storage.Cosmos;

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
                return new(result.StatusCode, null, 0, retryAfter ?? Some(result.RetryAfter), index);
            }
        }

        return Answers(status) ? CosmosReply<string[]>.Lost : new(status, null, 0, retryAfter);
    }

    private static bool Answers(HttpStatusCode status) =>
        status is HttpStatusCode.NotFound or HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed;

    private static TimeSpan? Some(TimeSpan delay) => delay == TimeSpan.Zero ? null : delay;
}
