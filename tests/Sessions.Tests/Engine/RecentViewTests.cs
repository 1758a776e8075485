using Microsoft.Extensions.DependencyInjection;
using Sessions.Engine;
using Sessions.Tests.Support;
using Sessions.TwilioProxy;

namespace Sessions.Tests.Engine;

/// <summary>
/// A view of several documents, believed for some seconds, as those see it who read it at the same time.
/// </summary>
public sealed class RecentViewTests : IAsyncLifetime
{
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SessionsApp _app = null!;

    public async Task InitializeAsync() => _app = await SessionsApp.Start();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Those_who_read_it_at_the_same_time_get_one_view()
    {
        var (first, second) = (Read(_goOn.Task), Read(_goOn.Task));

        _goOn.SetResult();

        Assert.Same(await first, await second);
        Assert.Same(await first, await Read(Task.CompletedTask));
    }

    [Fact]
    public async Task Whoever_reads_longest_gets_the_view_that_others_have_noted_in()
    {
        var slow = Read(_goOn.Task);

        var quick = await Read(Task.CompletedTask);
        _goOn.SetResult();

        Assert.Same(quick, await slow);
    }

    [Fact]
    public async Task After_five_seconds_it_is_another()
    {
        var first = await Read(Task.CompletedTask);

        _app.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.NotSame(first, await Read(Task.CompletedTask));
    }

    private async Task<object> Read(Task first) => await _app.Services.GetRequiredService<Reader>().Recent(
        _app.Services.GetRequiredService<ClaimKind>(),
        "acme:views",
        async () =>
        {
            await first;
            return new object();
        });
}
