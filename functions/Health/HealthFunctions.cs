using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.Health;

/// <summary>
/// What load balancers and alerts ask. No credentials, and nothing in the answers but the state.
/// </summary>
public sealed class HealthFunctions(StoreHealth store)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _askAgain = TimeSpan.FromSeconds(1);

    /// <summary>200 as long as the process answers at all. Whoever gets none should start it again.</summary>
    [SuppressMessage("Performance", "CA1822", Justification = "The hosts call functions on instances.")]
    [Function("Health_Live")]
    public Task<IResult> Live(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "health/live")] HttpRequest request) =>
        Task.FromResult<IResult>(Tell(StatusCodes.Status200OK, "live"));

    /// <summary>
    /// 200 when the store can be read and written, for which it does both with one document of its own; else 503.
    /// Whoever gets a 503 should send requests elsewhere for a while.
    /// </summary>
    [Function("Health_Ready")]
    public async Task<IResult> Ready(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "health/ready")] HttpRequest request)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(request.HttpContext.RequestAborted);
        end.CancelAfter(_patience);
        try
        {
            var (isWell, retryAfter) = await store.Look(end.Token).AsTask().WaitAsync(end.Token);
            return isWell
                ? Tell(StatusCodes.Status200OK, "ready")
                : Unavailable(retryAfter);
        }
        catch (OperationCanceledException) when (!request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            return Unavailable(null);
        }
    }

    private static Answer Unavailable(TimeSpan? retryAfter) =>
        Tell(StatusCodes.Status503ServiceUnavailable, "store unavailable").WithRetryAfter(retryAfter ?? _askAgain);

    private static Answer Tell(int status, string state) =>
        Answer.Json(status, new HealthState(state), HealthJson.Default.HealthState);
}

/// <summary>The state in one word or two.</summary>
internal sealed record HealthState([property: JsonPropertyName("status")] string Status);

[JsonSerializable(typeof(HealthState))]
internal sealed partial class HealthJson : JsonSerializerContext;
