using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Sessions.Tests.Support;

namespace Sessions.Tests.TwilioProxy;

public sealed class BadInputTests : IAsyncLifetime
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

    [Theory]
    [InlineData("Ttl", "-1")]
    [InlineData("Ttl", "1.5")]
    [InlineData("Ttl", "")]
    [InlineData("Ttl", "99999999999999999999")]
    [InlineData("DateExpiry", "tomorrow")]
    [InlineData("DateExpiry", "2026-02-30T00:00:00Z")]
    [InlineData("DateExpiry", "9999-12-31T23:59:59-14:00")]
    [InlineData("DateExpiry", "2020-01-01T00:00:00Z")]
    [InlineData("Status", "opened")]
    [InlineData("Status", "OPEN")]
    [InlineData("Mode", "fax-only")]
    [InlineData("FailOnParticipantConflict", "maybe")]
    [InlineData("Participants", "not json")]
    [InlineData("Participants", "[]")]
    [InlineData("Participants", "{}")]
    [InlineData("Participants", """{"Identifier": 5}""")]
    [InlineData("Participants", """{"Identifier": "\ud800"}""")]
    [InlineData("Participants", """{"Identifier": "+1555", "ProxyIdentifierSid": "XX1"}""")]
    public async Task A_bad_parameter_is_20001_and_creates_nothing(string name, string value)
    {
        (await _proxy.Post($"{_service}/Sessions", (name, value))).IsError(20001);

        await NothingWasCreated();
    }

    [Fact]
    public async Task A_unique_name_of_192_characters_is_20001_and_one_of_191_is_kept()
    {
        (await _proxy.Post($"{_service}/Sessions", ("UniqueName", new string('ü', 192)))).IsError(20001);
        await NothingWasCreated();

        var kept = await _proxy.Post($"{_service}/Sessions", ("UniqueName", new string('ü', 191)));

        Assert.Equal(new string('ü', 191), kept.Is(HttpStatusCode.Created)["unique_name"]);
    }

    [Fact]
    public async Task More_than_two_participants_are_80609()
    {
        var three = Enumerable.Range(1, 3).Select(i => ("Participants", $$"""{"Identifier": "+1555000000{{i}}"}"""));

        (await _proxy.Post($"{_service}/Sessions", [.. three])).IsError(80609);

        await NothingWasCreated();
    }

    [Fact]
    public async Task The_same_participant_twice_is_80103()
    {
        const string same = """{"Identifier": "+15550000001"}""";

        (await _proxy.Post($"{_service}/Sessions", ("Participants", same), ("Participants", same))).IsError(80103);

        await NothingWasCreated();
    }

    [Fact]
    public async Task A_body_that_is_no_form_is_refused()
    {
        using var json = new StringContent("""{"Ttl": 60}""", Encoding.UTF8, "application/json");

        (await _proxy.Send(HttpMethod.Post, $"{_service}/Sessions", json))
            .IsError(20001, HttpStatusCode.UnsupportedMediaType);

        await NothingWasCreated();
    }

    [Fact]
    public async Task A_huge_body_is_refused_whether_or_not_it_says_its_length()
    {
        var huge = Encoding.ASCII.GetBytes("UniqueName=" + new string('x', 70_000));
        using var announced = FormOf(new ByteArrayContent(huge));
        using var streamed = FormOf(new StreamContent(new MemoryStream(huge)));
        streamed.Headers.ContentLength = null;

        (await _proxy.Send(HttpMethod.Post, $"{_service}/Sessions", announced))
            .IsError(20001, HttpStatusCode.RequestEntityTooLarge);
        (await _proxy.Send(HttpMethod.Post, $"{_service}/Sessions", streamed, ("Transfer-Encoding", "chunked")))
            .IsError(20001, HttpStatusCode.RequestEntityTooLarge);

        await NothingWasCreated();
    }

    [Theory]
    [InlineData("UniqueName=%ff%fe")]
    [InlineData("UniqueName=%c3%28")]
    [InlineData("%e2%82=x")]
    [InlineData("Ttl=1&Ttl=2")]
    public async Task Broken_utf8_and_repeated_parameters_are_20001(string body)
    {
        using var content = FormOf(new ByteArrayContent(Encoding.Latin1.GetBytes(body)));

        (await _proxy.Send(HttpMethod.Post, $"{_service}/Sessions", content)).IsError(20001);

        await NothingWasCreated();
    }

    [Fact]
    public async Task Raw_bytes_that_are_not_utf8_are_20001()
    {
        using var content = FormOf(new ByteArrayContent([.. "UniqueName="u8, 0xC3, 0x28]));

        (await _proxy.Send(HttpMethod.Post, $"{_service}/Sessions", content)).IsError(20001);

        await NothingWasCreated();
    }

    [Fact]
    public async Task Unknown_parameters_are_ignored() =>
        await _proxy.NewSession(_service, ("Colour", "blue"));

    [Theory]
    [InlineData(TestAccounts.AcmeSid, "wrong")]
    [InlineData(TestAccounts.AcmeSid, "")]
    [InlineData(TestAccounts.AcmeSid, TestAccounts.OtherSecret)]
    [InlineData("AC99999999999999999999999999999999", TestAccounts.AcmeSecret)]
    [InlineData(TestAccounts.AcmeKeySid, TestAccounts.AcmeSecret)]
    public async Task Wrong_credentials_are_20003_and_create_nothing(string user, string password)
    {
        var stranger = new ProxyClient(_app.Anonymous().WithBasic(user, password));

        var reply = (await stranger.Post($"{_service}/Sessions")).IsError(20003, HttpStatusCode.Unauthorized);

        Assert.Equal("Authenticate", reply["message"]);
        Assert.StartsWith("Basic", reply.Headers["WWW-Authenticate"], StringComparison.Ordinal);
        await NothingWasCreated();
    }

    [Theory]
    [InlineData(TestAccounts.AcmeKeySid, TestAccounts.AcmeKeySecret)]
    [InlineData(TestAccounts.AcmeSid, "acme-secret-before")]
    [InlineData("acme", TestAccounts.AcmeSecret)]
    public async Task Every_secret_of_an_account_opens_it(string user, string password) =>
        (await new ProxyClient(_app.Anonymous().WithBasic(user, password)).Get(_service)).Is(HttpStatusCode.OK);

    [Theory]
    [InlineData("Basic")]
    [InlineData("Basic !!!")]
    [InlineData("Basic bm9jb2xvbg==")]
    [InlineData("Bearer acme-token")]
    [InlineData("Basic /////w==")]
    public async Task An_authorization_that_is_no_basic_is_20003(string header)
    {
        var nobody = new ProxyClient(_app.Anonymous());

        (await nobody.Send(HttpMethod.Get, _service, null, ("Authorization", header)))
            .IsError(20003, HttpStatusCode.Unauthorized);
        (await nobody.Get(_service)).IsError(20003, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task An_idempotency_key_that_is_too_long_is_20001()
    {
        var key = ("Idempotency-Key", new string('k', 256));

        (await _proxy.PostWith([key], $"{_service}/Sessions")).IsError(20001);

        await NothingWasCreated();
    }

    // A Functions host joins both before the service sees them.
    [Fact]
    [Trait("Host", "Kestrel")]
    public async Task An_idempotency_key_that_is_given_twice_is_20001()
    {
        var keys = new[] { ("Idempotency-Key", "a"), ("Idempotency-Key", "b") };

        (await _proxy.PostWith(keys, $"{_service}/Sessions")).IsError(20001);

        await NothingWasCreated();
    }

    [Fact]
    public async Task Unknown_paths_and_verbs_answer_in_the_surfaces_shape()
    {
        (await _proxy.Get("/v1/Services/KS1/Unknown")).IsError(20404, HttpStatusCode.NotFound);
        (await _proxy.Send(HttpMethod.Put, _service)).IsError(20004, HttpStatusCode.MethodNotAllowed);
    }

    private static T FormOf<T>(T content)
        where T : HttpContent
    {
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
        return content;
    }

    private async Task NothingWasCreated() =>
        Assert.Empty((await _proxy.Get($"{_service}/Sessions")).Is(HttpStatusCode.OK).Body!["sessions"]!.AsArray());
}
