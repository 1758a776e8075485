using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Sessions.Tests.Support;

namespace Sessions.Tests.OpenApi;

/// <summary>The documents and their page, as browsers, tools and caches get them.</summary>
public sealed partial class ServingTests : IAsyncLifetime
{
    private static readonly string[] _inline = ["script", "style"];

    private SessionsApp _app = null!;
    private HttpClient _client = null!;

    public static TheoryData<string> Paths => ["/docs", "/openapi/operator.json"];

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start();
        _client = _app.Anonymous();
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task The_servers_address_is_the_one_that_the_request_came_to()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi/operator.json");
        request.Headers.Host = "sessions.example.com:8443";
        using var response = await _client.SendAsync(request);

        Assert.Contains(
            "\"servers\":[{\"url\":\"http://sessions.example.com:8443\"}]",
            await response.Content.ReadAsStringAsync(),
            StringComparison.Ordinal);
        Assert.Contains("Host", response.Headers.Vary);
    }

    [Fact]
    public async Task A_configured_address_goes_before_the_requests()
    {
        await using var app = await SessionsApp.Start(
            builder => builder.Configuration["Public:BaseUrl"] = "https://api.example.com/sessions/");

        var document = await Documents.Fetch(app, "operator");

        Assert.Equal("https://api.example.com/sessions", (string?)document["servers"]![0]!["url"]);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Who_has_it_already_gets_304(string path)
    {
        using var first = await _client.GetAsync(path);
        using var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await _client.SendAsync(again);
        using var other = new HttpRequestMessage(HttpMethod.Get, path);
        other.Headers.IfNoneMatch.Add(new EntityTagHeaderValue("\"other\""));
        using var third = await _client.SendAsync(other);

        Assert.Equal("public, max-age=300", first.Headers.CacheControl!.ToString());
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Equal(first.Headers.ETag, second.Headers.ETag);
        Assert.Equal("", await second.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, third.StatusCode);
    }

    [Fact]
    public async Task The_page_is_whole_and_its_policy_lets_it_run_and_nothing_else()
    {
        using var response = await _client.GetAsync("/docs");
        var html = await response.Content.ReadAsStringAsync();
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();

        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("default-src 'none'; connect-src 'self'; ", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", html, StringComparison.Ordinal);
        Assert.All(_inline, tag =>
        {
            var inline = Regex.Match(html, $"<{tag}[^>]*>(.*?)</{tag}>", RegexOptions.Singleline).Groups[1].Value;
            Assert.True(inline.Length > 500, $"There is no {tag}.");
            Assert.Contains($"{tag}-src '{HashOf(inline)}'", policy, StringComparison.Ordinal);
        });
        Assert.Empty(Elsewhere().Matches(html));
    }

    [Fact]
    public async Task The_page_links_to_every_document()
    {
        var html = await _client.GetStringAsync(new Uri("/docs", UriKind.Relative));

        Assert.All(Documents.Samples.Keys, slug =>
            Assert.Contains($"href=\"openapi/{slug}.json\"", html, StringComparison.Ordinal));
    }

    private static string HashOf(string text) =>
        "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>What would be fetched from another place, and handlers that the policy would stop.</summary>
    [GeneratedRegex(@"(?:src|href)=""(?:https?:)?//|@import|\son\w+=""|\sstyle=""")]
    private static partial Regex Elsewhere();
}
