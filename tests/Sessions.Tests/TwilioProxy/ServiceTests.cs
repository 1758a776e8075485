using System.Net;
using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.TwilioProxy;

public sealed class ServiceTests : IAsyncLifetime
{
    private SessionsApp _app = null!;
    private ProxyClient _proxy = null!;

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start();
        _proxy = ProxyClient.Acme(_app);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task A_create_answers_the_whole_service_with_the_documented_defaults()
    {
        var reply = (await _proxy.Post("/v1/Services", ("UniqueName", "rides"))).Is(HttpStatusCode.Created);

        Assert.Matches("^KS[0-9a-f]{32}$", reply["sid"]);
        Assert.Equal("rides", reply["unique_name"]);
        Assert.Equal(TestAccounts.AcmeSid, reply["account_sid"]);
        Assert.Equal("0", reply["default_ttl"]);
        Assert.Equal("country", reply["geo_match_level"]);
        Assert.Equal("prefer-sticky", reply["number_selection_behavior"]);
        Assert.Equal("2026-03-14T09:26:53Z", reply["date_created"]);
        Assert.Equal("2026-03-14T09:26:53Z", reply["date_updated"]);
        Assert.Equal($"http://localhost/v1/Services/{reply["sid"]}", reply["url"]);
        Assert.Equal($"{reply["url"]}/Sessions", reply.Body!["links"]!["sessions"]!.ToString());
        Assert.Equal($"{reply["url"]}/PhoneNumbers", reply.Body["links"]!["phone_numbers"]!.ToString());
        Assert.Equal(
            ["account_sid", "callback_url", "chat_instance_sid", "date_created", "date_updated", "default_ttl",
                "geo_match_level", "intercept_callback_url", "links", "number_selection_behavior",
                "out_of_session_callback_url", "sid", "unique_name", "url"],
            reply.Body.AsObject().Select(member => member.Key).Order());
    }

    [Fact]
    public async Task A_create_keeps_every_parameter()
    {
        var path = await _proxy.NewService("all", _allParameters);

        var reply = (await _proxy.Get(path)).Is(HttpStatusCode.OK);

        Assert.Equal("3600", reply["default_ttl"]);
        Assert.Equal("https://example.com/callback", reply["callback_url"]);
        Assert.Equal("area-code", reply["geo_match_level"]);
        Assert.Equal("avoid-sticky", reply["number_selection_behavior"]);
        Assert.Equal("https://example.com/intercept", reply["intercept_callback_url"]);
        Assert.Equal("https://example.com/out", reply["out_of_session_callback_url"]);
        Assert.Equal("ISaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", reply["chat_instance_sid"]);
    }

    [Fact]
    public async Task A_service_is_fetched_by_its_sid_and_by_its_unique_name()
    {
        var path = await _proxy.NewService("my service");

        var bySid = (await _proxy.Get(path)).Is(HttpStatusCode.OK);
        var byName = (await _proxy.Get("/v1/Services/my%20service")).Is(HttpStatusCode.OK);

        Assert.Equal(bySid["sid"], byName["sid"]);
    }

    [Theory]
    [InlineData("/v1/Services/nobody")]
    [InlineData("/v1/Services/KSaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task An_unknown_service_is_20404_and_named(string path)
    {
        var reply = (await _proxy.Get(path)).IsError(20404, HttpStatusCode.NotFound);

        Assert.Equal($"The requested resource {path[3..]} was not found", reply["message"]);
    }

    [Fact]
    public async Task A_second_service_of_the_same_name_is_80602()
    {
        await _proxy.NewService("rides");

        (await _proxy.Post("/v1/Services", ("UniqueName", "rides"))).IsError(80602);
    }

    [Fact]
    public async Task Two_accounts_may_use_one_name_and_do_not_see_each_other()
    {
        var path = await _proxy.NewService("rides");
        var other = ProxyClient.Other(_app);

        (await other.Get(path)).IsError(20404, HttpStatusCode.NotFound);
        (await other.Post(path, ("DefaultTtl", "1"))).IsError(20404, HttpStatusCode.NotFound);
        (await other.Delete(path)).IsError(20404, HttpStatusCode.NotFound);
        await other.NewService("rides");
        Assert.Equal("0", (await _proxy.Get(path))["default_ttl"]);
    }

    [Fact]
    public async Task An_update_changes_what_it_names_and_nothing_else()
    {
        var path = await _proxy.NewService("before", _allParameters);
        _app.Clock.Advance(TimeSpan.FromMinutes(1));

        var reply = (await _proxy.Post(path, ("UniqueName", "after"), ("CallbackUrl", ""))).Is(HttpStatusCode.OK);

        Assert.Equal("after", reply["unique_name"]);
        Assert.Null(reply["callback_url"]);
        Assert.Equal("3600", reply["default_ttl"]);
        Assert.Equal("2026-03-14T09:26:53Z", reply["date_created"]);
        Assert.Equal("2026-03-14T09:27:53Z", reply["date_updated"]);
        (await _proxy.Get("/v1/Services/before")).IsError(20404, HttpStatusCode.NotFound);
        (await _proxy.Get("/v1/Services/after")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_rename_to_a_taken_name_is_80602_and_changes_nothing()
    {
        await _proxy.NewService("taken");
        var path = await _proxy.NewService("mine");

        (await _proxy.Post(path, ("UniqueName", "taken"), ("DefaultTtl", "5"))).IsError(80602);

        Assert.Equal("0", (await _proxy.Get(path))["default_ttl"]);
    }

    [Fact]
    public async Task A_deleted_service_is_gone_with_its_sessions_and_frees_its_name()
    {
        var path = await _proxy.NewService("gone");
        var session = await _proxy.NewSession(path, ("UniqueName", "inside"));

        var deleted = (await _proxy.Delete(path)).Is(HttpStatusCode.NoContent);

        Assert.Null(deleted.Body);
        (await _proxy.Get(path)).IsError(20404, HttpStatusCode.NotFound);
        (await _proxy.Get(session)).IsError(20404, HttpStatusCode.NotFound);
        (await _proxy.Delete(path)).IsError(20404, HttpStatusCode.NotFound);
        await _proxy.NewService("gone");
    }

    [Fact]
    public async Task The_sweep_removes_what_lay_under_a_deleted_service()
    {
        var path = await _proxy.NewService("gone");
        var session = await _proxy.NewSession(path);
        await _proxy.Delete(path);
        _app.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(1, await _app.Sweep());

        var partition = $"acme:twilio-proxy:{path[13..]}";
        var read = await _app.Store.Read(partition, session[^34..], CancellationToken.None);
        Assert.Equal(StoreOutcome.NotFound, read.Outcome);
    }

    [Fact]
    public async Task Services_are_listed_newest_first_under_their_key()
    {
        for (var i = 0; i < 3; i++)
        {
            await _proxy.NewService($"service-{i}");
            _app.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var list = (await _proxy.Get("/v1/Services")).Is(HttpStatusCode.OK);

        Assert.Equal(
            ["service-2", "service-1", "service-0"],
            list.Body!["services"]!.AsArray().Select(service => service!["unique_name"]!.ToString()));
        Assert.Equal("services", list.Body["meta"]!["key"]!.ToString());
    }

    [Theory]
    [InlineData("UniqueName", "")]
    [InlineData("DefaultTtl", "-1")]
    [InlineData("DefaultTtl", "soon")]
    [InlineData("DefaultTtl", "2147483648")]
    [InlineData("GeoMatchLevel", "planet")]
    [InlineData("NumberSelectionBehavior", "sticky")]
    [InlineData("CallbackUrl", "not a url")]
    [InlineData("InterceptCallbackUrl", "ftp://example.com")]
    [InlineData("OutOfSessionCallbackUrl", "/relative")]
    [InlineData("ChatInstanceSid", "KSaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task A_bad_parameter_is_20001_names_itself_and_changes_nothing(string name, string value)
    {
        var path = await _proxy.NewService("kept");
        var before = (await _proxy.Get(path)).Body!.ToJsonString();

        var refused = (await _proxy.Post(path, (name, value))).IsError(20001);

        Assert.Contains(name, refused["message"], StringComparison.Ordinal);
        Assert.Equal(before, (await _proxy.Get(path)).Body!.ToJsonString());
    }

    [Fact]
    public async Task A_service_needs_a_unique_name_of_at_most_191_characters()
    {
        (await _proxy.Post("/v1/Services")).IsError(20001);
        (await _proxy.Post("/v1/Services", ("UniqueName", new string('n', 192)))).IsError(20001);
        (await _proxy.Post("/v1/Services", ("UniqueName", new string('n', 191)))).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task An_update_with_the_etag_of_another_version_is_412_and_changes_nothing()
    {
        var path = await _proxy.NewService();
        var tag = (await _proxy.Get(path)).Headers["ETag"];
        await _proxy.Post(path, ("DefaultTtl", "1"));

        (await _proxy.PostWith([("If-Match", tag)], path, ("DefaultTtl", "2")))
            .IsError(20412, HttpStatusCode.PreconditionFailed);
        (await _proxy.Delete(path, ("If-Match", tag))).IsError(20412, HttpStatusCode.PreconditionFailed);

        var now = await _proxy.Get(path);
        Assert.Equal("1", now["default_ttl"]);
        (await _proxy.PostWith([("If-Match", now.Headers["ETag"])], path, ("DefaultTtl", "2"))).Is(HttpStatusCode.OK);
    }

    private static readonly (string Name, string Value)[] _allParameters =
    [
        ("DefaultTtl", "3600"),
        ("CallbackUrl", "https://example.com/callback"),
        ("GeoMatchLevel", "area-code"),
        ("NumberSelectionBehavior", "avoid-sticky"),
        ("InterceptCallbackUrl", "https://example.com/intercept"),
        ("OutOfSessionCallbackUrl", "https://example.com/out"),
        ("ChatInstanceSid", "ISaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
    ];
}
