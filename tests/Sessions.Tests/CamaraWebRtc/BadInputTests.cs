using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.CamaraWebRtc;

public sealed class BadInputTests : IAsyncLifetime
{
    private SessionsApp _app = null!;
    private CamaraClient _alice = null!;

    public async Task InitializeAsync()
    {
        _app = await CamaraUsers.Start(workers: 0);
        _alice = new(_app, CamaraUsers.Alice);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [InlineData("""{"originatorAddress":null}""")]
    [InlineData("""{"receiverAddress":null}""")]
    [InlineData("""{"offer":null}""")]
    [InlineData("""{"offer":{}}""")]
    [InlineData("""{"offer":{"sdp":""}}""")]
    [InlineData("""{"offer":{"sdp":5}}""")]
    [InlineData("""{"offer":"v=0"}""")]
    [InlineData("""{"answer":{"sdp":"v=0"}}""")]
    [InlineData("""{"status":"Connected"}""")]
    [InlineData("""{"status":"initial"}""")]
    [InlineData("""{"callType":"regular"}""")]
    [InlineData("""{"mediaSessionId":5}""")]
    [InlineData("""{"originatorName":["Alice"]}""")]
    [InlineData("""{"originatorName":"\ud800"}""")]
    [InlineData("""{"receiverAddress":"+17085854000"}""")]
    [InlineData("""{"receiverAddress":"tel:+1234"}""")]
    [InlineData("""{"receiverAddress":"tel:+1234567890123456"}""")]
    [InlineData("""{"receiverAddress":"tel:17085854000"}""")]
    [InlineData("""{"receiverAddress":"tel:+17085854000\n"}""")]
    [InlineData("""{"receiverAddress":"sip:bob@host"}""")]
    [InlineData("""{"receiverAddress":"sip:bob smith@example.com"}""")]
    [InlineData("""{"receiverAddress":"sip:anonymous@anonymous.invalid"}""")]
    [InlineData("""{"receiverAddress":""}""")]
    [InlineData("""{"locationDetails":{"shape":"Square"}}""")]
    [InlineData("""{"locationDetails":{"method":"map"}}""")]
    [InlineData("""{"locationDetails":{"timestamp":"2026-03-14T09:00:00"}}""")]
    [InlineData("""{"locationDetails":{"confidence":{"pdf":"odd"}}}""")]
    [InlineData("""{"locationDetails":{"coordinates":{"latitude":1}}}""")]
    [InlineData("""{"locationDetails":{"shape":"Ellipsoid","coordinates":{"latitude":1,"longitude":1,"radius":1}}}""")]
    [InlineData("""{"locationDetails":{"coordinates":{"latitude":1,"longitude":1,"radius":1,"zAxis":1}}}""")]
    public async Task A_bad_member_of_a_create_is_INVALID_ARGUMENT(string members) =>
        (await Create(members)).IsInvalid();

    [Theory]
    [InlineData("""{"latitude":90.1,"longitude":0,"radius":1}""")]
    [InlineData("""{"latitude":0,"longitude":-181,"radius":1}""")]
    [InlineData("""{"latitude":0,"longitude":0,"radius":-1}""")]
    [InlineData("""{"latitude":0,"longitude":0,"radius":1e999}""")]
    public async Task A_place_that_cannot_be_is_OUT_OF_RANGE(string coordinates) =>
        (await Create($$$"""{"locationDetails":{"coordinates":{{{coordinates}}}}}"""))
            .IsError(HttpStatusCode.BadRequest, "OUT_OF_RANGE");

    [Theory]
    [InlineData("tel:+12345")]
    [InlineData("tel:+123456789012345")]
    [InlineData("tel:110;phone-context=+49")]
    [InlineData("tel:*100#;phone-context=ims.example.com")]
    [InlineData("sip:bob.smith+1%2F@example-host.co.uk")]
    [InlineData("sip:110;phone-context=ims.example.com@ims.example.com;user=phone")]
    public async Task Every_form_of_address_of_the_standard_is_taken(string address) =>
        Assert.Equal(address, (await _alice.Get(await _alice.Call(("receiverAddress", address))))["receiverAddress"]);

    [Theory]
    [InlineData("tel:1;phone-context=")]
    [InlineData("sip:")]
    [InlineData("urn:service:so")]
    public async Task A_hostile_address_is_refused_as_fast_as_any(string start)
    {
        var watch = Stopwatch.StartNew();
        foreach (var letters in (string[])["a-", "a.", "-", "a"])
        {
            var hostile = start + string.Concat(Enumerable.Repeat(letters, 100_000)) + "!";
            (await Create(new JsonObject { ["receiverAddress"] = hostile }.ToJsonString())).IsInvalid();
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
    }

    [Fact]
    public async Task Texts_are_limited_to_the_character()
    {
        await _alice.Call(("originatorName", new string('ü', 256)), ("offer", Sdp(new('v', 65_536))));

        (await Create(("originatorName", new string('ü', 257)))).IsInvalid();
        (await Create(("receiverName", new string('ü', 257)))).IsInvalid();
        (await Create(("receiverAddress", $"sip:{new string('b', 256)}@example.com"))).IsInvalid();
        (await Create(("offer", Sdp(new('v', 65_537))))).IsInvalid();
    }

    [Fact]
    public async Task The_largest_offer_and_answer_fit_into_one_update()
    {
        var largest = Sdp(string.Concat(Enumerable.Repeat("\r\n", 32_768)));
        var path = await _alice.Call(("offer", largest.DeepClone()));

        var reply = await new CamaraClient(_app, CamaraUsers.Bob).Put($"{path}/status", new JsonObject
        {
            ["status"] = "Connected", ["offer"] = largest, ["answer"] = largest.DeepClone(),
        });

        Assert.Equal("Connected", reply.Is(HttpStatusCode.OK)["status"]);
    }

    [Theory]
    [InlineData("""{"unknown":1}""")]
    [InlineData("""{}}""")]
    [InlineData("""{"status":"Unknown"}""")]
    [InlineData("""{"status":null}""")]
    [InlineData("""{"status":1}""")]
    [InlineData("""{"receiverSessionStatus":{}}""")]
    [InlineData("""{"receiverSessionStatus":"Ringing"}""")]
    [InlineData("""{"status":"Connected","answer":{}}""")]
    [InlineData("""[]""")]
    [InlineData("""null""")]
    [InlineData("Ringing")]
    public async Task A_bad_update_is_INVALID_ARGUMENT_and_changes_nothing(string body)
    {
        var path = await _alice.Call();

        (await _alice.Send(HttpMethod.Put, $"{path}/status", body)).IsInvalid();

        Assert.Equal("Initial", await _alice.StatusOf(path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{")]
    [InlineData("{}}")]
    [InlineData("{'a':1}")]
    public async Task What_is_no_json_object_is_INVALID_ARGUMENT_on_every_create(string body)
    {
        foreach (var path in (string[])
            [CamaraClient.Calls, CamaraClient.StandardCalls, CamaraClient.Registrations, CamaraClient.Subscriptions])
        {
            (await _alice.Send(HttpMethod.Post, path, body)).IsInvalid();
        }
    }

    [Fact]
    public async Task Broken_utf8_and_bottomless_json_are_INVALID_ARGUMENT()
    {
        using var broken = Json([.. "{\"receiverName\":\""u8, 0xC3, 0x28, .. "\"}"u8]);
        (await _alice.SendContent(HttpMethod.Post, CamaraClient.Calls, broken)).IsInvalid();
        var deep = string.Concat(Enumerable.Repeat("{\"receiverSessionStatus\":", 10_000));
        (await _alice.Send(HttpMethod.Post, CamaraClient.Calls, deep)).IsInvalid();
    }

    [Fact]
    public async Task A_huge_body_is_413()
    {
        using var huge = Json(Encoding.ASCII.GetBytes(new string(' ', 600_000) + "{}"));

        (await _alice.SendContent(HttpMethod.Post, CamaraClient.Calls, huge))
            .IsError(HttpStatusCode.RequestEntityTooLarge, "INVALID_ARGUMENT");
    }

    [Theory]
    [InlineData("0AEE1B58BAEEDA3EABA42B32EBB3DFE07E9CFF402EAF9EED8EF")]
    [InlineData("x")]
    [InlineData("%2e%2e")]
    [InlineData("a%2Fb")]
    [InlineData("%F0%9F%98%80")]
    [InlineData("status")]
    public async Task An_id_that_none_can_have_is_404(string id)
    {
        (await _alice.Get($"{CamaraClient.Calls}/{id}")).IsNotFound();
        (await _alice.Get($"{CamaraClient.Registrations}/{id}")).IsNotFound();
        (await _alice.Get($"{CamaraClient.Subscriptions}/{id}")).IsNotFound();
    }

    [Fact]
    public async Task An_id_that_is_too_long_is_400()
    {
        var id = new string('A', 257);

        (await _alice.Get($"{CamaraClient.Calls}/{id}")).IsInvalid();
        (await _alice.Delete($"{CamaraClient.Registrations}/{id}")).IsInvalid();
        (await _alice.Get($"{CamaraClient.Subscriptions}/{id}")).IsInvalid();
    }

    [Theory]
    [InlineData("""{"deviceId":"7d444840"}""")]
    [InlineData("""{"deviceId":"{7d444840-9dc0-11d1-b245-5ffdce74fad2}"}""")]
    [InlineData("""{"deviceId":5}""")]
    [InlineData("""{"deviceId":"7d444840-9dc0-11d1-b245-5ffdce74fad2","registrationExpireTime":"2027-01-01"}""")]
    [InlineData("""{"deviceId":"7d444840-9dc0-11d1-b245-5ffdce74fad2","registrationExpireTime":1}""")]
    public async Task A_bad_registration_is_INVALID_ARGUMENT(string body) =>
        (await _alice.Send(HttpMethod.Post, CamaraClient.Registrations, body)).IsInvalid();

    [Theory]
    [InlineData("?deviceId=")]
    [InlineData("?deviceId=mine")]
    [InlineData("?deviceId=7d444840-9dc0-11d1-b245-5ffdce74fad2&deviceId=x")]
    public async Task A_bad_device_in_the_query_is_INVALID_ARGUMENT(string query) =>
        (await _alice.Get(CamaraClient.Registrations + query)).IsInvalid();

    private static JsonObject Sdp(string text) => new() { ["sdp"] = text };

    private static ByteArrayContent Json(byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private Task<ApiReply> Create(params (string Name, JsonNode? Value)[] members) =>
        _alice.Post(CamaraClient.Calls, CamaraClient.NewCall(members));

    // As text, since a lone surrogate would not survive as a node.
    private Task<ApiReply> Create(string members)
    {
        var names = JsonNode.Parse(members.Replace("\\ud800", "", StringComparison.Ordinal))!.AsObject();
        var call = CamaraClient.NewCall();
        foreach (var (name, _) in names)
        {
            call.Remove(name);
        }

        return _alice.Send(HttpMethod.Post, CamaraClient.Calls, $"{call.ToJsonString()[..^1]},{members[1..]}");
    }
}
