using System.Net;
using Microsoft.Extensions.Configuration;
using Sessions.Configuration;
using Sessions.Http;
using Sessions.Tests.Support;
using Sessions.Tests.Surfaces;

namespace Sessions.Tests.Http;

/// <summary>
/// What pages of other origins may call, path by path. Chromium's own judgement is in tests/clients/browsers.
/// </summary>
public sealed class CorsTests : IAsyncLifetime
{
    private const string Named = "https://app.example.com";

    private SessionsApp _app = null!;

    public static TheoryData<string, string> Paths
    {
        get
        {
            var data = new TheoryData<string, string>
            {
                { "GET", "/health/live" }, { "GET", "/docs" }, { "GET", "/openapi/conversation.json" },
            };
            foreach (var function in HttpFunction.All)
            {
                data.Add(function.Methods[0], function.Path(id => SurfaceSamples.Of(function).Absent[id]));
            }

            return data;
        }
    }

    public async Task InitializeAsync() =>
        _app = await SessionsApp.Start(builder => builder.Configuration["Cors:Origins:0"] = Named);

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_preflight_is_answered_on_every_path_without_credentials(string method, string path)
    {
        using var reply = await Preflight(Named, method, path);

        Assert.Equal(HttpStatusCode.NoContent, reply.StatusCode);
        Assert.Equal(Named, Header(reply, "Access-Control-Allow-Origin"));
        Assert.Contains(method, Header(reply, "Access-Control-Allow-Methods")!.Split(", "));
        Assert.Contains("Authorization", Header(reply, "Access-Control-Allow-Headers")!.Split(", "));
        Assert.Equal("7200", Header(reply, "Access-Control-Max-Age"));
        Assert.Equal("Origin", Header(reply, "Vary"));
    }

    [Theory]
    [InlineData("https://other.example.com")]
    [InlineData("http://app.example.com")]
    [InlineData("https://app.example.com:8443")]
    [InlineData("null")]
    public async Task A_page_that_is_not_named_is_refused_in_the_surfaces_shape_and_told_of_the_setting(string origin)
    {
        using var reply = await Preflight(origin, "POST", "/v1/conversation/sessions");

        Assert.Equal(HttpStatusCode.Forbidden, reply.StatusCode);
        Assert.Null(Header(reply, "Access-Control-Allow-Origin"));
        Assert.Equal("Origin", Header(reply, "Vary"));
        var text = await reply.Content.ReadAsStringAsync();
        Assert.Contains("Cors__Origins__0", text, StringComparison.Ordinal);
        Assert.Contains("\"code\":7", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_that_is_not_there_lets_the_page_see_that()
    {
        using var preflight = await Preflight(Named, "PUT", "/v1/conversation/nowhere");
        using var reply = await Send(HttpMethod.Put, "/v1/conversation/nowhere", ("Origin", Named));

        Assert.Contains("PUT", Header(preflight, "Access-Control-Allow-Methods"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, reply.StatusCode);
        Assert.Equal(Named, Header(reply, "Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Every_answer_varies_by_origin_and_shows_a_page_the_headers_that_it_needs()
    {
        using var page = await Send(HttpMethod.Get, "/v1/conversation/sessions", ("Origin", Named));
        using var program = await Send(HttpMethod.Get, "/v1/conversation/sessions");
        using var document = await Send(HttpMethod.Get, "/openapi/conversation.json", ("Origin", Named));

        Assert.Equal(HttpStatusCode.Unauthorized, page.StatusCode);
        string[] needed = ["ETag", "Location", "Retry-After", "RateLimit", "X-Request-Id"];
        Assert.Empty(needed.Except(Header(page, "Access-Control-Expose-Headers")!.Split(", ")));
        Assert.Null(Header(program, "Access-Control-Allow-Origin"));
        Assert.Equal("Origin", Header(program, "Vary"));
        Assert.Equal("Origin, Host", Header(document, "Vary"));
    }

    [Theory]
    [InlineData("http://localhost:5173", true)]
    [InlineData("http://127.0.0.1", true)]
    [InlineData("https://[::1]:3000", true)]
    [InlineData("http://localhost.example.com", false)]
    [InlineData("http://192.168.0.2", false)]
    [InlineData("file://", false)]
    [InlineData("null", false)]
    public void Pages_of_this_machine_may_call_only_while_nobody_else_can(string origin, bool may)
    {
        var nothing = new ConfigurationBuilder().Build();

        Assert.Equal(may, Cors.From(nothing, anyLoopback: true).Allows(origin));
        Assert.False(Cors.From(nothing).Allows(origin));
    }

    [Theory]
    [InlineData("https://app.example.com:443/", "https://app.example.com")]
    [InlineData("HTTPS://App.Example.com", "https://app.example.com")]
    public void An_origin_is_read_as_browsers_write_it(string setting, string origin) =>
        Assert.True(Cors.From(With(setting)).Allows(origin));

    [Theory]
    [InlineData("*")]
    [InlineData("app.example.com")]
    [InlineData("https://app.example.com/path")]
    [InlineData("ftp://app.example.com")]
    public void What_is_no_origin_is_refused_at_start(string setting)
    {
        var refused = Assert.Throws<SettingsException>(() => Cors.From(With(setting)));

        Assert.Contains("Cors__Origins", refused.Message, StringComparison.Ordinal);
    }

    private static IConfiguration With(string origin) => new ConfigurationBuilder()
        .AddInMemoryCollection([new("Cors:Origins:0", origin)]).Build();

    private Task<HttpResponseMessage> Preflight(string origin, string method, string path) => Send(
        HttpMethod.Options,
        path,
        ("Origin", origin),
        ("Access-Control-Request-Method", method),
        ("Access-Control-Request-Headers", "authorization,content-type"));

    private async Task<HttpResponseMessage> Send(
        HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var client = _app.Anonymous();
        return await client.SendAsync(request);
    }

    private static string? Header(HttpResponseMessage reply, string name) =>
        reply.Headers.TryGetValues(name, out var values)
        || reply.Content.Headers.TryGetValues(name, out values)
            ? string.Join(", ", values)
            : null;
}
