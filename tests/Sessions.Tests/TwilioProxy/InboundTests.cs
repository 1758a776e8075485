using System.Net;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Sessions.Tests.Support;

namespace Sessions.Tests.TwilioProxy;

/// <summary>What a carrier brings to the numbers of a Service.</summary>
public sealed class InboundTests : IAsyncLifetime
{
    private const string Ann = "+14155550001";
    private const string Bob = "+14155550002";
    private const string AnnsNumber = "+14155559001";
    private const string BobsNumber = "+14155559002";
    private SessionsApp _app = null!;
    private ProxyClient _proxy = null!;
    private CarrierClient _carrier = null!;
    private string _service = "";

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start();
        _proxy = ProxyClient.Acme(_app);
        _carrier = new(_app);
        _service = await _proxy.NewService();
        await _proxy.NewNumber(_service, AnnsNumber);
        await _proxy.NewNumber(_service, BobsNumber);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task A_message_goes_to_the_partner_from_the_partners_number()
    {
        var session = await NewSession();

        var answer = await _carrier.Message(
            _service, Ann, AnnsNumber, "Hi <Bob> & 😀\u0001", ("MediaUrl0", "https://example.com/m?a=1&b=2"));

        var message = answer.Element("Message")!;
        Assert.Equal(Bob, message.Attribute("to")!.Value);
        Assert.Equal(BobsNumber, message.Attribute("from")!.Value);
        Assert.Equal("Hi <Bob> & 😀", message.Element("Body")!.Value);
        Assert.Equal("https://example.com/m?a=1&b=2", message.Element("Media")!.Value);
        var interaction = Assert.Single(await _proxy.List($"{session}/Interactions", "interactions"))!;
        Assert.Equal("message", interaction["type"]!.ToString());
        Assert.Equal("SM00000000000000000000000000000001", interaction["inbound_resource_sid"]!.ToString());
        Assert.Equal("delivered", interaction["inbound_resource_status"]!.ToString());
        Assert.Equal("Message", interaction["inbound_resource_type"]!.ToString());
        Assert.Equal("queued", interaction["outbound_resource_status"]!.ToString());
        Assert.Equal("Hi <Bob> & 😀\u0001", JsonNode.Parse(interaction["data"]!.ToString())!["body"]!.ToString());
        Assert.Equal("in-progress", (await _proxy.Get(session))["status"]);
        Assert.Equal([Bob, Ann], await Sides(session, interaction));
    }

    [Fact]
    public async Task A_call_goes_to_the_partner_with_the_partners_number_as_caller()
    {
        var session = await NewSession();

        var dial = (await _carrier.Voice(_service, Bob, BobsNumber)).Element("Dial")!;

        Assert.Equal(AnnsNumber, dial.Attribute("callerId")!.Value);
        Assert.Equal(Ann, dial.Element("Number")!.Value);
        var interaction = Assert.Single(await _proxy.List($"{session}/Interactions", "interactions"))!;
        Assert.Equal("voice", interaction["type"]!.ToString());
        Assert.Equal("Call", interaction["inbound_resource_type"]!.ToString());
        Assert.Equal("in-progress", interaction["inbound_resource_status"]!.ToString());
    }

    [Fact]
    public async Task A_message_finds_its_session_in_one_read_and_costs_four_calls()
    {
        await NewSession();
        await _carrier.Message(_service, Ann, AnnsNumber, "one");

        Assert.Equal(4, await _app.Store.CallsOf(() => _carrier.Message(_service, Ann, AnnsNumber, "two")));
    }

    [Fact]
    public async Task A_webhook_that_is_called_again_answers_alike_and_records_once()
    {
        var session = await NewSession();
        var form = _carrier.MessageForm(Ann, AnnsNumber, "one");

        var first = await _carrier.Send($"{_service}/Inbound/Message", form);
        var again = await _carrier.Send($"{_service}/Inbound/Message", form);

        Assert.Equal(first, again);
        Assert.Single(await _proxy.List($"{session}/Interactions", "interactions"));
    }

    [Theory]
    [InlineData("message-only", false)]
    [InlineData("voice-only", true)]
    public async Task A_session_takes_only_what_its_mode_carries(string mode, bool message)
    {
        var session = await NewSession(("Mode", mode));

        var answer = message
            ? await _carrier.Message(_service, Ann, AnnsNumber, "one")
            : await _carrier.Voice(_service, Ann, AnnsNumber);

        AssertDeclined(answer, message);
        await NothingIn(session);
    }

    [Theory]
    [InlineData(Bob, AnnsNumber)]
    [InlineData(Ann, BobsNumber)]
    [InlineData(Ann, "+14155559999")]
    [InlineData("messenger:1", AnnsNumber)]
    public async Task Who_is_in_no_session_reaches_nobody(string from, string to)
    {
        var session = await NewSession();

        AssertDeclined(await _carrier.Message(_service, from, to, "one"), message: true);
        AssertDeclined(await _carrier.Voice(_service, from, to), message: false);
        await NothingIn(session);
    }

    [Theory]
    [InlineData("closed")]
    [InlineData("expired")]
    [InlineData("swept")]
    [InlineData("deleted")]
    [InlineData("alone")]
    public async Task Who_is_in_a_session_that_is_over_reaches_nobody(string end)
    {
        var session = await NewSession(("Ttl", "60"));
        if (end is "closed" or "deleted")
        {
            await (end == "closed" ? _proxy.Post(session, ("Status", "closed")) : _proxy.Delete(session));
        }
        else if (end is "alone")
        {
            var bob = (await _proxy.List($"{session}/Participants", "participants"))[0]!["sid"];
            (await _proxy.Delete($"{session}/Participants/{bob}")).Is(HttpStatusCode.NoContent);
        }
        else
        {
            _app.Clock.Advance(TimeSpan.FromSeconds(60));
            await (end == "swept" ? _app.Sweep() : Task.CompletedTask);
        }

        AssertDeclined(await _carrier.Message(_service, Ann, AnnsNumber, "late"), message: true);
        AssertDeclined(await _carrier.Voice(_service, Ann, AnnsNumber), message: false);
        Assert.Empty(await ClaimInvariant.All(_app, _service, "interaction"));
    }

    [Theory]
    [InlineData("STOP")]
    [InlineData(" stop\n")]
    [InlineData("Unsubscribe")]
    [InlineData("ARRET")]
    [InlineData("revoke")]
    [InlineData("OPTOUT")]
    [InlineData("unstop")]
    public async Task An_opt_out_word_is_dropped(string word)
    {
        var session = await NewSession();

        AssertDeclined(await _carrier.Message(_service, Ann, AnnsNumber, word), message: true);
        await NothingIn(session);
    }

    [Theory]
    [InlineData("START")]
    [InlineData("YES")]
    [InlineData("stop it")]
    public async Task Other_words_are_passed_on(string word)
    {
        await NewSession();

        Assert.NotNull((await _carrier.Message(_service, Ann, AnnsNumber, word)).Element("Message"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("not base64")]
    public async Task A_request_without_a_good_signature_is_refused_and_writes_nothing(string signature)
    {
        var session = await NewSession();
        var commits = _app.Store.Commits;

        var (status, _, text) = await _carrier.Send(
            $"{_service}/Inbound/Message", _carrier.MessageForm(Ann, AnnsNumber, "one"), signature);

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Equal(20003, (int)JsonNode.Parse(text)!["code"]!);
        Assert.Equal(commits, _app.Store.Commits);
        await NothingIn(session);
    }

    [Fact]
    public async Task A_signature_covers_the_address_and_every_field()
    {
        var session = await NewSession();
        var path = $"{_service}/Inbound/Message";
        var form = _carrier.MessageForm(Ann, AnnsNumber, "one");
        var signature = CarrierClient.Sign(TestAccounts.AcmeSecret, $"http://localhost{path}", form);

        foreach (var (otherPath, otherForm) in new[]
        {
            (path, form.Append(("Extra", "1")).ToArray()),
            (path, form.Select(field => field.Name == "Body" ? ("Body", "two") : field).ToArray()),
            ($"{path}?a=b", form),
            ($"{_service}/Inbound/Voice", form),
        })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await _carrier.Send(otherPath, otherForm, signature)).Status);
        }

        await NothingIn(session);
        Assert.Equal(HttpStatusCode.OK, (await _carrier.Send(path, form, signature)).Status);
    }

    [Fact]
    public async Task Another_accounts_signature_finds_no_service()
    {
        await NewSession();
        var other = new CarrierClient(_app, "other-signing-secret");

        var reply = await other.Send($"{_service}/Inbound/Message", other.MessageForm(Ann, AnnsNumber, "one"));

        Assert.Equal(HttpStatusCode.NotFound, reply.Status);
    }

    [Theory]
    [InlineData("From", "")]
    [InlineData("To", "")]
    [InlineData("MessageSid", "SM1")]
    [InlineData("MessageSid", "++00000000000000000000000000000001")]
    public async Task A_form_that_is_not_well_formed_is_20001(string name, string value)
    {
        (string Name, string Value)[] form =
        [
            .. _carrier.MessageForm(Ann, AnnsNumber, "one").Where(field => field.Name != name), (name, value),
        ];

        var (status, _, text) = await _carrier.Send($"{_service}/Inbound/Message", form);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(20001, (int)JsonNode.Parse(text)!["code"]!);
    }

    private Task<string> NewSession(params (string Name, string Value)[] more) => _proxy.NewSession(
        _service,
        [
            ("Participants", $$"""{"Identifier": "{{Ann}}", "ProxyIdentifier": "{{AnnsNumber}}"}"""),
            ("Participants", $$"""{"Identifier": "{{Bob}}", "ProxyIdentifier": "{{BobsNumber}}"}"""),
            .. more,
        ]);

    private async Task NothingIn(string session)
    {
        Assert.Empty(await _proxy.List($"{session}/Interactions", "interactions"));
        Assert.Equal("open", (await _proxy.Get(session))["status"]);
    }

    private async Task<string[]> Sides(string session, JsonNode interaction)
    {
        var people = (await _proxy.List($"{session}/Participants", "participants"))
            .ToDictionary(person => person!["sid"]!.ToString(), person => person!["identifier"]!.ToString());
        return
        [
            people[interaction["outbound_participant_sid"]!.ToString()],
            people[interaction["inbound_participant_sid"]!.ToString()],
        ];
    }

    private static void AssertDeclined(XElement answer, bool message) =>
        Assert.Equal(message ? [] : ["Reject"], answer.Elements().Select(verb => verb.Name.LocalName));
}
