using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Sessions.Configuration;
using Sessions.Http.Limits;
using Sessions.Tests.Conversation;
using Sessions.Tests.Metrics;
using Sessions.Tests.Support;

namespace Sessions.Tests.Limits;

/// <summary>The limits over HTTP, on the program's own server, since a socket is what they go by.</summary>
[Trait("Host", "Kestrel")]
[Trait("Store", "Own")]
public sealed class LimitTests : IAsyncLifetime
{
    private const string Talk = "/v1/conversation/sessions/talk/events";

    private readonly LogSink _log = new();
    private OwnServer _server = null!;

    public async Task InitializeAsync() => _server = await OwnServer.Start(builder =>
    {
        _log.ListenTo(builder);
        builder.Configuration["Limits:FailedSignIns"] = "3";
        builder.Configuration["Limits:Streams"] = "4";
    });

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _log.Dispose();
    }

    [Theory]
    [InlineData("/v1/Services")]
    [InlineData("/v1/conversation/sessions")]
    [InlineData("/rooms")]
    [InlineData("/v1/accounts/acme/sessions/x")]
    public async Task Wrong_credentials_of_one_address_are_refused_after_a_while_and_right_ones_never(string path)
    {
        using var guesser = Client().WithBearer("wrong");
        guesser.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
        if (path.StartsWith("/v1/S", StringComparison.Ordinal) || path.StartsWith("/v1/a", StringComparison.Ordinal))
        {
            guesser.WithBasic(TestAccounts.AcmeSid, "wrong");
        }

        for (var i = 0; i < 3; i++)
        {
            using var wrong = await guesser.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        }

        guesser.DefaultRequestHeaders.Remove("X-Forwarded-For");
        using var over = await guesser.GetAsync(new Uri(path, UriKind.Relative));
        using var right = Client().WithBasic(TestAccounts.AcmeSid, TestAccounts.AcmeSecret);
        using var served = await right.GetAsync(new Uri("/v1/Services", UriKind.Relative));

        Assert.Equal(HttpStatusCode.TooManyRequests, over.StatusCode);
        Assert.InRange(over.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Assert.Equal("\"failed-sign-ins\";q=3;w=60", over.Headers.GetValues("RateLimit-Policy").Single());
        Assert.StartsWith(
            "\"failed-sign-ins\";r=0;t=", over.Headers.GetValues("RateLimit").Single(), StringComparison.Ordinal);
        Assert.True(over.Headers.ConnectionClose);
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
    }

    [Fact]
    public async Task Wrong_credentials_are_counted_and_logged_with_their_address_and_without_themselves()
    {
        using var measured = new Measurements(_server.Services);
        using var guesser = Client().WithBasic(TestAccounts.AcmeSid, "guessed-password");
        for (var i = 0; i < 4; i++)
        {
            using var _ = await guesser.GetAsync(new Uri("/v1/Services", UriKind.Relative));
        }

        var told = _log.Of(typeof(SignInGuard).FullName!);
        Assert.Equal(4, measured.ValuesOf("sessions.sign_in.failed").Sum());
        Assert.Equal(3, told.Count(line => line.StartsWith(
            "Wrong credentials from 127.0.0.1 for TwilioProxy, request ", StringComparison.Ordinal)));
        Assert.Contains("3 wrong credentials from 127.0.0.1: more are refused for a minute", told);
        Expect.None(_log.All.Where(line => line.Contains("guessed-password", StringComparison.Ordinal)
            || line.Contains(guesser.DefaultRequestHeaders.Authorization!.Parameter!, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_account_has_half_of_the_streams_at_most()
    {
        using var alice = Client().WithBearer(TestAccounts.AcmeToken);
        using var oscar = Client().WithBearer(TestAccounts.OtherToken);
        await new ConversationClient(alice).New("talk");
        await new ConversationClient(oscar).New("talk");
        using var one = await Open(alice);
        var two = await Open(alice);

        using var over = await Open(alice);
        using var other = await Open(oscar);

        Assert.Equal(HttpStatusCode.TooManyRequests, over.StatusCode);
        Assert.Equal("1", over.Headers.RetryAfter!.ToString());
        Assert.Equal("\"streams\";q=4", over.Headers.GetValues("RateLimit-Policy").Single());
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);

        two.Dispose();
        HttpStatusCode again;
        do
        {
            using var later = await Open(alice);
            again = later.StatusCode;
        }
        while (again is HttpStatusCode.TooManyRequests);

        Assert.Equal(HttpStatusCode.OK, again);
    }

    [Theory]
    [InlineData("Limits:Requests", "0")]
    [InlineData("Limits:PageBytes", "much")]
    [InlineData("Limits:StreamDrain", "-1")]
    public void A_limit_that_cannot_be_used_keeps_the_program_from_starting(string key, string value)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { [key] = value }).Build();

        var refused = Assert.Throws<SettingsException>(() => LimitSettings.From(configuration));

        Assert.Contains(key.Replace(":", "__", StringComparison.Ordinal), refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "198.51.100.1, 203.0.113.9:4711", "203.0.113.9")]
    [InlineData(true, "[2001:db8:1:2:3:4:5:6]:80", "2001:db8:1:2::/64")]
    [InlineData(true, "nonsense", null)]
    [InlineData(true, "", null)]
    [InlineData(false, "203.0.113.9", "192.0.2.1")]
    public void An_address_is_the_last_hop_that_the_platform_wrote_or_the_sockets(
        bool behindHost, string forwarded, string? expected)
    {
        var context = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse("::ffff:192.0.2.1") } };
        context.Request.Headers["X-Forwarded-For"] = forwarded;

        Assert.Equal(expected, new ClientAddress(behindHost).Of(context));
    }

    private HttpClient Client() => new() { BaseAddress = _server.Address };

    private static Task<HttpResponseMessage> Open(HttpClient client) =>
        client.GetAsync(new Uri(Talk, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
}
