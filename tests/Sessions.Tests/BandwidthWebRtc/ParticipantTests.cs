using System.Net;
using System.Text;
using Sessions.Http.Tokens;
using Sessions.Tests.Support;

namespace Sessions.Tests.BandwidthWebRtc;

public sealed class ParticipantTests : IAsyncLifetime
{
    private SessionsApp _app = null!;
    private BandwidthClient _api = null!;

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start();
        _api = BandwidthClient.Acme(_app);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    [InlineData("""{"callbackUrl": null, "publishPermissions": null, "tag": null, "deviceApiVersion": null}""")]
    public async Task A_create_without_values_has_the_documented_defaults(string? body)
    {
        var reply = (await _api.Post("/participants", body)).Is(HttpStatusCode.OK);

        Assert.Equal(["participant", "token"], reply.Body!.AsObject().Select(member => member.Key));
        var participant = reply.Body["participant"]!.AsObject();
        Assert.Equal(
            ["callbackUrl", "deviceApiVersion", "id", "publishPermissions", "sessions", "subscriptions", "tag"],
            participant.Select(member => member.Key).Order());
        Assert.Null(participant["callbackUrl"]);
        Assert.Equal("V3", participant["deviceApiVersion"]!.ToString());
        Assert.Equal("[]", participant["publishPermissions"]!.ToJsonString());
        Assert.Equal("[]", participant["sessions"]!.ToJsonString());
        Assert.Equal("{}", participant["subscriptions"]!.ToJsonString());
        Assert.Equal(participant["id"]!.ToString(), participant["tag"]!.ToString());
    }

    [Fact]
    public async Task A_create_keeps_every_value_and_a_fetch_answers_the_same_without_the_token()
    {
        var created = (await _api.Post("/participants", """
            {
              "callbackUrl": "http://localhost:9/callback?x=1",
              "publishPermissions": ["VIDEO", "AUDIO"],
              "tag": "participant1",
              "deviceApiVersion": "V2"
            }
            """)).Is(HttpStatusCode.OK).Body!["participant"]!;

        var fetched = (await _api.Get($"/participants/{created["id"]}")).Is(HttpStatusCode.OK).Body!;

        Assert.Equal(created.ToJsonString(), fetched.ToJsonString());
        Assert.Equal("http://localhost:9/callback?x=1", fetched["callbackUrl"]!.ToString());
        Assert.Equal("""["VIDEO","AUDIO"]""", fetched["publishPermissions"]!.ToJsonString());
        Assert.Equal("participant1", fetched["tag"]!.ToString());
        Assert.Equal("V2", fetched["deviceApiVersion"]!.ToString());
    }

    [Fact]
    public async Task The_token_is_a_jwt_of_the_participant_key_that_names_participant_account_and_permissions()
    {
        var reply = (await _api.Post("/participants", """{"publishPermissions": ["AUDIO"]}""")).Body!;
        var secret = Encoding.UTF8.GetBytes(TestAccounts.AcmeParticipantKey);

        var token = await HmacTokens.Check(reply["token"]!.ToString(), secret, _app.Clock.Now);

        Assert.NotNull(token);
        Assert.Equal(reply["participant"]!["id"]!.ToString(), token.Subject);
        Assert.Equal("acme", token.GetPayloadValue<string>("accountId"));
        Assert.Equal("V3", token.GetPayloadValue<string>("v"));
        Assert.Equal(["AUDIO"], token.GetPayloadValue<string[]>("publishPermissions"));
        Assert.Equal("V3", token.GetPayloadValue<string>("deviceApiVersion"));
        Assert.Equal(("sessions", "bandwidth-webrtc"), (token.Issuer, token.Audiences.Single()));
        Assert.Equal(TimeSpan.FromHours(24), token.ValidTo - token.IssuedAt);
        var password = Encoding.UTF8.GetBytes(TestAccounts.AcmeSecret);
        Assert.Null(await HmacTokens.Check(reply["token"]!.ToString(), password, _app.Clock.Now));
    }

    [Fact]
    public async Task A_repeated_create_under_one_idempotency_key_answers_the_same_participant_and_token()
    {
        var key = ("Idempotency-Key", "key-1");
        var first = await _api.Post("/participants", "{}", key);
        _app.Clock.Advance(TimeSpan.FromMinutes(5));

        var again = (await _api.Post("/participants", "{}", key)).Is(HttpStatusCode.OK);

        Assert.Equal(first.Body!.ToJsonString(), again.Body!.ToJsonString());
    }

    [Fact]
    public async Task A_deleted_participant_leaves_its_session_and_everyones_subscriptions()
    {
        var session = await _api.NewSession();
        var (gone, kept) = (await _api.NewMember(session), await _api.NewMember(session));
        var both = $$"""{"participants": [{"participantId": "{{gone}}"}, {"participantId": "{{kept}}"}]}""";
        var one = $$"""{"participants": [{"participantId": "{{gone}}", "streamAliases": ["a"]}]}""";
        var whole = $$"""{"sessionId": "{{session}}"}""";
        var hearsBoth = await _api.NewMember(session, subscriptions: both);
        var hearsOne = await _api.NewMember(session, subscriptions: one);
        var hearsAll = await _api.NewMember(session, subscriptions: whole);

        (await _api.Delete($"/participants/{gone}")).Is(HttpStatusCode.NoContent);

        (await _api.Get($"/participants/{gone}")).IsError(HttpStatusCode.NotFound);
        (await _api.Delete($"/participants/{gone}")).IsError(HttpStatusCode.NotFound);
        Assert.Equal([kept, hearsBoth, hearsOne, hearsAll], await _api.MembersOf(session));
        Assert.Equal(
            $$"""{"sessionId":"{{session}}","participants":[{"participantId":"{{kept}}"}]}""",
            await _api.Heard(session, hearsBoth));
        Assert.Equal("{}", await _api.Heard(session, hearsOne));
        Assert.Equal($$"""{"sessionId":"{{session}}"}""", await _api.Heard(session, hearsAll));
    }

    [Fact]
    public async Task A_delete_of_another_version_is_412_and_joining_makes_another_version()
    {
        var session = await _api.NewSession();
        var participant = await _api.NewParticipant();
        var path = $"/participants/{participant}";
        var free = (await _api.Get(path)).Headers["ETag"];
        await _api.Put($"/sessions/{session}/participants/{participant}");

        (await _api.Delete(path, ("If-Match", free))).IsError(HttpStatusCode.PreconditionFailed);

        (await _api.Delete(path, ("If-Match", (await _api.Get(path)).Headers["ETag"]))).Is(HttpStatusCode.NoContent);
    }
}
