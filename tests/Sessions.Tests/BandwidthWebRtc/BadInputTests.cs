using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Moq;
using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.BandwidthWebRtc;

public sealed class BadInputTests : IAsyncLifetime
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
    [InlineData("/sessions", """{"tag": 5}""")]
    [InlineData("/sessions", """{"tag": ["a"]}""")]
    [InlineData("/sessions", """{"tag": "\ud800"}""")]
    [InlineData("/sessions", "{")]
    [InlineData("/sessions", "null")]
    [InlineData("/sessions", "[]")]
    [InlineData("/sessions", "tag=session1")]
    [InlineData("/sessions", " ")]
    [InlineData("/participants", """{"tag": {}}""")]
    [InlineData("/participants", """{"publishPermissions": "AUDIO"}""")]
    [InlineData("/participants", """{"publishPermissions": ["audio"]}""")]
    [InlineData("/participants", """{"publishPermissions": ["AUDIO", "AUDIO"]}""")]
    [InlineData("/participants", """{"publishPermissions": ["SCREEN"]}""")]
    [InlineData("/participants", """{"publishPermissions": [null]}""")]
    [InlineData("/participants", """{"deviceApiVersion": "v3"}""")]
    [InlineData("/participants", """{"deviceApiVersion": "V1"}""")]
    [InlineData("/participants", """{"deviceApiVersion": 3}""")]
    [InlineData("/participants", """{"callbackUrl": "example.com/hook"}""")]
    [InlineData("/participants", """{"callbackUrl": "ftp://example.com/hook"}""")]
    [InlineData("/participants", """{"callbackUrl": "https://10.0.0.1/hook"}""")]
    [InlineData("/participants", """{"callbackUrl": 1}""")]
    [InlineData("/participants", "\"text\"")]
    public async Task A_bad_body_is_400_and_creates_nothing(string collection, string body)
    {
        (await _api.Post(collection, body)).IsError(HttpStatusCode.BadRequest);

        await NothingWasCreated();
    }

    [Theory]
    [InlineData("/sessions")]
    [InlineData("/participants")]
    public async Task A_tag_of_51_characters_is_400_and_one_of_50_is_kept(string collection)
    {
        (await _api.Post(collection, $$"""{"tag": "{{new string('ü', 51)}}"}""")).IsError(HttpStatusCode.BadRequest);
        await NothingWasCreated();

        var reply = (await _api.Post(collection, $$"""{"tag": "{{new string('ü', 50)}}"}""")).Is(HttpStatusCode.OK);

        var tag = reply.Body!["tag"] ?? reply.Body["participant"]!["tag"];
        Assert.Equal(new string('ü', 50), tag!.ToString());
    }

    [Fact]
    public async Task A_callback_url_of_over_2048_characters_is_400()
    {
        var url = "https://example.com/" + new string('x', 2048);

        (await _api.Post("/participants", $$"""{"callbackUrl": "{{url}}"}""")).IsError(HttpStatusCode.BadRequest);

        await NothingWasCreated();
    }

    [Fact]
    public async Task Bytes_that_are_not_utf8_are_400_and_a_huge_body_is_413()
    {
        var api = new ApiClient(_app.Anonymous().WithBasic("acme", TestAccounts.AcmeSecret));
        using var broken = new ByteArrayContent([.. "{\"tag\": \""u8, 0xC3, 0x28, .. "\"}"u8]);
        using var huge = new StringContent($$"""{"tag": "{{new string('x', 33_000)}}"}""", Encoding.UTF8);

        (await api.Send(HttpMethod.Post, "/v1/accounts/acme/sessions", broken)).IsError(HttpStatusCode.BadRequest);
        (await api.Send(HttpMethod.Post, "/v1/accounts/acme/sessions", huge))
            .IsError(HttpStatusCode.RequestEntityTooLarge);

        await NothingWasCreated();
    }

    [Theory]
    [InlineData("acme", "wrong")]
    [InlineData("acme", TestAccounts.OtherSecret)]
    [InlineData("nobody", TestAccounts.AcmeSecret)]
    public async Task Wrong_credentials_are_401_and_create_nothing(string user, string password)
    {
        var stranger = new BandwidthClient(_app.Anonymous().WithBasic(user, password), "acme");

        var reply = (await stranger.Post("/sessions")).IsError(HttpStatusCode.Unauthorized);

        Assert.Equal("Unauthorized", reply["message"]);
        Assert.StartsWith("Basic", reply.Headers["WWW-Authenticate"], StringComparison.Ordinal);
        (await new BandwidthClient(_app.Anonymous(), "acme").Get("/sessions/x")).IsError(HttpStatusCode.Unauthorized);
        await NothingWasCreated();
    }

    [Theory]
    [InlineData("other")]
    [InlineData("nobody")]
    [InlineData("ACME")]
    [InlineData(TestAccounts.AcmeSid)]
    public async Task Another_account_in_the_path_is_403_whether_or_not_there_is_such_an_account(string account)
    {
        var session = await BandwidthClient.Other(_app).NewSession();
        var api = BandwidthClient.Acme(_app, account);

        var replies = new[]
        {
            await api.Post("/sessions"), await api.Post("/participants"), await api.Get($"/sessions/{session}"),
            await api.Delete($"/sessions/{session}"), await api.Get($"/sessions/{BandwidthClient.Unknown}"),
        };

        Assert.Single(replies.Select(reply => reply.IsError(HttpStatusCode.Forbidden)["message"]).Distinct());
        await BandwidthClient.Other(_app).MembersOf(session);
    }

    [Fact]
    public async Task Another_accounts_session_answers_byte_for_byte_like_an_absent_one()
    {
        var (theirs, ours) = (BandwidthClient.Other(_app), BandwidthClient.Acme(_app));
        var session = await theirs.NewSession();
        var member = await theirs.NewMember(session);
        var own = await ours.NewParticipant();

        (await ours.Put($"/sessions/{session}/participants/{own}")).IsError(HttpStatusCode.NotFound);
        (await ours.Get($"/participants/{member}")).IsError(HttpStatusCode.NotFound);
        (await ours.Delete($"/participants/{member}")).IsError(HttpStatusCode.NotFound);
        (await ours.Delete($"/sessions/{session}")).IsError(HttpStatusCode.NotFound);
        var foreign = (await ours.Get($"/sessions/{session}")).IsError(HttpStatusCode.NotFound);
        var absent = (await ours.Get($"/sessions/{BandwidthClient.Unknown}")).IsError(HttpStatusCode.NotFound);

        Assert.Equal(
            foreign["error"]!.Replace(session, "?", StringComparison.Ordinal),
            absent["error"]!.Replace(BandwidthClient.Unknown, "?", StringComparison.Ordinal));
        Assert.Equal([member], await theirs.MembersOf(session));
    }

    [Fact]
    public async Task Unknown_paths_and_verbs_answer_in_the_surfaces_shape()
    {
        (await _api.Get("/unknown")).IsError(HttpStatusCode.NotFound);
        (await _api.Get("/sessions")).IsError(HttpStatusCode.MethodNotAllowed);
        (await _api.Send(HttpMethod.Patch, $"/sessions/{BandwidthClient.Unknown}"))
            .IsError(HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task A_fault_of_ours_is_500_and_tells_nothing_of_it()
    {
        var store = new Mock<IDocumentStore>();
        store.Setup(s => s.Read(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .Throws(new InvalidOperationException("secret"));
        await using var broken = await SessionsApp.Start(builder => builder.Services.AddSingleton(store.Object));

        var reply = await BandwidthClient.Acme(broken).Get($"/sessions/{BandwidthClient.Unknown}");

        reply.IsError(HttpStatusCode.InternalServerError);
        Assert.DoesNotContain("secret", reply["error"], StringComparison.Ordinal);
    }

    private async Task NothingWasCreated()
    {
        foreach (var kind in new[] { "bandwidth-webrtc/session", "bandwidth-webrtc/participant" })
        {
            var list = await _app.Store.List(new("acme:bandwidth-webrtc:account", kind, 1), CancellationToken.None);
            Assert.Empty(list.Value!);
        }
    }
}
