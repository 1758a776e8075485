using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.CamaraWebRtc;
using Sessions.Tests.Support;
using Sessions.Tests.TwilioProxy;

namespace Sessions.Tests.Operator;

/// <summary>Whoever looks for a session finds it by what he has in his hand.</summary>
public sealed class FindTests : IAsyncLifetime
{
    private const string Ann = "+14155550001";
    private const string Find = "/operator/sessions/find";
    private SessionsApp _app = null!;
    private ProxyClient _proxy = null!;
    private ApiClient _operator = null!;
    private string _service = "";

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start(builder =>
        {
            builder.Configuration["Accounts:0:Tokens:8:Token"] = "operator-token";
            builder.Configuration["Accounts:0:Tokens:8:Subject"] = "otto";
            builder.Configuration["Accounts:0:Tokens:8:Scopes:0"] = "operator";
            builder.Configuration["Accounts:1:Tokens:8:Token"] = "installation-token";
            builder.Configuration["Accounts:1:Tokens:8:Scopes:0"] = "operator";
            builder.Configuration["Accounts:1:Tokens:8:Scopes:1"] = "installation";
        });
        _proxy = ProxyClient.Acme(_app);
        _operator = As("operator-token");
        _service = await _proxy.NewService();
        await _proxy.NewNumber(_service, "+14155559001");
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [InlineData("+14155550001")]
    [InlineData("+1 (415) 555-0001")]
    [InlineData("14155550001")]
    [InlineData("tel:+1-415-555-0001")]
    public async Task A_session_is_found_by_the_number_of_who_takes_part(string number)
    {
        var path = await _proxy.NewSession(_service);
        await _proxy.NewSession(_service);
        Assert.Empty(await Found(number));
        await _proxy.NewParticipant(path, Ann);

        Assert.Equal([path[^34..]], await Found(number));
        Assert.Empty(await Found("+14155550009"));
    }

    [Fact]
    public async Task A_session_is_found_by_its_own_id_by_a_short_and_a_long_one_and_by_its_name()
    {
        var path = await _proxy.NewSession(_service, ("UniqueName", "Order 4711"));
        var own = path[^34..];
        var name = $"twilio-proxy:{path.Split('/')[3]}~{own}";
        var fetched = (await _operator.Send(HttpMethod.Get, $"/operator/sessions/{name}")).Is(HttpStatusCode.OK);
        var id = (string)fetched["id"]!;

        Assert.Matches("^s[0-9a-z]{20}$", id);
        Assert.Equal(own, (await _operator.Send(HttpMethod.Get, $"/operator/sessions/{id}"))["sessionId"]);
        foreach (var text in new[] { own, id, name, "Order 4711", " order 4711 " })
        {
            Assert.Equal([own], await Found(text));
        }

        var closed = await _operator.Send(HttpMethod.Post, $"/operator/sessions/{id}/close");
        Assert.Equal("closed", closed.Is(HttpStatusCode.OK)["state"]);
        Assert.Equal([own], await Found(own));
    }

    [Fact]
    public async Task A_call_is_found_by_a_number_and_by_its_id_though_that_is_long()
    {
        var call = await As(TestAccounts.AcmeToken).Send(
            HttpMethod.Post, CamaraClient.Calls, Json(CamaraClient.NewCall().ToJsonString()));
        var own = (string)call.Is(HttpStatusCode.Created)["mediaSessionId"]!;

        Assert.Equal([own], await Found("+1 708 585 2753"));
        Assert.Equal([own], await Found(own));
    }

    [Fact]
    public async Task Only_who_looks_after_the_installation_finds_in_all_accounts()
    {
        var path = await _proxy.NewSession(_service);
        await _proxy.NewParticipant(path, Ann);
        var others = As("installation-token");

        Assert.Empty(await Found(Ann, others));
        Assert.Equal([path[^34..]], await Found(Ann, others, allAccounts: true));
        var found = (await Send(Ann, others, allAccounts: true)).Body!["sessions"]![0]!;
        Assert.Equal("acme", (string?)found["account"]);
        Assert.Equal([path[^34..]], await Found(path[^34..], others, allAccounts: true));
        (await Send(Ann, _operator, allAccounts: true)).Is(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task No_number_and_no_name_is_in_what_a_session_is_found_by()
    {
        var path = await _proxy.NewSession(_service, ("UniqueName", "Order 4711"));
        await _proxy.NewParticipant(path, Ann);

        var stored = (await _app.Store.Read(
            $"acme:twilio-proxy:{path.Split('/')[3]}", path[^34..], CancellationToken.None)).Value!;

        Assert.Matches("^s[0-9a-z]{20} n[0-9a-z]{20} t[0-9a-z]{20}$", stored.Terms);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"text":" "}""")]
    [InlineData("""{"text":7}""")]
    public async Task What_says_nothing_to_find_is_400(string body) =>
        (await _operator.Send(HttpMethod.Post, Find, Json(body))).Is(HttpStatusCode.BadRequest);

    [Fact]
    public async Task A_timeline_tells_what_happened_by_whom_and_what_was_told_of_it()
    {
        await using var sink = await WebhookSink.Start();
        await _proxy.Post(_service, ("CallbackUrl", $"{sink.Url}/told"));
        var path = await _proxy.NewSession(_service);
        Later();
        await _proxy.NewParticipant(path, Ann);
        Later();
        var bob = await _proxy.NewParticipant(path, "+14155550002");
        Later();
        await _proxy.Post($"{path}/Participants/{bob["sid"]}/MessageInteractions", ("Body", "hello"));
        Later();
        await _proxy.Send(HttpMethod.Delete, $"{path}/Participants/{bob["sid"]}");
        Later();
        var id = Assert.Single((await Send(path[^34..], _operator)).Body!["sessions"]!.AsArray())!["id"];
        (await _operator.Send(HttpMethod.Post, $"/operator/sessions/{id}/close")).Is(HttpStatusCode.OK);
        await Expect.Soon(async () => (await Entries(id!)).Any(
            entry => (string?)entry["event"]?["state"] == "delivered"));

        var entries = await Entries(id!);
        Assert.Equal(
            ["created", "joined", "joined", "started", "told", "left", "closed"],
            entries.Select(entry => (string)entry["what"]!).Where(what => what != "changed"));
        Assert.Equal(TestAccounts.AcmeSid, (string?)entries[0]["who"]);
        Assert.Equal("otto", (string?)entries[^1]["who"]);
        Assert.Equal(entries.Select(entry => (DateTimeOffset)entry["at"]!).Order(), entries.Select(
            entry => (DateTimeOffset)entry["at"]!));
        var events = await _operator.Send(HttpMethod.Get, $"/operator/events?session={id}");
        Assert.NotEmpty(events.Is(HttpStatusCode.OK).Body!["events"]!.AsArray());
    }

    [Fact]
    public async Task A_session_whose_time_ran_out_was_ended_by_nobody()
    {
        var path = await _proxy.NewSession(_service, ("Ttl", "60"));
        var id = (string)Assert.Single((await Send(path[^34..], _operator)).Body!["sessions"]!.AsArray())!["id"]!;
        _app.Clock.Advance(TimeSpan.FromSeconds(61));
        var before = (await Entries(id))[^1];
        await _app.Sweep();
        var after = (await Entries(id))[^1];

        Assert.Equal("expired expiry", $"{before["what"]} {before["who"]}");
        Assert.Equal(before.ToJsonString(), after.ToJsonString());
    }

    private void Later() => _app.Clock.Advance(TimeSpan.FromSeconds(1));

    private async Task<List<JsonNode>> Entries(JsonNode id) =>
    [
        .. (await _operator.Send(HttpMethod.Get, $"/operator/sessions/{id}/timeline")).Is(HttpStatusCode.OK)
            .Body!["entries"]!.AsArray().Select(entry => entry!),
    ];

    private async Task<List<string>> Found(string text, ApiClient? client = null, bool allAccounts = false) =>
    [
        .. (await Send(text, client ?? _operator, allAccounts)).Is(HttpStatusCode.OK)
            .Body!["sessions"]!.AsArray().Select(session => (string)session!["sessionId"]!),
    ];

    private static Task<ApiReply> Send(string text, ApiClient client, bool allAccounts = false) => client.Send(
        HttpMethod.Post, Find, Json(new JsonObject { ["text"] = text, ["allAccounts"] = allAccounts }.ToJsonString()));

    private static StringContent Json(string body) => new(body, System.Text.Encoding.UTF8, "application/json");

    private ApiClient As(string token) => new(_app.Anonymous().WithBearer(token));
}
