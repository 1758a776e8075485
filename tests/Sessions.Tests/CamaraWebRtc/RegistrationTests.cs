using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.CamaraWebRtc;

public sealed class RegistrationTests : IAsyncLifetime
{
    private const string Registrations = CamaraClient.Registrations;
    private SessionsApp _app = null!;
    private CamaraClient _alice = null!;

    public async Task InitializeAsync()
    {
        _app = await CamaraUsers.Start();
        _alice = new(_app, CamaraUsers.Alice);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task A_device_is_registered_for_the_number_of_the_token_and_for_an_hour()
    {
        var created = (await _alice.Post(Registrations, Device())).Is(HttpStatusCode.OK);

        var id = created["registrationId"];
        Assert.True(Guid.TryParseExact(id, "D", out _));
        var expected = JsonNode.Parse($$"""
            {"regInfo":{"phoneNumber":"+17085852753","regStatus":"Registered"},"registrationId":"{{id}}",
             "expiresAt":"2026-03-14T10:26:53.589Z"}
            """);
        Assert.True(JsonNode.DeepEquals(expected, created.Body), created.Body!.ToJsonString());
        var fetched = (await _alice.Get($"{Registrations}/{id}")).Is(HttpStatusCode.OK);
        Assert.True(JsonNode.DeepEquals(expected, fetched.Body));
        var listed = await _alice.Get($"{Registrations}?deviceId={CamaraClient.Device}");
        Assert.True(JsonNode.DeepEquals(new JsonArray(expected), listed.Is(HttpStatusCode.OK).Body));
    }

    [Fact]
    public async Task A_device_that_registers_again_is_refreshed_and_keeps_its_id()
    {
        var id = await _alice.Register();
        _app.Clock.Advance(TimeSpan.FromMinutes(30));

        var again = await _alice.Post(Registrations, Device(CamaraClient.Device.ToUpperInvariant()));

        Assert.Equal(id, again.Is(HttpStatusCode.OK)["registrationId"]);
        Assert.Equal("2026-03-14T10:56:53.589Z", again["expiresAt"]);
    }

    [Fact]
    public async Task Of_many_who_register_one_device_at_once_all_get_the_same()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _alice.Register()));

        Assert.Single(ids.Distinct());
    }

    [Fact]
    public async Task A_registration_is_over_for_every_reader_at_the_very_moment_it_runs_out()
    {
        var id = await _alice.Register();
        _app.Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromTicks(1));
        (await _alice.Get($"{Registrations}/{id}")).Is(HttpStatusCode.OK);

        _app.Clock.Advance(TimeSpan.FromTicks(1));

        (await _alice.Get($"{Registrations}/{id}")).IsNotFound();
        (await _alice.Put($"{Registrations}/{id}", new JsonObject())).IsNotFound();
        (await _alice.Delete($"{Registrations}/{id}")).IsNotFound();
        Assert.Empty((await _alice.Get($"{Registrations}?deviceId={CamaraClient.Device}")).Body!.AsArray());
        (await _alice.Post(CamaraClient.StandardCalls, CamaraClient.NewCall(), ("registrationId", id))).IsInvalid();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_its_end_the_device_gets_a_new_id_whether_or_not_the_timer_has_run(bool swept)
    {
        var before = await _alice.Register();
        _app.Clock.Advance(TimeSpan.FromHours(1));
        if (swept)
        {
            Assert.Equal(1, await _app.Sweep());
        }

        var after = await _alice.Register();

        Assert.NotEqual(before, after);
        (await _alice.Get($"{Registrations}/{after}")).Is(HttpStatusCode.OK);
        Assert.Equal(0, await _app.Sweep());
    }

    [Theory]
    [InlineData("2026-03-14T10:00:00Z", "2026-03-14T10:00:00.000Z")]
    [InlineData("2026-03-14T12:00:00.123456789+02:00", "2026-03-14T10:00:00.123Z")]
    [InlineData("2030-01-01T00:00:00Z", "2026-03-15T09:26:53.589Z")]
    public async Task An_end_asked_for_is_taken_up_to_a_day(string asked, string given)
    {
        var created = await _alice.Post(Registrations, Device(CamaraClient.Device, asked));
        Assert.Equal(given, created.Is(HttpStatusCode.OK)["expiresAt"]);

        var path = $"{Registrations}/{await _alice.Register()}";
        var update = new JsonObject { ["registrationExpireTime"] = asked };

        Assert.Equal(given, (await _alice.Put(path, update)).Is(HttpStatusCode.OK)["expiresAt"]);
    }

    [Theory]
    [InlineData("2026-03-14T09:27:53Z")]
    [InlineData("2020-01-01T00:00:00Z")]
    public async Task An_end_within_a_minute_is_OUT_OF_RANGE(string asked)
    {
        (await _alice.Post(Registrations, Device(CamaraClient.Device, asked)))
            .IsError(HttpStatusCode.BadRequest, "OUT_OF_RANGE");
        var path = $"{Registrations}/{await _alice.Register()}";

        (await _alice.Put(path, new JsonObject { ["registrationExpireTime"] = asked }))
            .IsError(HttpStatusCode.BadRequest, "OUT_OF_RANGE");
    }

    [Fact]
    public async Task A_refresh_counts_from_now_and_needs_no_body()
    {
        var path = $"{Registrations}/{await _alice.Register()}";
        _app.Clock.Advance(TimeSpan.FromMinutes(59));

        Assert.Null((await _alice.Put(path, null)).Is(HttpStatusCode.NoContent).Body);

        Assert.Equal("2026-03-14T11:25:53.589Z", (await _alice.Get(path)).Is(HttpStatusCode.OK)["expiresAt"]);
    }

    [Fact]
    public async Task A_deleted_registration_is_gone_and_the_calls_made_with_it_go_on()
    {
        var id = await _alice.Register();
        var call = (await _alice.Post(
            CamaraClient.StandardCalls, CamaraClient.NewCall(), ("registrationId", id))).Is(HttpStatusCode.Created);

        (await _alice.Delete($"{Registrations}/{id}")).Is(HttpStatusCode.NoContent);

        (await _alice.Get($"{Registrations}/{id}")).IsNotFound();
        (await _alice.Delete($"{Registrations}/{id}")).IsNotFound();
        Assert.Equal("Initial", await _alice.StatusOf($"{CamaraClient.StandardCalls}/{call["mediaSessionId"]}"));
    }

    [Fact]
    public async Task An_eleventh_device_of_a_number_is_refused()
    {
        for (var i = 0; i < 10; i++)
        {
            await _alice.Register($"{i}d444840-9dc0-11d1-b245-5ffdce74fad2");
        }

        (await _alice.Post(Registrations, Device(CamaraClient.OtherDevice)))
            .IsError(HttpStatusCode.Forbidden, "MAX_REGISTRATION_PER_MSISDN");

        await _alice.Register("3d444840-9dc0-11d1-b245-5ffdce74fad2");
        _app.Clock.Advance(TimeSpan.FromHours(1));
        await _alice.Register(CamaraClient.OtherDevice);
    }

    [Fact]
    public async Task A_device_may_be_registered_for_each_number()
    {
        await _alice.Register();
        await new CamaraClient(_app, CamaraUsers.Bob).Register();
        var both = new CamaraClient(_app, CamaraUsers.AliceAndDora);

        var listed = await both.Get($"{Registrations}?deviceId={CamaraClient.Device}");

        Assert.Equal(["+17085852753"], listed.Body!.AsArray().Select(one => $"{one!["regInfo"]!["phoneNumber"]}"));
    }

    [Fact]
    public async Task A_token_with_several_numbers_registers_each_of_them_and_no_other()
    {
        var both = new CamaraClient(_app, CamaraUsers.AliceAndDora);
        foreach (var number in (string[])[CamaraUsers.AliceNumber, CamaraUsers.DoraNumber])
        {
            var made = await both.Post(Registrations, CamaraClient.With(Device(), ("phoneNumber", number)));
            Assert.Equal(number, $"{made.Is(HttpStatusCode.OK).Body!["regInfo"]!["phoneNumber"]}");
        }

        var listed = await both.Get($"{Registrations}?deviceId={CamaraClient.Device}");
        Assert.Equal(2, listed.Is(HttpStatusCode.OK).Body!.AsArray().Count);
        (await both.Post(Registrations, CamaraClient.With(Device(), ("phoneNumber", CamaraUsers.BobNumber))))
            .IsError(HttpStatusCode.Forbidden, "INVALID_TOKEN_CONTEXT");
        (await both.Post(Registrations, CamaraClient.With(Device(), ("phoneNumber", "Dora")))).IsInvalid();
    }

    [Fact]
    public async Task A_token_without_a_number_registers_nothing() =>
        (await new CamaraClient(_app, CamaraUsers.Nobody).Post(Registrations, Device()))
            .IsError(HttpStatusCode.Forbidden, "INVALID_TOKEN_CONTEXT");

    [Fact]
    public async Task The_standards_path_demands_a_live_registration_of_the_callers_own()
    {
        var bobs = await new CamaraClient(_app, CamaraUsers.Bob).Register();
        string[] wrong = [bobs, "", Guid.Empty.ToString("D"), "1/2?x=#", new('x', 300)];
        (await _alice.Post(CamaraClient.StandardCalls, CamaraClient.NewCall())).IsInvalid();

        foreach (var id in wrong)
        {
            (await _alice.Post(CamaraClient.StandardCalls, CamaraClient.NewCall(), ("registrationId", id))).IsInvalid();
        }

        (await _alice.Post(CamaraClient.Calls, CamaraClient.NewCall(), ("registrationId", bobs))).IsInvalid();
        var own = await _alice.Register();
        foreach (var path in (string[])[CamaraClient.StandardCalls, CamaraClient.Calls])
        {
            (await _alice.Post(path, CamaraClient.NewCall(), ("registrationId", own))).Is(HttpStatusCode.Created);
        }
    }

    private static JsonObject Device(string id = CamaraClient.Device, string? expireTime = null)
    {
        var body = new JsonObject { ["deviceId"] = id };
        return expireTime is null ? body : CamaraClient.With(body, ("registrationExpireTime", expireTime));
    }
}
