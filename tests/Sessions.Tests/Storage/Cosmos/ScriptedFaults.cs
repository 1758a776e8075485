using System.Collections.Concurrent;
using System.Net;

namespace Sessions.Tests.Storage.Cosmos;

/// <summary>
/// Stands between the SDK and the stand-in: fails the next requests for items as a test says, and counts them all.
/// </summary>
internal sealed class ScriptedFaults : DelegatingHandler
{
    private readonly ConcurrentQueue<Func<Func<Task<HttpResponseMessage>>, Task<HttpResponseMessage>>> _script = new();
    private int _requests;

    /// <summary>How many requests for items, queries and plans were made.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>How many requests the work makes.</summary>
    public async Task<int> RequestsOf(Func<Task> work)
    {
        var before = Requests;
        await work();
        return Requests - before;
    }

    /// <summary>The next requests are answered with this status, and are not made.</summary>
    public void Refuse(int status, int times = 1, string? retryAfterMilliseconds = null) =>
        Add(times, _ => Task.FromResult(Answer(status, retryAfterMilliseconds)));

    /// <summary>The next requests are made, but their answers are this status.</summary>
    public void LoseAnswer(int status, int times = 1) => Add(times, async send =>
    {
        using var _ = await send();
        return Answer(status, null);
    });

    /// <summary>The next requests are made, and the connection breaks before the answer.</summary>
    public void BreakAfter(int times = 1) => Add(times, async send =>
    {
        using var _ = await send();
        throw new HttpRequestException("The connection broke.");
    });

    /// <summary>The next requests find nobody.</summary>
    public void RefuseConnection(int times = 1) => Fail(new HttpRequestException("Connection refused."), times);

    /// <summary>The next requests are not made, and fail like this.</summary>
    public void Fail(Exception failure, int times = 1) => Add(times, _ => throw failure);

    /// <summary>Before the next request something else happens.</summary>
    public void Before(Func<Task> work) => Add(1, async send =>
    {
        await work();
        return await send();
    });

    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!request.RequestUri!.AbsolutePath.Contains("/docs", StringComparison.Ordinal))
        {
            return base.SendAsync(request, cancellationToken);
        }

        Interlocked.Increment(ref _requests);
        return _script.TryDequeue(out var step)
            ? step(() => base.SendAsync(request, cancellationToken))
            : base.SendAsync(request, cancellationToken);
    }

    private static HttpResponseMessage Answer(int status, string? retryAfterMilliseconds)
    {
        var answer = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent("{}") };
        if (retryAfterMilliseconds is not null)
        {
            answer.Headers.Add("x-ms-retry-after-ms", retryAfterMilliseconds);
        }

        return answer;
    }

    private void Add(int times, Func<Func<Task<HttpResponseMessage>>, Task<HttpResponseMessage>> step)
    {
        for (var i = 0; i < times; i++)
        {
            _script.Enqueue(step);
        }
    }
}
