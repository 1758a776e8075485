using System.Net;
using Sessions.Tests.Support;

namespace Sessions.Tests.TwilioProxy;

/// <summary>Numbers of an account that has a carrier: what they are is the carrier's word.</summary>
public sealed class CarrierNumberTests : IAsyncLifetime
{
    private const string Digits = "+14155559001";
    private static readonly string[] _routes =
    [
        "sms_url", "sms_method", "sms_application_sid", "voice_url", "voice_method", "voice_application_sid",
        "trunk_sid",
    ];

    private SimulatedCarrier _carrier = null!;
    private SessionsApp _app = null!;
    private ProxyClient _proxy = null!;
    private string _service = "";

    public async Task InitializeAsync()
    {
        _carrier = await SimulatedCarrier.Start();
        _app = await SessionsApp.Start(builder => _carrier.Configure(builder));
        _proxy = ProxyClient.Acme(_app);
        _service = await _proxy.NewService();
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _carrier.DisposeAsync();
    }

    [Fact]
    public async Task A_sid_alone_gives_the_number_with_its_digits_and_what_it_carries()
    {
        var sid = _carrier.Own(Digits);
        _carrier.Number(sid)["capabilities"]!["mms"] = false;

        var added = (await Add(("Sid", sid))).Is(HttpStatusCode.Created);

        Assert.Equal((sid, Digits, "US"), (added["sid"], added["phone_number"], added["iso_country"]));
        Assert.Equal("number 9001", added["friendly_name"]);
        var capabilities = added.Body!["capabilities"]!.AsObject();
        Assert.Equal(
            ["sms", "sms_inbound", "sms_outbound", "voice", "voice_inbound", "voice_outbound"],
            capabilities.Where(one => (bool)one.Value!).Select(one => one.Key).Order());
    }

    [Fact]
    public async Task Digits_alone_give_the_number_with_the_carriers_sid()
    {
        var sid = _carrier.Own(Digits);

        Assert.Equal(sid, (await Add(("PhoneNumber", Digits))).Is(HttpStatusCode.Created)["sid"]);
    }

    [Fact]
    public async Task A_short_code_has_the_carriers_digits_and_leads_here_until_it_is_removed()
    {
        var sid = _carrier.OwnShortCode("72345");

        var added = (await _proxy.Post($"{_service}/ShortCodes", ("Sid", sid))).Is(HttpStatusCode.Created);

        Assert.Equal((sid, "72345"), (added["sid"], added["short_code"]));
        Assert.EndsWith(
            $"{_service}/Inbound/Message", (string?)_carrier.Number(sid)["sms_url"], StringComparison.Ordinal);
        (await _proxy.Delete($"{_service}/ShortCodes/{sid}")).Is(HttpStatusCode.NoContent);
        await Settle();
        Assert.Equal(
            ("https://before.example.com/sms", "GET"),
            ((string?)_carrier.Number(sid)["sms_url"], (string?)_carrier.Number(sid)["sms_method"]));
        (await _proxy.Post($"{_service}/ShortCodes", ("Sid", _carrier.NewSid("SC")))).IsError(80301);
    }

    [Fact]
    public async Task What_is_not_the_accounts_is_refused()
    {
        var sid = _carrier.Own(Digits);

        (await Add(("Sid", _carrier.NewSid("PN")))).IsError(80301);
        (await Add(("PhoneNumber", "+14155559002"))).IsError(80606);
        (await Add(("Sid", sid), ("PhoneNumber", "+14155559002"))).IsError(20001);
        Assert.Empty(await _proxy.List($"{_service}/PhoneNumbers", "phone_numbers"));
    }

    [Theory]
    [InlineData(CarrierFault.Fail)]
    [InlineData(CarrierFault.TooMany)]
    [InlineData(CarrierFault.LoseRequest)]
    public async Task A_carrier_that_fails_is_80502_and_the_next_try_adds_the_number(CarrierFault fault)
    {
        var sid = _carrier.Own(Digits);
        foreach (var _ in Enumerable.Range(0, 2))
        {
            _carrier.Fault($"IncomingPhoneNumbers/{sid}", fault);
        }

        (await Add(("Sid", sid))).IsError(80502, HttpStatusCode.ServiceUnavailable);
        (await Add(("Sid", sid))).IsError(80502, HttpStatusCode.ServiceUnavailable);
        (await Add(("Sid", sid))).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_number_leads_to_its_service_while_it_is_in_the_pool_and_then_where_it_led_before()
    {
        var sid = _carrier.Own(
            Digits, ("sms_application_sid", $"AP{new string('a', 32)}"), ("trunk_sid", $"TK{new string('b', 32)}"));
        var before = Routes(sid);

        (await Add(("Sid", sid))).Is(HttpStatusCode.Created);

        var inbound = $"{SimulatedCarrier.PublicUrl}{_service}/Inbound";
        Assert.Equal(
            [$"{inbound}/Message", "POST", "", $"{inbound}/Voice", "POST", "", ""], Routes(sid));

        (await _proxy.Delete($"{_service}/PhoneNumbers/{sid}")).Is(HttpStatusCode.NoContent);
        await Settle();
        Assert.Equal(before, Routes(sid));
    }

    [Fact]
    public async Task A_number_that_goes_on_to_another_service_at_once_is_given_back_as_it_was_at_first()
    {
        var sid = _carrier.Own(Digits);
        var before = Routes(sid);
        var next = await _proxy.NewService("next");
        (await Add(("Sid", sid))).Is(HttpStatusCode.Created);
        (await _proxy.Delete($"{_service}/PhoneNumbers/{sid}")).Is(HttpStatusCode.NoContent);

        (await _proxy.Post($"{next}/PhoneNumbers", ("Sid", sid))).Is(HttpStatusCode.Created);
        await Settle();
        Assert.Equal($"{SimulatedCarrier.PublicUrl}{next}/Inbound/Message", Routes(sid)[0]);

        (await _proxy.Delete($"{next}/PhoneNumbers/{sid}")).Is(HttpStatusCode.NoContent);
        await Settle();
        Assert.Equal(before, Routes(sid));
    }

    [Fact]
    public async Task A_number_that_is_given_back_too_late_leads_to_the_service_that_has_it_by_then()
    {
        var sid = _carrier.Own(Digits);
        var before = Routes(sid);
        var next = await _proxy.NewService("next");
        (await Add(("Sid", sid))).Is(HttpStatusCode.Created);
        foreach (var _ in Enumerable.Range(0, 6))
        {
            _carrier.Fault($"POST IncomingPhoneNumbers/{sid}", CarrierFault.Slow);
        }

        (await _proxy.Delete($"{_service}/PhoneNumbers/{sid}")).Is(HttpStatusCode.NoContent);
        var returning = Task.CompletedTask;
        await Expect.Soon(() =>
        {
            if (returning.IsCompleted)
            {
                _app.Clock.Advance(TimeSpan.FromMinutes(3));
                returning = _app.DeliverDue();
            }

            return Task.FromResult(
                _carrier.Asked.Any(asked => asked.Form.GetValueOrDefault("SmsUrl") == before[0]));
        });
        _app.Clock.Advance(TimeSpan.FromSeconds(5));
        await returning;
        _carrier.NoMoreFaults();
        (await _proxy.Post($"{next}/PhoneNumbers", ("Sid", sid))).Is(HttpStatusCode.Created);

        _carrier.GoOn();
        await Expect.Soon(() => Task.FromResult(Routes(sid).SequenceEqual(before)));
        await Settle();

        Assert.Equal($"{SimulatedCarrier.PublicUrl}{next}/Inbound/Message", Routes(sid)[0]);
    }

    [Fact]
    public async Task What_somebody_has_changed_at_the_carrier_since_is_left_alone()
    {
        var sid = _carrier.Own(Digits);
        (await Add(("Sid", sid))).Is(HttpStatusCode.Created);
        _carrier.Number(sid)["sms_url"] = "https://elsewhere.example.com";

        (await _proxy.Delete($"{_service}/PhoneNumbers/{sid}")).Is(HttpStatusCode.NoContent);
        await Settle();

        Assert.Equal("https://elsewhere.example.com", Routes(sid)[0]);
        Assert.Equal("https://demo.twilio.com/docs/voice.xml", Routes(sid)[3]);
    }

    [Fact]
    public async Task The_numbers_of_a_deleted_service_are_given_back()
    {
        string[] sids = [_carrier.Own(Digits), _carrier.Own("+14155559002"), _carrier.Own("+14155559003")];
        var before = sids.Select(Routes).ToList();
        foreach (var sid in sids)
        {
            (await Add(("Sid", sid))).Is(HttpStatusCode.Created);
        }

        (await _proxy.Delete(_service)).Is(HttpStatusCode.NoContent);
        _app.Clock.Advance(TimeSpan.FromMinutes(1));
        await _app.Sweep();
        await Settle();

        Assert.Equal(before, sids.Select(Routes));
    }

    [Fact]
    public async Task Which_sid_has_which_digits_is_the_carriers_word_whatever_was_known_before()
    {
        var sid = _carrier.Own(Digits);
        (await Add(("Sid", sid))).Is(HttpStatusCode.Created);
        _carrier.Number(sid)["phone_number"] = "+14155559002";
        (await Add(("Sid", sid))).IsError(80101);
        (await _proxy.Delete($"{_service}/PhoneNumbers/{sid}")).Is(HttpStatusCode.NoContent);

        Assert.Equal("+14155559002", (await Add(("Sid", sid))).Is(HttpStatusCode.Created)["phone_number"]);
        _app.Clock.Advance(TimeSpan.FromSeconds(1));
        (await _proxy.Delete($"{_service}/PhoneNumbers/{sid}")).Is(HttpStatusCode.NoContent);

        // Bought again, it has another SID.
        _carrier.Number(sid)["phone_number"] = "+14155559003";
        var again = _carrier.Own("+14155559002");
        Assert.Equal(again, (await Add(("Sid", again))).Is(HttpStatusCode.Created)["sid"]);
        Assert.Equal("+14155559003", (await Add(("Sid", sid))).Is(HttpStatusCode.Created)["phone_number"]);
    }

    [Theory]
    [InlineData("voice", "voice-only", 80201)]
    [InlineData("voice", "voice-and-message", 80201)]
    [InlineData("sms", "message-only", 80202)]
    [InlineData("sms", "voice-and-message", 80202)]
    public async Task A_mode_that_asks_for_what_no_number_has_is_refused(string lacking, string mode, int code)
    {
        var sid = _carrier.Own(Digits);
        _carrier.Number(sid)["capabilities"]![lacking] = false;
        (await Add(("Sid", sid))).Is(HttpStatusCode.Created);
        const string Ann = """{"Identifier": "+14155550001"}""";

        (await _proxy.Post($"{_service}/Sessions", ("Mode", mode), ("Participants", Ann))).IsError(code);
        var able = lacking == "sms" ? "voice-only" : "message-only";
        (await _proxy.Post($"{_service}/Sessions", ("Mode", able), ("Participants", Ann))).Is(HttpStatusCode.Created);
        const string Asking = $$"""{"Identifier": "+14155550002", "ProxyIdentifier": "{{Digits}}"}""";
        var asked = await _proxy.Post($"{_service}/Sessions", ("Mode", mode), ("Participants", Asking));
        if (mode == "voice-and-message")
        {
            asked.Is(HttpStatusCode.Created);
        }
        else
        {
            asked.IsError(code);
        }
    }

    private Task<ApiReply> Add(params (string Name, string Value)[] form) =>
        _proxy.Post($"{_service}/PhoneNumbers", form);

    // What was sent too early is sent again.
    private async Task Settle()
    {
        foreach (var _ in Enumerable.Range(0, 6))
        {
            _app.Clock.Advance(TimeSpan.FromMinutes(3));
            await _app.DeliverDue();
        }
    }

    private string[] Routes(string sid)
    {
        var number = _carrier.Number(sid);
        return [.. _routes.Select(name => $"{number[name]}")];
    }
}
