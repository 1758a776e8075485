using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Http.Accounts;

namespace Sessions.Tests.Hosting;

/// <summary>Functions and a surface for the host's own tests.</summary>
public sealed class SampleFunctions(TimeProvider time)
{
    [Function("Sample_Fetch")]
    public Task<IResult> Fetch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "samples/{id:regex(^S[0-9]{{2}}$)}")]
        HttpRequest request) =>
        Task.FromResult(Results.Text($"{request.RouteValues["id"]} at {time.GetUtcNow():HH:mm:ss}"));

    [Function("Sample_Create")]
    public async Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "samples")] HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        return Results.Created("/samples/S01", (await reader.ReadToEndAsync()).Length);
    }
}

/// <summary>A timer function that tells of every call, and ends it as the test says.</summary>
public sealed class SampleTimer(SampleTimer.Calls calls)
{
    [Function("Sample_Tick")]
    public async Task Tick([TimerTrigger("%SampleSchedule%")] TimerInfo timer, CancellationToken cancellation)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await calls.Made.Writer.WriteAsync((timer, ended), cancellation);
        await ended.Task.WaitAsync(cancellation);
    }

    public sealed class Calls
    {
        internal Channel<(TimerInfo Timer, TaskCompletionSource Ended)> Made { get; } =
            Channel.CreateUnbounded<(TimerInfo, TaskCompletionSource)>();
    }
}

internal sealed class SampleSurface : ISurface
{
    public string Name => "Sample";

    public bool Owns(PathString path) => path.StartsWithSegments("/samples", StringComparison.Ordinal);

    public int BodyLimit => 1024;

    public ValueTask<Caller> Authenticate(HttpRequest request, DateTimeOffset now) =>
        throw RefusedException.For(RefusalKind.Unauthenticated, "Nobody calls here.");

    public IResult Refuse(HttpRequest request, Refusal refusal) =>
        Results.Text($"sample:{refusal.Kind}", statusCode: refusal.Kind is RefusalKind.NotFound ? 404 : 405);
}
