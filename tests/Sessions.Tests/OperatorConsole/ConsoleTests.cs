using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.TestHost;
using Sessions.Hosting;
using Sessions.Hosting.SelfHosted;
using Sessions.Tests.Support;

namespace Sessions.Tests.OperatorConsole;

/// <summary>The console's files, as browsers get them. What the page does is in tests/clients/pages.</summary>
public sealed partial class ConsoleTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sessions-console-");
    private SessionsApp _app = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start();
        _client = _app.Anonymous();
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Its_policy_lets_it_load_its_own_files_and_nothing_else_and_nothing_stands_inline()
    {
        using var response = await _client.GetAsync("/console");
        var html = await response.Content.ReadAsStringAsync();
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();

        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; ", policy,
            StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("DENY", response.Headers.GetValues("X-Frame-Options").Single());
        Assert.DoesNotContain("{{", html, StringComparison.Ordinal);
        Assert.Empty(Inline().Matches(html));
    }

    [Fact]
    public async Task Every_file_that_it_names_is_there_and_every_module_that_those_name_is_among_them()
    {
        var html = await _client.GetStringAsync(new Uri("/console", UriKind.Relative));
        var named = Named().Matches(html).Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.Contains("console/app.js", named);
        Assert.Contains("console/console.css", named);
        foreach (var path in named)
        {
            using var response = await _client.GetAsync($"/{path}");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(TypeOf(path), response.Content.Headers.ContentType!.MediaType);
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
            var text = await response.Content.ReadAsStringAsync();
            Expect.None(Imported().Matches(text).Select(match => $"console/{match.Groups[1].Value}").Except(named));
        }
    }

    [Theory]
    [InlineData("/console")]
    [InlineData("/docs")]
    public async Task With_a_slash_behind_it_leads_to_the_page_from_which_what_it_names_is_found(string page)
    {
        using var response = await _client.GetAsync($"{page}/");

        Assert.Equal((HttpStatusCode.Found, page), (response.StatusCode, response.Headers.Location!.OriginalString));
    }

    [Fact]
    public async Task Who_has_a_file_already_gets_304()
    {
        using var first = await _client.GetAsync("/console/app.js");
        using var again = new HttpRequestMessage(HttpMethod.Get, "/console/app.js");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await _client.SendAsync(again);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Theory]
    [InlineData("/console/nothing.js")]
    [InlineData("/console/index.html")]
    [InlineData("/console/..%2fdocs%2fpage.html")]
    public async Task What_is_no_file_of_it_is_not_there(string path)
    {
        using var response = await _client.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task With_accounts_of_ones_own_it_knows_no_token_and_the_root_leads_nowhere()
    {
        var html = await _client.GetStringAsync(new Uri("/console", UriKind.Relative));
        var docs = await _client.GetStringAsync(new Uri("/docs", UriKind.Relative));
        using var root = await _client.GetAsync("/");

        Assert.DoesNotContain(DevelopmentAccount.Token, html, StringComparison.Ordinal);
        Assert.DoesNotContain(DevelopmentAccount.Secret, docs, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, root.StatusCode);
    }

    [Fact]
    [Trait("Host", "Kestrel")]
    public async Task With_the_development_account_it_signs_in_by_itself_and_the_root_leads_to_it()
    {
        await using var app = SelfHost.Build(
            [$"--Sqlite:Path={Path.Combine(_folder.FullName, "sessions.db")}"],
            builder => builder.WebHost.UseTestServer());
        await app.StartAsync();
        using var client = app.GetTestClient();

        using var root = await client.GetAsync("/");
        var html = await client.GetStringAsync(new Uri("/console", UriKind.Relative));
        var docs = await client.GetStringAsync(new Uri("/docs", UriKind.Relative));

        Assert.Equal((HttpStatusCode.Found, "/console"), (root.StatusCode, root.Headers.Location!.ToString()));
        Assert.Contains($"content=\"{DevelopmentAccount.Token}\"", html, StringComparison.Ordinal);
        Assert.Contains($"data-secret=\"{DevelopmentAccount.Secret}\"", docs, StringComparison.Ordinal);
        await app.StopAsync();
    }

    private static string TypeOf(string path) => Path.GetExtension(path) switch
    {
        ".js" => "text/javascript",
        ".css" => "text/css",
        _ => "image/svg+xml",
    };

    /// <summary>Scripts and styles in the page itself, handlers, and what comes from elsewhere.</summary>
    [GeneratedRegex(@"<script[^>]*>[^<]+</script>|<style|\son\w+=""|\sstyle=""|(?:src|href)=""(?:https?:)?//")]
    private static partial Regex Inline();

    [GeneratedRegex(@"(?:src|href)=""(console/[^""]+)""")]
    private static partial Regex Named();

    [GeneratedRegex(@"from '\./([\w.]+)'")]
    private static partial Regex Imported();
}
