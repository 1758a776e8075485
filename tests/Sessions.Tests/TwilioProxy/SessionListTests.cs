using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.TwilioProxy;

public sealed class SessionListTests : IAsyncLifetime
{
    private SessionsApp _app = null!;
    private ProxyClient _proxy = null!;
    private string _service = "";

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start();
        _proxy = ProxyClient.Acme(_app);
        _service = await _proxy.NewService();
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task An_empty_list_has_the_whole_envelope()
    {
        var list = (await _proxy.Get($"{_service}/Sessions")).Is(HttpStatusCode.OK);

        Assert.Empty(list.Body!["sessions"]!.AsArray());
        var first = $"http://localhost{_service}/Sessions?PageSize=50&Page=0";
        var expected = new JsonObject
        {
            ["key"] = "sessions",
            ["page"] = 0,
            ["page_size"] = 50,
            ["url"] = first,
            ["first_page_url"] = first,
            ["previous_page_url"] = null,
            ["next_page_url"] = null,
        };
        Assert.Equal(expected.ToJsonString(), list.Body["meta"]!.ToJsonString());
    }

    [Fact]
    public async Task Pages_lead_on_to_the_end_and_back_to_the_beginning()
    {
        await Create(7);

        var forward = await Walk($"{_service}/Sessions?PageSize=3", "next_page_url");
        Assert.Equal([["6", "5", "4"], ["3", "2", "1"], ["0"]], forward.Names);

        var back = await Walk(forward.LastUrl, "previous_page_url");
        Assert.Equal([["0"], ["3", "2", "1"], ["6", "5", "4"]], back.Names);
    }

    [Fact]
    public async Task A_page_is_not_disturbed_by_what_is_created_or_deleted_meanwhile()
    {
        await Create(5);
        var first = await _proxy.Get($"{_service}/Sessions?PageSize=2");
        await _proxy.NewSession(_service, ("UniqueName", "late"));
        await _proxy.Delete($"{_service}/Sessions/{first.Body!["sessions"]![1]!["sid"]}");

        var second = await _proxy.Get(first.Body["meta"]!["next_page_url"]!.ToString());

        Assert.Equal(["2", "1"], NamesOf(second));
    }

    [Theory]
    [InlineData("PageSize=0")]
    [InlineData("PageSize=-5")]
    [InlineData("PageSize=many")]
    [InlineData("Page=-1")]
    [InlineData("Page=first")]
    [InlineData("Page=2")]
    [InlineData("PageToken=made-up")]
    [InlineData("PageToken=%00%ff")]
    public async Task A_bad_page_is_20001(string query) =>
        (await _proxy.Get($"{_service}/Sessions?{query}")).IsError(20001);

    [Fact]
    public async Task A_page_size_over_100_counts_as_100()
    {
        var list = await _proxy.Get($"{_service}/Sessions?PageSize=5000");

        Assert.Equal("100", list.Body!["meta"]!["page_size"]!.ToString());
    }

    [Fact]
    public async Task A_page_token_that_was_changed_or_is_another_lists_is_refused()
    {
        await Create(2);
        var next = (await _proxy.Get($"{_service}/Sessions?PageSize=1")).Body!["meta"]!["next_page_url"]!.ToString();
        var token = next[(next.IndexOf("PageToken=", StringComparison.Ordinal) + 10)..];
        var changed = (token[0] == 'A' ? 'B' : 'A') + token[1..];
        var another = await _proxy.NewService("another");

        (await _proxy.Get($"{_service}/Sessions?PageToken={changed}")).IsError(20001);
        (await _proxy.Get($"{another}/Sessions?PageToken={token}")).IsError(20001);
        (await _proxy.Get($"{_service}/Sessions?PageSize=1&Page=1&PageToken={token}")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Links_name_the_host_that_the_client_used()
    {
        var reply = await _proxy.Send(HttpMethod.Get, $"{_service}/Sessions", null, ("Host", "proxy.example.com:8443"));

        var url = reply.Body!["meta"]!["url"]!.ToString();
        Assert.StartsWith($"http://proxy.example.com:8443{_service}", url, StringComparison.Ordinal);
    }

    private async Task Create(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await _proxy.NewSession(_service, ("UniqueName", $"{i}"));
            _app.Clock.Advance(TimeSpan.FromTicks(1));
        }
    }

    private async Task<(List<List<string>> Names, string LastUrl)> Walk(string url, string direction)
    {
        List<List<string>> names = [];
        while (true)
        {
            var page = (await _proxy.Get(url)).Is(HttpStatusCode.OK);
            names.Add(NamesOf(page));
            if (page.Body!["meta"]![direction] is not { } next)
            {
                return (names, url);
            }

            url = next.ToString();
        }
    }

    private static List<string> NamesOf(ApiReply page) =>
        [.. page.Body!["sessions"]!.AsArray().Select(session => session!["unique_name"]!.ToString())];
}
