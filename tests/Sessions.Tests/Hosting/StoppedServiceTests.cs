using Sessions.Tests.Support;

namespace Sessions.Tests.Hosting;

/// <summary>What a service leaves behind that has stopped.</summary>
[Collection(nameof(Alone))]
public sealed class StoppedServiceTests
{
    private const int Services = 10;

    [Fact]
    public async Task It_leaves_no_timer()
    {
        // What the process itself has is made by the first.
        await StartAndStop();
        var before = Timer.ActiveCount;

        for (var i = 0; i < Services; i++)
        {
            await StartAndStop();
        }

        Assert.InRange(Timer.ActiveCount - before, long.MinValue, Services - 1);
    }

    private static async Task StartAndStop()
    {
        await using var app = await SessionsApp.Start();
        using var client = app.Anonymous();
        using var answer = await client.GetAsync(new Uri("/v1/conversation/sessions", UriKind.Relative));
    }
}
