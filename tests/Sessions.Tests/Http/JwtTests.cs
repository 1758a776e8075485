using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sessions.Configuration;
using Sessions.Http.Accounts;
using Sessions.Tests.CamaraWebRtc;
using Sessions.Tests.Support;

namespace Sessions.Tests.Http;

/// <summary>Access tokens of an OpenID Connect issuer, on a surface that takes bearer tokens.</summary>
public sealed class JwtTests : IAsyncLifetime
{
    private const string RS256 = SecurityAlgorithms.RsaSha256;

    private TestIssuer _issuer = null!;
    private SessionsApp _app = null!;
    private RsaSecurityKey _key = null!;

    public async Task InitializeAsync()
    {
        _issuer = await TestIssuer.Start();
        _key = _issuer.NewKey("one");
        _app = await SessionsApp.Start(builder =>
        {
            builder.Configuration.AddInMemoryCollection(_issuer.Settings);
            builder.Configuration["Jwt:RoleClaim"] = "https://example.com/role";
            builder.Configuration["Jwt:ScopeMap:0"] = "Calls.Make=webrtc-call-handling:sessions:create";
            builder.Configuration["Jwt:ScopeMap:1"] = "Rooms.Edit=live-stream:rooms:read live-stream:rooms:write";
        });
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task A_token_of_the_issuer_speaks_for_the_account_number_and_scopes_of_its_claims()
    {
        (await Call(Token())).Is(HttpStatusCode.Created);

        (await Call(Token(("phone_number", "+17085850000"))))
            .IsError(HttpStatusCode.Forbidden, "INVALID_TOKEN_CONTEXT");
        (await Call(Token(("scope", "openid webrtc-call-handling:sessions:read"))))
            .IsError(HttpStatusCode.Forbidden, "PERMISSION_DENIED");
        var scopes = new JsonArray("openid", "webrtc-call-handling:sessions:create");
        (await Call(Token(("scope", scopes)))).Is(HttpStatusCode.Created);
        var numbers = new JsonArray("+17085850000", "+17085852753");
        (await Call(Token(("phone_number", numbers)))).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task The_account_claim_keeps_tenants_apart()
    {
        var created = await Call(Token());

        var reply = await Client(Token(("account", "other"))).Get($"/webrtc/sessions/{created["mediaSessionId"]}");

        reply.IsNotFound();
        (await Call(Token(("account", "nobody")))).IsError(HttpStatusCode.Unauthorized, "UNAUTHENTICATED");
        (await Call(Token(("account", null)))).IsError(HttpStatusCode.Unauthorized, "UNAUTHENTICATED");
    }

    [Theory]
    [InlineData("iss", "https://elsewhere.example.com")]
    [InlineData("aud", "another-service")]
    [InlineData("sub", null)]
    [InlineData("sub", "")]
    [InlineData("aud", null)]
    [InlineData("exp", null)]
    public async Task A_claim_that_does_not_fit_is_401(string claim, string? value) =>
        (await Call(Token((claim, value)))).IsError(HttpStatusCode.Unauthorized, "UNAUTHENTICATED");

    [Fact]
    public async Task A_token_lives_to_the_second_of_its_exp()
    {
        var end = _app.Clock.Now.AddSeconds(30).ToUnixTimeSeconds();
        var token = Token(("exp", end));
        _app.Clock.Now = DateTimeOffset.FromUnixTimeSeconds(end).AddTicks(-1);
        (await Call(token)).Is(HttpStatusCode.Created);

        _app.Clock.Advance(TimeSpan.FromTicks(1));

        (await Call(token)).IsError(HttpStatusCode.Unauthorized, "UNAUTHENTICATED");
    }

    [Fact]
    public async Task A_token_of_tomorrow_is_401() =>
        (await Call(Token(("nbf", _app.Clock.Now.AddDays(1).ToUnixTimeSeconds()))))
            .IsError(HttpStatusCode.Unauthorized, "UNAUTHENTICATED");

    [Fact]
    public async Task A_signature_by_another_key_a_shared_secret_or_none_is_401()
    {
        var stranger = _issuer.NewKey("one", published: false);
        var secret = new SymmetricSecurityKey(new byte[64]) { KeyId = "secret" };
        _issuer.Published.Add(secret);
        var unsigned = new JsonWebTokenHandler().CreateToken(Payload(Token()));
        string[] tokens =
        [
            TestIssuer.Token(stranger, _app.Clock.Now, RS256),
            TestIssuer.Token(secret, _app.Clock.Now, SecurityAlgorithms.HmacSha256),
            unsigned,
            Token()[..^4] + "AAAA",
        ];

        foreach (var token in tokens)
        {
            (await Call(token)).IsError(HttpStatusCode.Unauthorized, "UNAUTHENTICATED");
        }
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a.b.c")]
    [InlineData("eyJhbGciOiJSUzI1NiJ9.e30.")]
    [InlineData("eyJhbGciOiJub25lIn0.eyJzdWIiOiJqYW5lIn0.")]
    [InlineData("a.b.c.d.e")]
    public async Task What_is_no_token_is_401_and_asks_for_no_keys(string token)
    {
        (await Call(token)).IsError(HttpStatusCode.Unauthorized, "UNAUTHENTICATED");

        Assert.Equal(0, _issuer.Fetches);
    }

    [Fact]
    public async Task Keys_are_fetched_when_first_needed_and_kept_for_an_hour()
    {
        Assert.Equal(0, _issuer.Fetches);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Call(Token())));
        _app.Clock.Advance(TimeSpan.FromMinutes(59));
        await Call(Token());
        Assert.Equal(1, _issuer.Fetches);

        _app.Clock.Advance(TimeSpan.FromMinutes(1));
        (await Call(Token())).Is(HttpStatusCode.Created);

        Assert.Equal(2, _issuer.Fetches);
    }

    [Fact]
    public async Task A_new_key_is_fetched_at_once_but_unknown_ones_cost_one_fetch_a_minute()
    {
        await Call(Token());
        _app.Clock.Advance(TimeSpan.FromMinutes(1));
        var second = _issuer.NewKey("two");
        (await Call(TestIssuer.Token(second, _app.Clock.Now, RS256))).Is(HttpStatusCode.Created);
        Assert.Equal(2, _issuer.Fetches);

        for (var i = 0; i < 5; i++)
        {
            var unknown = _issuer.NewKey($"unknown{i}", published: false);
            (await Call(TestIssuer.Token(unknown, _app.Clock.Now, RS256)))
                .IsError(HttpStatusCode.Unauthorized, "UNAUTHENTICATED");
        }

        Assert.Equal(2, _issuer.Fetches);
        (await Call(Token())).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_key_that_comes_within_the_minute_is_fetched_at_once_too()
    {
        await Call(Token());
        _app.Clock.Advance(TimeSpan.FromSeconds(1));
        var second = _issuer.NewKey("two");

        (await Call(TestIssuer.Token(second, _app.Clock.Now, RS256))).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task One_fetch_that_fails_shuts_nobody_out_for_longer_than_a_second()
    {
        _issuer.Broken = "not json";
        Assert.Equal("1", (await Call(Token())).Headers["Retry-After"]);
        Assert.Equal(1, _issuer.Fetches);
        await Call(Token());
        Assert.Equal(1, _issuer.Fetches);
        _issuer.Broken = null;

        _app.Clock.Advance(TimeSpan.FromSeconds(1));

        (await Call(Token())).Is(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("crit", "exp")]
    [InlineData("typ", "logout+jwt")]
    public async Task A_header_that_nobody_here_understands_is_401(string name, string value)
    {
        var headers = new Dictionary<string, object> { [name] = name is "crit" ? new[] { value } : value };

        (await Call(TestIssuer.Token(_key, _app.Clock.Now, RS256, headers)))
            .IsError(HttpStatusCode.Unauthorized, "UNAUTHENTICATED");
        Assert.Equal(0, _issuer.Fetches);
    }

    [Theory]
    [InlineData("at+jwt")]
    [InlineData("application/at+jwt")]
    [InlineData("JWT")]
    public async Task The_types_of_access_tokens_are_taken(string type)
    {
        var headers = new Dictionary<string, object> { ["typ"] = type };

        (await Call(TestIssuer.Token(_key, _app.Clock.Now, RS256, headers))).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task The_issuers_own_words_allow_what_the_map_says()
    {
        (await Call(Token(("scope", "Calls.Make")))).Is(HttpStatusCode.Created);
        (await Call(Token(("scope", "Calls.Watch")))).IsError(HttpStatusCode.Forbidden, "PERMISSION_DENIED");
    }

    [Theory]
    [InlineData("https://example.com/role", "host", HttpStatusCode.Created)]
    [InlineData("https://example.com/role", "viewer", HttpStatusCode.Forbidden)]
    [InlineData("role", "host", HttpStatusCode.Forbidden)]
    public async Task The_claim_that_is_named_holds_the_role(string claim, string role, HttpStatusCode status)
    {
        using var client = _app.Anonymous().WithBearer(Token(("scope", "Rooms.Edit"), (claim, role)));
        using var room = new StringContent("""{"title": "A room"}""");
        using var reply = await client.PostAsync(new Uri("/rooms", UriKind.Relative), room);

        Assert.Equal(status, reply.StatusCode);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    public async Task When_the_keys_cannot_be_had_it_is_503_and_the_known_ones_stay_good(string broken)
    {
        _issuer.Broken = broken;
        (await Call(Token())).IsError(HttpStatusCode.ServiceUnavailable, "UNAVAILABLE");
        _issuer.Broken = null;
        _app.Clock.Advance(TimeSpan.FromMinutes(1));
        (await Call(Token())).Is(HttpStatusCode.Created);

        _issuer.Broken = broken;
        _app.Clock.Advance(TimeSpan.FromHours(2));

        (await Call(Token())).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Configured_tokens_stay_good_beside() =>
        (await Call(TestAccounts.AcmeToken)).Is(HttpStatusCode.Created);

    [Theory]
    [InlineData("Jwt:Issuer", "Jwt__Audience")]
    [InlineData("Jwt:Audience", "Jwt__Issuer")]
    [InlineData("Jwt:JwksUri", "Jwt__Issuer")]
    public void Half_a_setting_keeps_the_service_from_starting(string given, string missing)
    {
        var settings = new Dictionary<string, string?> { [given] = "https://issuer.example.com" };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();

        var refused = Assert.Throws<SettingsException>(() => JwtSettings.From(configuration));

        Assert.Contains(missing, refused.Message, StringComparison.Ordinal);
    }

    private static string Payload(string token) => Base64UrlEncoder.Decode(token.Split('.')[1]);

    private string Token(params (string Claim, JsonNode? Value)[] claims) =>
        TestIssuer.Token(_key, _app.Clock.Now, RS256, claims);

    private CamaraClient Client(string token) => new(_app, token);

    private Task<ApiReply> Call(string token) => Client(token).Post(CamaraClient.Calls, CamaraClient.NewCall());
}
