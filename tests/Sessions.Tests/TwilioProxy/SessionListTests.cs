using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting;
using Sessions.Tests.Support;

namespace Sessions.Tests.TwilioProxy;

public sealed class SessionListTests : IAsyncLifetime
{
    private SessionsApp _app = null!;
    private ProxyClient _proxy = null!;
    private string _service = "";

    public Task InitializeAsync() => Start();

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
    public async Task A_page_of_large_ones_ends_early_and_the_next_one_goes_on()
    {
        await DisposeAsync();
        await Start(builder => builder.Configuration["Limits:PageBytes"] = "1000");
        await Create(20);

        var pages = (await Walk($"{_service}/Sessions?PageSize=100", "next_page_url")).Names;

        Assert.InRange(pages.Count, 2, 19);
        Assert.Equal(Enumerable.Range(0, 20).Reverse().Select(number => $"{number}"), pages.SelectMany(page => page));
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
    public async Task A_list_of_one_status_leads_on_to_the_end_and_back()
    {
        await Create(0, 3, "open");
        await Create(3, 4, "closed");
        await Create(7, 3, "open");

        var forward = await Walk($"{_service}/Sessions?Status=open&PageSize=2", "next_page_url");

        Assert.Equal(["o9", "o8", "o7", "o2", "o1", "o0"], forward.Names.SelectMany(page => page));
        Assert.All(forward.Names, page => Assert.InRange(page.Count, 0, 2));
        var back = await Walk(forward.LastUrl, "previous_page_url");
        Assert.Equal(
            forward.Names.SelectMany(page => page), back.Names.AsEnumerable().Reverse().SelectMany(page => page));
        var closed = await Walk($"{_service}/Sessions?Status=closed", "next_page_url");
        Assert.Equal([["c6", "c5", "c4", "c3"]], closed.Names);
        Assert.Contains("?Status=open&PageSize=2&Page=", forward.LastUrl, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_has_run_out_is_among_the_closed_ones_at_once()
    {
        var path = await _proxy.NewSession(_service, ("Ttl", "60"));
        _app.Clock.Advance(TimeSpan.FromSeconds(60));

        Assert.Empty(await _proxy.List($"{_service}/Sessions?Status=open", "sessions"));
        var closed = Assert.Single(await _proxy.List($"{_service}/Sessions?Status=closed", "sessions"));
        Assert.Equal(path[^34..], closed!["sid"]!.ToString());
    }

    [Fact]
    public async Task A_page_of_a_filter_reads_no_more_than_a_thousand_and_then_names_the_next_one()
    {
        await _proxy.NewSession(_service, ("UniqueName", "oldest"), ("Status", "in-progress"));
        _app.Clock.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(Enumerable.Range(0, 1001).Select(_ => _proxy.NewSession(_service)));

        var first = await _proxy.Get($"{_service}/Sessions?Status=in-progress");
        var calls = await _app.Store.CallsOf(() => _proxy.Get($"{_service}/Sessions?Status=in-progress"));

        Assert.Empty(first.Is(HttpStatusCode.OK).Body!["sessions"]!.AsArray());
        Assert.Equal(2, calls);
        var second = await _proxy.Get(first.Body!["meta"]!["next_page_url"]!.ToString());
        Assert.Equal(["oldest"], NamesOf(second));
        Assert.Null(second.Body!["meta"]!["next_page_url"]);
    }

    [Fact]
    public async Task A_page_token_is_of_its_filter_alone()
    {
        await Create(2);
        var next = (await _proxy.Get($"{_service}/Sessions?Status=open&PageSize=1")).Body!["meta"]!["next_page_url"]!
            .ToString();

        (await _proxy.Get(next.Replace("Status=open&", "", StringComparison.Ordinal))).IsError(20001);
        (await _proxy.Get(next.Replace("open", "closed", StringComparison.Ordinal))).IsError(20001);
        (await _proxy.Get($"{_service}/Sessions?Status=lively")).IsError(20001);
    }

    [Fact]
    public async Task Every_session_of_a_list_is_as_it_is_fetched()
    {
        await _proxy.NewNumber(_service, "+15550000001");
        var taken = await _proxy.NewSession(
            _service, ("UniqueName", "taken"), ("Mode", "voice-only"), ("DateExpiry", "2030-07-30T20:00:00Z"));
        await _proxy.NewParticipant(taken, "+15551110001");
        await _proxy.NewSession(_service, ("Ttl", "1"), ("Status", "in-progress"));
        await _proxy.NewSession(_service, ("Status", "closed"));
        _app.Clock.Advance(TimeSpan.FromSeconds(1));

        var list = await _proxy.List($"{_service}/Sessions", "sessions");

        Assert.Equal(["closed", "closed", "open"], list.Select(session => session!["status"]!.ToString()).Order());
        foreach (var listed in list)
        {
            var fetched = await _proxy.Get($"{_service}/Sessions/{listed!["sid"]}");
            Assert.Equal(fetched.Is(HttpStatusCode.OK).Body!.ToJsonString(), listed.ToJsonString());
        }
    }

    [Fact]
    public async Task Links_name_the_host_that_the_client_used()
    {
        var reply = await _proxy.Send(HttpMethod.Get, $"{_service}/Sessions", null, ("Host", "proxy.example.com:8443"));

        var url = reply.Body!["meta"]!["url"]!.ToString();
        Assert.StartsWith($"http://proxy.example.com:8443{_service}", url, StringComparison.Ordinal);
    }

    private async Task Start(Action<IHostApplicationBuilder>? configure = null)
    {
        _app = await SessionsApp.Start(configure);
        _proxy = ProxyClient.Acme(_app);
        _service = await _proxy.NewService();
    }

    private async Task Create(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await _proxy.NewSession(_service, ("UniqueName", $"{i}"));
            _app.Clock.Advance(TimeSpan.FromTicks(1));
        }
    }

    private async Task Create(int first, int count, string status)
    {
        for (var i = first; i < first + count; i++)
        {
            await _proxy.NewSession(_service, ("UniqueName", $"{status[0]}{i}"), ("Status", status));
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
