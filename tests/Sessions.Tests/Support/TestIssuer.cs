using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Sessions.Tests.Support;

/// <summary>An OpenID Connect issuer: a web server on this machine that publishes keys, and signs tokens.</summary>
internal sealed class TestIssuer : IAsyncDisposable
{
    public const string Name = "https://issuer.example.com";
    public const string Audience = "sessions";

    private readonly WebApplication _app;
    private int _fetches;

    private TestIssuer(WebApplication app) => _app = app;

    /// <summary>The keys that it publishes.</summary>
    public List<SecurityKey> Published { get; } = [];

    /// <summary>What it answers for its keys instead, when set.</summary>
    public string? Broken { get; set; }

    /// <summary>How often its keys were fetched.</summary>
    public int Fetches => Volatile.Read(ref _fetches);

    /// <summary>The settings that make the service believe it.</summary>
    public Dictionary<string, string?> Settings => new()
    {
        ["Jwt:Issuer"] = Name,
        ["Jwt:Audience"] = Audience,
        ["Jwt:JwksUri"] = $"{_app.Urls.Single()}/jwks",
    };

    public static async Task<TestIssuer> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var issuer = new TestIssuer(app);
        app.Run(issuer.Publish);
        await app.StartAsync();
        return issuer;
    }

    /// <summary>A new key of its own, published or not yet.</summary>
    public RsaSecurityKey NewKey(string id, bool published = true)
    {
        using var rsa = RSA.Create(2048);
        var key = new RsaSecurityKey(rsa.ExportParameters(true)) { KeyId = id };
        if (published)
        {
            Published.Add(key);
        }

        return key;
    }

    /// <summary>A token of these claims over the usual ones; a null takes one out.</summary>
    public static string Token(
        SecurityKey key, DateTimeOffset now, string algorithm, params (string Claim, JsonNode? Value)[] claims) =>
        Token(key, now, algorithm, [], claims);

    /// <summary>The same with these headers beside or over the usual ones.</summary>
    public static string Token(
        SecurityKey key,
        DateTimeOffset now,
        string algorithm,
        Dictionary<string, object> headers,
        params (string Claim, JsonNode? Value)[] claims)
    {
        var payload = new JsonObject
        {
            ["iss"] = Name,
            ["aud"] = Audience,
            ["sub"] = "jane",
            ["scope"] = "openid *",
            ["phone_number"] = "+17085852753",
            ["account"] = "acme",
            ["exp"] = now.AddMinutes(10).ToUnixTimeSeconds(),
        };
        foreach (var (claim, value) in claims)
        {
            payload[claim] = value;
            if (value is null)
            {
                payload.Remove(claim);
            }
        }

        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }
            .CreateToken(payload.ToJsonString(), new SigningCredentials(key, algorithm), headers);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private Task Publish(HttpContext context)
    {
        Interlocked.Increment(ref _fetches);
        var keys = Published.Select(key => JsonWebKeyConverter.ConvertFromSecurityKey(key)).Select(key =>
            new JsonObject { ["kty"] = key.Kty, ["kid"] = key.Kid, ["n"] = key.N, ["e"] = key.E, ["k"] = key.K });
        var set = new JsonObject { ["keys"] = new JsonArray([.. keys]) };
        return context.Response.WriteAsync(Broken ?? set.ToJsonString());
    }
}
