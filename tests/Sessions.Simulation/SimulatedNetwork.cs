using System.Net;

namespace Sessions.Simulation;

/// <summary>What was told to a target.</summary>
/// <param name="At">When.</param>
/// <param name="From">By whom.</param>
/// <param name="Target">Where.</param>
/// <param name="Body">What.</param>
/// <param name="Headers">Under which headers.</param>
internal sealed record Told(
    TimeSpan At, string From, Uri Target, string Body, IReadOnlyDictionary<string, string> Headers);

/// <summary>The way from an instance to the targets of its events: targets fail, hang, and answers are lost.</summary>
internal sealed class SimulatedNetwork(World world, Instance instance) : HttpMessageHandler
{
    private static readonly TimeSpan _least = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan _most = TimeSpan.FromMilliseconds(80);

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var scheduler = world.Scheduler;
        scheduler.RequireInside();
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var told = new Told(
            default,
            instance.Process.Name,
            request.RequestUri!,
            body,
            request.Headers.ToDictionary(header => header.Key, header => string.Join(',', header.Value)));
        var answer = new TaskCompletionSource<HttpStatusCode>();
        await using var gone = cancellationToken.UnsafeRegister(_ => answer.TrySetCanceled(cancellationToken), null);
        scheduler.After(scheduler.Between(_least, _most), owner: null, () =>
        {
            if (scheduler.Happens(world.Faults.TargetHangs))
            {
                return;
            }

            if (scheduler.Happens(world.Faults.TargetFails))
            {
                Give(HttpStatusCode.InternalServerError);
                return;
            }

            world.Take(told with { At = scheduler.Now });
            if (!scheduler.Happens(world.Faults.TargetHangs))
            {
                Give(HttpStatusCode.NoContent);
            }
        });
        return new(await answer.Task) { RequestMessage = request };

        void Give(HttpStatusCode status) => scheduler.After(
            scheduler.Between(_least, _most), instance.Process, () => answer.TrySetResult(status));
    }
}
