using System.Net;
using Sessions.Tests.Support;

namespace Sessions.Tests.TwilioProxy;

public sealed class PhoneNumberTests : IAsyncLifetime
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
    public async Task A_number_is_added_by_its_digits()
    {
        var added = (await _proxy.Post($"{_service}/PhoneNumbers", ("PhoneNumber", "+14155551234")))
            .Is(HttpStatusCode.Created);

        Assert.Matches("^PN[0-9a-f]{32}$", added["sid"]);
        Assert.Equal(TestAccounts.AcmeSid, added["account_sid"]);
        Assert.Equal(_service[^34..], added["service_sid"]);
        Assert.Equal("+14155551234", added["phone_number"]);
        Assert.Equal("(415) 555-1234", added["friendly_name"]);
        Assert.Equal("US", added["iso_country"]);
        Assert.Equal("false", added["is_reserved"]);
        Assert.Equal("0", added["in_use"]);
        Assert.True((bool)added.Body!["capabilities"]!["sms"]! && (bool)added.Body["capabilities"]!["voice_inbound"]!);
        Assert.Equal($"http://localhost{_service}/PhoneNumbers/{added["sid"]}", added["url"]);
        var fetched = (await _proxy.Get($"{_service}/PhoneNumbers/{added["sid"]}")).Is(HttpStatusCode.OK);
        Assert.Equal(added.Body.ToJsonString(), fetched.Body!.ToJsonString());
    }

    [Theory]
    [InlineData("+14165551234", "CA")]
    [InlineData("+18765551234", "JM")]
    [InlineData("+442071838750", "GB")]
    [InlineData("+4930901820", "DE")]
    [InlineData("+77273000000", "KZ")]
    [InlineData("+74950000000", "RU")]
    [InlineData("+35312345678", "IE")]
    [InlineData("+447781123456", "GG")]
    [InlineData("+12735550123", "CA")]
    [InlineData("+15551234567", "US")]
    [InlineData("+8821300000", null)]
    [InlineData("+99912345678", null)]
    public async Task A_number_tells_its_country(string number, string? country)
    {
        var path = await _proxy.NewNumber(_service, number);

        Assert.Equal(country, (await _proxy.Get(path))["iso_country"]);
    }

    [Fact]
    public async Task A_number_is_added_by_a_sid_and_keeps_it_for_ever()
    {
        var sid = "PN" + new string('a', 32);
        var form = new[] { ("Sid", sid), ("PhoneNumber", "+14155551234") };
        (await _proxy.Post($"{_service}/PhoneNumbers", form)).Is(HttpStatusCode.Created);
        (await _proxy.Delete($"{_service}/PhoneNumbers/{sid}")).Is(HttpStatusCode.NoContent);

        var again = (await _proxy.Post($"{_service}/PhoneNumbers", ("Sid", sid))).Is(HttpStatusCode.Created);

        Assert.Equal("+14155551234", again["phone_number"]);
        (await _proxy.Post($"{_service}/PhoneNumbers", ("Sid", sid), ("PhoneNumber", "+14155550000"))).IsError(20001);
        (await _proxy.Post(
            $"{_service}/PhoneNumbers", ("Sid", "PN" + new string('b', 32)), ("PhoneNumber", "+14155551234")))
            .IsError(20001);
    }

    [Fact]
    public async Task A_sid_alone_that_nobody_knows_is_20001_which_says_what_to_send()
    {
        var refused = (await _proxy.Post($"{_service}/PhoneNumbers", ("Sid", "PN" + new string('c', 32))))
            .IsError(20001);

        Assert.Contains("Send PhoneNumber beside it", refused["message"], StringComparison.Ordinal);
        Assert.Empty(await _proxy.List($"{_service}/PhoneNumbers", "phone_numbers"));
    }

    [Theory]
    [InlineData("PhoneNumber", "14155551234")]
    [InlineData("PhoneNumber", "+0155551234")]
    [InlineData("PhoneNumber", "+1415555123456789")]
    [InlineData("PhoneNumber", "+1415555123\n")]
    [InlineData("PhoneNumber", "")]
    [InlineData("Sid", "SC00000000000000000000000000000000")]
    [InlineData("IsReserved", "maybe")]
    public async Task A_bad_parameter_is_20001(string name, string value) =>
        (await _proxy.Post($"{_service}/PhoneNumbers", (name, value))).IsError(20001);

    [Fact]
    public async Task A_number_is_in_one_service_of_the_account_only()
    {
        var other = await _proxy.NewService("other");
        var path = await _proxy.NewNumber(_service, "+14155551234");

        (await _proxy.Post($"{other}/PhoneNumbers", ("PhoneNumber", "+14155551234"))).IsError(80101);
        (await _proxy.Post($"{_service}/PhoneNumbers", ("PhoneNumber", "+14155551234"))).IsError(80101);
        await ProxyClient.Other(_app).NewNumber(await ProxyClient.Other(_app).NewService(), "+14155551234");

        (await _proxy.Delete(path)).Is(HttpStatusCode.NoContent);
        (await _proxy.Get(path)).IsError(20404, HttpStatusCode.NotFound);
        await _proxy.NewNumber(other, "+14155551234");
    }

    [Fact]
    public async Task Of_many_services_that_want_a_number_at_once_one_gets_it()
    {
        var services = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => _proxy.NewService($"race-{i}")));

        var replies = await Task.WhenAll(
            services.Select(service => _proxy.Post($"{service}/PhoneNumbers", ("PhoneNumber", "+14155551234"))));

        Assert.Single(replies, reply => reply.Status == HttpStatusCode.Created);
        Assert.All(replies.Where(reply => reply.Status != HttpStatusCode.Created), reply => reply.IsError(80101));
    }

    [Fact]
    public async Task The_numbers_of_a_deleted_service_are_free_at_once()
    {
        await _proxy.NewNumber(_service, "+14155551234");
        (await _proxy.Delete(_service)).Is(HttpStatusCode.NoContent);

        await _proxy.NewNumber(await _proxy.NewService("next"), "+14155551234");
    }

    [Fact]
    public async Task A_number_whose_add_was_never_finished_is_free_after_a_minute()
    {
        var other = await _proxy.NewService("other");
        var path = await _proxy.NewNumber(_service, "+14155551234");

        // What is left when a process ends between the two writes of an add.
        var partition = $"acme:twilio-proxy:{_service[^34..]}";
        await _app.Store.Commit(partition, [new Sessions.Storage.Write.Delete(path[^34..])], CancellationToken.None);

        (await _proxy.Post($"{other}/PhoneNumbers", ("PhoneNumber", "+14155551234"))).IsError(80101);
        _app.Clock.Advance(TimeSpan.FromMinutes(1));
        await _proxy.NewNumber(other, "+14155551234");
    }

    [Fact]
    public async Task A_number_is_reserved_and_freed()
    {
        var path = await _proxy.NewNumber(_service, "+14155551234", ("IsReserved", "true"));
        Assert.Equal("true", (await _proxy.Get(path))["is_reserved"]);
        _app.Clock.Advance(TimeSpan.FromSeconds(1));

        var freed = (await _proxy.Post(path, ("IsReserved", "false"))).Is(HttpStatusCode.OK);

        Assert.Equal("false", freed["is_reserved"]);
        Assert.NotEqual(freed["date_created"], freed["date_updated"]);
        Assert.Equal(freed.Body!.ToJsonString(), (await _proxy.Get(path)).Body!.ToJsonString());
        (await _proxy.PostWith([("If-Match", "\"other\"")], path, ("IsReserved", "true")))
            .IsError(20412, HttpStatusCode.PreconditionFailed);
    }

    [Fact]
    public async Task A_number_in_use_is_counted_and_not_removed()
    {
        var path = await _proxy.NewNumber(_service, "+14155551234");
        var session = await _proxy.NewSession(_service, ("Ttl", "60"));
        await _proxy.NewParticipant(session, "+14155550001");
        await _proxy.NewParticipant(session, "+14155550002");

        Assert.Equal("1", (await _proxy.Get(path))["in_use"]);
        Assert.Equal(1, (int)(await _proxy.List($"{_service}/PhoneNumbers", "phone_numbers"))[0]!["in_use"]!);
        (await _proxy.Delete(path)).IsError(80611);

        _app.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("0", (await _proxy.Get(path))["in_use"]);
        (await _proxy.Delete(path)).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task The_list_holds_the_numbers_page_by_page()
    {
        foreach (var i in Enumerable.Range(0, 5))
        {
            _app.Clock.Advance(TimeSpan.FromSeconds(1));
            await _proxy.NewNumber(_service, $"+1415555000{i}");
        }

        var first = (await _proxy.Get($"{_service}/PhoneNumbers?PageSize=3")).Is(HttpStatusCode.OK);
        var second = await _proxy.Get(first.Body!["meta"]!["next_page_url"]!.ToString());

        Assert.Equal("phone_numbers", first.Body["meta"]!["key"]!.ToString());
        Assert.Equal(
            ["+14155550004", "+14155550003", "+14155550002", "+14155550001", "+14155550000"],
            first.Body["phone_numbers"]!.AsArray().Concat(second.Body!["phone_numbers"]!.AsArray())
                .Select(number => number!["phone_number"]!.ToString()));
    }

    [Fact]
    [Trait("Host", "Kestrel")]
    public async Task A_pool_holds_500_unreserved_numbers()
    {
        foreach (var i in Enumerable.Range(0, 500))
        {
            await _proxy.NewNumber(_service, $"+14155550{i:D3}");
        }

        (await _proxy.Post($"{_service}/PhoneNumbers", ("PhoneNumber", "+14155559999"))).IsError(80622);
        var reserved = await _proxy.NewNumber(_service, "+14155559998", ("IsReserved", "true"));
        (await _proxy.Post(reserved, ("IsReserved", "false"))).IsError(80622);
    }

    [Fact]
    public async Task A_short_code_is_added_by_its_sid()
    {
        var sid = "SC" + new string('a', 32);

        var added = (await _proxy.Post($"{_service}/ShortCodes", ("Sid", sid), ("ShortCode", "77777")))
            .Is(HttpStatusCode.Created);

        Assert.Equal(sid, added["sid"]);
        Assert.Equal("77777", added["short_code"]);
        Assert.False((bool)added.Body!["capabilities"]!["voice"]!);
        var reserved = await _proxy.Post($"{_service}/ShortCodes/{sid}", ("IsReserved", "true"));
        Assert.Equal("true", reserved.Is(HttpStatusCode.OK)["is_reserved"]);
        Assert.Equal(sid, (await _proxy.List($"{_service}/ShortCodes", "short_codes"))[0]!["sid"]!.ToString());
        (await _proxy.Get($"{_service}/PhoneNumbers/{sid}")).IsError(20404, HttpStatusCode.NotFound);
        (await _proxy.Delete($"{_service}/ShortCodes/{sid}")).Is(HttpStatusCode.NoContent);
        (await _proxy.Get($"{_service}/ShortCodes/{sid}")).IsError(20404, HttpStatusCode.NotFound);
        (await _proxy.Post($"{_service}/ShortCodes")).IsError(20001);
    }

    [Fact]
    public async Task Made_up_short_codes_are_never_the_same()
    {
        // The first digits that these two get are the same ones.
        var (one, other) = ("SC0000000000000000000000000000003d", "SC0000000000000000000000000000004d");
        var first = (await _proxy.Post($"{_service}/ShortCodes", ("Sid", one))).Is(HttpStatusCode.Created);
        var second = (await _proxy.Post($"{_service}/ShortCodes", ("Sid", other))).Is(HttpStatusCode.Created);

        Assert.Matches("^9[0-9]{5}$", first["short_code"]);
        Assert.Matches("^9[0-9]{5}$", second["short_code"]);
        Assert.NotEqual(first["short_code"], second["short_code"]);
        (await _proxy.Delete($"{_service}/ShortCodes/{other}")).Is(HttpStatusCode.NoContent);
        var again = (await _proxy.Post($"{_service}/ShortCodes", ("Sid", other))).Is(HttpStatusCode.Created);
        Assert.Equal(second["short_code"], again["short_code"]);
    }

    [Fact]
    public async Task A_repeated_add_under_one_idempotency_key_answers_the_same_number()
    {
        (string, string)[] key = [("Idempotency-Key", "k")];
        var first = await _proxy.PostWith(key, $"{_service}/PhoneNumbers", ("PhoneNumber", "+14155551234"));
        var again = await _proxy.PostWith(key, $"{_service}/PhoneNumbers", ("PhoneNumber", "+14155551234"));

        Assert.Equal(first.Is(HttpStatusCode.Created)["sid"], again.Is(HttpStatusCode.Created)["sid"]);
    }

    [Fact]
    public async Task A_repeated_add_after_the_removal_answers_as_before_and_keeps_the_number_from_nobody()
    {
        (string, string)[] key = [("Idempotency-Key", "k")];
        var number = ("PhoneNumber", "+14155551234");
        var first = (await _proxy.PostWith(key, $"{_service}/PhoneNumbers", number)).Is(HttpStatusCode.Created);
        (await _proxy.Delete($"{_service}/PhoneNumbers/{first["sid"]}")).Is(HttpStatusCode.NoContent);

        var again = (await _proxy.PostWith(key, $"{_service}/PhoneNumbers", number)).Is(HttpStatusCode.Created);

        Assert.Equal(first["sid"], again["sid"]);
        var other = await _proxy.NewService("other");
        (await _proxy.Post($"{other}/PhoneNumbers", number)).Is(HttpStatusCode.Created);
    }
}
