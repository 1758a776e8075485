using Sessions.Tests.Isolation;
using Sessions.Tests.Support;

namespace Sessions.Tests.Surfaces;

/// <summary>For every function that takes GET: HEAD is answered alike, without a body, and ends.</summary>
public sealed class HeadTests : IAsyncLifetime
{
    private SessionsApp _app = null!;

    public static TheoryData<string> Functions =>
        [.. HttpFunction.All.Where(function => function.Methods.Contains("GET")).Select(function => function.Name)];

    public async Task InitializeAsync() => _app = await QuietApp.Start();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [MemberData(nameof(Functions))]
    public async Task HEAD_is_GET_without_the_body(string name)
    {
        var function = HttpFunction.Named(name);
        var get = new Probe(_app.Anonymous, function) { Method = HttpMethod.Get };
        var head = new Probe(_app.Anonymous, function) { Method = HttpMethod.Head };
        var things = await get.ThingsOf(Tenant.Acme);

        var (shown, told) = (await get.Send(Tenant.Acme, things), await head.Send(Tenant.Acme, things));

        Assert.EndsWith("\n", told.Text, StringComparison.Ordinal);
        Assert.Equal(Head(shown.Without(things)), Head(told.Without(things)));
    }

    // The body is one line, and the last; without one there is nothing to send in chunks.
    private static string Head(string text) =>
        text[..text.LastIndexOf('\n')].Replace("Transfer-Encoding: chunked\n", "", StringComparison.Ordinal);
}
