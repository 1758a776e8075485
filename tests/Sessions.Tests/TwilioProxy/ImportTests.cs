using System.Net;

namespace Sessions.Tests.TwilioProxy;

/// <summary>An account's Proxy is brought from one installation into another.</summary>
public sealed class ImportTests : IAsyncLifetime
{
    private const string Ann = "+14155550001";
    private const string Bob = "+14155550002";
    private ImportHouse _house = null!;

    private ProxyClient There => _house.There;

    private ProxyClient Here => _house.Here;

    private string Service => _house.Service;

    private string Session => _house.Session;

    public async Task InitializeAsync() => _house = await ImportHouse.Start();

    public async Task DisposeAsync() => await _house.DisposeAsync();

    [Fact]
    public async Task All_that_lives_is_here_under_its_own_sid_and_goes_on()
    {
        var bob = (await There.NewParticipant(Session, Bob, ("ProxyIdentifier", "77777")))["sid"];
        await There.NewParticipant(await There.NewSession(Service), "+14155550003");
        await There.Post($"{Session}/Participants/{bob}/MessageInteractions", ("Body", "Hello"));
        await new CarrierClient(_house.Source).Message(Service, Ann, "+14155559001", "Hi");
        await There.NewSession(Service, ("Status", "closed"));
        await There.NewService("another");

        var report = await _house.Import();

        Assert.Equal(0, report.Differences);
        Assert.Contains("1 closed Sessions stay there", report.Summary(false), StringComparison.Ordinal);
        await _house.AreAlike();
        Assert.Equal(Session[^34..], (await Here.Get($"{Service}/Sessions/order"))["sid"]);
        (await Here.Post($"{Service}/Sessions", ("UniqueName", "order"))).IsError(80603);
        (await Here.Post($"{Service}/Sessions", ("Participants", Participant(Ann, "+14155559001")))).IsError(80604);
        (await Here.Post("/v1/Services", ("UniqueName", "masked"))).IsError(80602);
        (await Here.Post($"{Service}/PhoneNumbers", ("PhoneNumber", "+14155559001"))).IsError(80101);
        var answer = await new CarrierClient(_house.Target).Message(Service, Ann, "+14155559001", "And on");
        Assert.Equal(Bob, answer.Element("Message")!.Attribute("to")!.Value);
    }

    [Fact]
    public async Task A_session_ends_here_when_it_would_have_there()
    {
        await _house.Import();

        _house.Advance(TimeSpan.FromSeconds(3600 - 3));
        Assert.Equal("open", (await Here.Get(Session))["status"]);
        _house.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("closed", (await Here.Get(Session))["status"]);
        Assert.Equal("ttl", (await Here.Get(Session))["closed_reason"]);
    }

    [Fact]
    public async Task A_second_run_writes_nothing()
    {
        await _house.Import();
        var before = await ClaimInvariant.Everything(_house.Target, Service);

        var report = await _house.Import();

        Assert.Contains("Brought: 0 new, 0 changed", report.Summary(false), StringComparison.Ordinal);
        var after = await ClaimInvariant.Everything(_house.Target, Service);
        Assert.Equal(before.Select(document => document.ETag), after.Select(document => document.ETag));
    }

    [Fact]
    public async Task What_has_changed_at_the_source_follows_it()
    {
        var ending = await There.NewSession(Service, ("Participants", Participant(Bob)));
        await _house.Import();
        _house.Advance(TimeSpan.FromSeconds(5));
        await There.Post(Service, ("DefaultTtl", "60"), ("CallbackUrl", "https://example.com/told"));
        var number = (await There.List($"{Service}/PhoneNumbers", "phone_numbers"))[0]!["sid"];
        await There.Post($"{Service}/PhoneNumbers/{number}", ("IsReserved", "false"));
        await There.Post(Session, ("Ttl", "7200"));
        await There.NewParticipant(Session, "+14155550004");
        var ann = (await There.List($"{Session}/Participants", "participants"))[1]!["sid"];
        await There.Delete($"{Session}/Participants/{ann}");
        await There.Post(ending, ("Status", "closed"));

        var report = await _house.Import();

        Assert.Equal(0, report.Differences);
        await _house.AreAlike();
        Assert.Equal((await There.Get(ending)).Body!.ToJsonString(), (await Here.Get(ending)).Body!.ToJsonString());
        Assert.Contains("Brought: 0 new, 4 changed", report.Summary(false), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_changed_here_since_is_left_and_told()
    {
        await _house.Import();
        _house.Advance(TimeSpan.FromSeconds(5));
        await There.Post(Session, ("Ttl", "7200"));
        _house.Advance(TimeSpan.FromSeconds(5));
        await Here.Post(Session, ("Ttl", "60"));
        var made = await Here.NewSession(Service);

        var report = await _house.Import();

        Assert.Equal("60", (await Here.Get(Session))["ttl"]);
        Assert.Equal(2, report.Differences);
        Assert.Contains(
            $"Session {Session[^34..]} of {Service[^34..]}: date_updated, ttl; it was changed here since",
            report.Summary(false),
            StringComparison.Ordinal);
        Assert.Contains(
            $"Session {made[^34..]} of {Service[^34..]}: here, not at the source",
            report.Summary(false),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_under_a_service_that_was_changed_here_comes_all_the_same()
    {
        await _house.Import();
        _house.Advance(TimeSpan.FromSeconds(5));
        await Here.Post(Service, ("CallbackUrl", "https://new.example.com/told"));
        var late = await There.NewSession(Service, ("Participants", Participant(Bob)));

        var report = await _house.Import();

        Assert.Equal(1, report.Differences);
        Assert.Equal("https://new.example.com/told", (await Here.Get(Service))["callback_url"]);
        (await Here.Get(late)).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_store_that_is_busy_is_waited_for()
    {
        await _house.Import();
        var late = await There.NewSession(Service, ("Participants", Participant(Bob)));
        _house.Target.Store.Down = true;

        var import = _house.Import();
        for (var waited = 0; !import.IsCompleted; waited++)
        {
            await Task.Delay(10);
            _house.Target.Store.Down = waited < 5;
            _house.Target.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(0, (await import).Differences);
        (await Here.Get(late)).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_dry_run_writes_nothing_and_tells_what_differs()
    {
        var empty = await _house.Import(dryRun: true);
        Assert.Empty(await Here.List("/v1/Services", "services"));
        await _house.Import();
        _house.Advance(TimeSpan.FromSeconds(5));
        await There.Post(Session, ("Ttl", "7200"));
        await There.NewSession(Service, ("UniqueName", "late"));
        var before = await ClaimInvariant.Everything(_house.Target, Service);

        var report = await _house.Import(dryRun: true);

        Assert.Contains(
            $"Service {Service[^34..]}: at the source, not here", empty.Summary(true), StringComparison.Ordinal);
        Assert.Equal(2, report.Differences);
        Assert.Contains(
            $"{Session[^34..]} of {Service[^34..]}: date_updated, ttl",
            report.Summary(true),
            StringComparison.Ordinal);
        Assert.Contains("Nothing is written", report.Summary(true), StringComparison.Ordinal);
        var after = await ClaimInvariant.Everything(_house.Target, Service);
        Assert.Equal(before.Select(document => document.ETag), after.Select(document => document.ETag));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_another_ones_here_is_told_and_the_rest_comes(bool dryRun)
    {
        await Here.NewService("masked");
        var other = await There.NewService("other");

        var report = await _house.Import(dryRun);

        Assert.Contains(
            $"Service {Service[^34..]}: at the source, not here", report.Summary(dryRun), StringComparison.Ordinal);
        (await Here.Get(Service)).IsError(20404, HttpStatusCode.NotFound);
        (await Here.Get(other)).Is(dryRun ? HttpStatusCode.NotFound : HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_pair_that_is_another_sessions_here_is_80604_in_the_report()
    {
        await _house.Import();
        await Here.NewSession(Service, ("Participants", Participant(Bob, "+14155559001")));
        var bobs = await There.NewSession(Service, ("Participants", Participant(Bob, "+14155559001")));

        var report = await _house.Import();

        Assert.Contains(
            $"{bobs[^34..]} of {Service[^34..]}: at the source, not here: 80604",
            report.Summary(false),
            StringComparison.Ordinal);
        (await Here.Get(bobs)).IsError(20404, HttpStatusCode.NotFound);
        await ClaimInvariant.Holds(_house.Target, Service);
    }

    [Fact]
    public async Task A_service_that_was_deleted_here_comes_again_once_it_is_emptied()
    {
        await _house.Import();
        await Here.Delete(Service);

        var early = await _house.Import();
        Assert.Contains("in a minute", early.Summary(false), StringComparison.Ordinal);
        _house.Advance(TimeSpan.FromSeconds(30));
        await _house.Target.Sweep();
        var late = await _house.Import();

        Assert.Equal(0, late.Differences);
        await _house.AreAlike();
    }

    [Fact]
    public async Task A_number_carries_here_what_it_carries_there()
    {
        const string Page = """
            {"phone_numbers": [{"sid": "PN77777777777777777777777777777777", "phone_number": "+14155559007",
              "capabilities": {"sms_outbound": true, "sms_inbound": true, "voice_inbound": false},
              "date_created": "2026-03-14T09:26:53Z", "date_updated": "2026-03-14T09:26:53Z"}],
             "meta": {"key": "phone_numbers", "next_page_url": null}}
            """;
        _house.Faults = asked => asked.RequestUri!.AbsolutePath.EndsWith("/PhoneNumbers", StringComparison.Ordinal)
            ? new(HttpStatusCode.OK) { Content = new StringContent(Page) }
            : null;

        await _house.Import();

        var number = Assert.Single(await Here.List($"{Service}/PhoneNumbers", "phone_numbers"))!;
        Assert.Equal("false", $"{number["capabilities"]!["voice"]}");
        Assert.Equal("true", $"{number["capabilities"]!["sms"]}");
        Assert.Equal("false", $"{number["capabilities"]!["mms"]}");
    }

    private static string Participant(string identifier, string proxy = "+14155559001") =>
        ImportHouse.Participant(identifier, proxy);
}
