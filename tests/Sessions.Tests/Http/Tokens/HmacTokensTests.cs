using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Sessions.Http.Tokens;

namespace Sessions.Tests.Http.Tokens;

public sealed partial class HmacTokensTests
{
    private static readonly DateTimeOffset _now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
    private static readonly byte[] _secret = "short"u8.ToArray();

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("a secret of sixty-five bytes, which HMAC itself digests before use")]
    public void The_signature_is_plain_hmac_sha256_whatever_the_secrets_length(string secret)
    {
        var token = Sign(new("p", 1), secret);

        var parts = token.Split('.');
        var signature = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"));
        Assert.Equal(Base64Url.EncodeToString(signature), parts[2]);
    }

    [Fact]
    public void It_holds_the_claims_given_and_no_others()
    {
        var parts = Sign(new("p", 1)).Split('.');

        Assert.Equal("""{"sub":"p","exp":1}""", Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1])));
        var header = JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))!;
        Assert.Equal(("HS256", "JWT"), ((string?)header["alg"], (string?)header["typ"]));
    }

    [Fact]
    public async Task A_token_is_good_until_the_moment_it_runs_out()
    {
        var token = Sign(new("p", _now.ToUnixTimeSeconds()));

        Assert.Equal("p", (await HmacTokens.Check(token, _secret, _now.AddTicks(-1)))?.Subject);
        Assert.Null(await HmacTokens.Check(token, _secret, _now));
    }

    [Fact]
    public async Task A_token_that_is_not_valid_yet_is_none()
    {
        var token = Sign(new("p", _now.ToUnixTimeSeconds() + 60, _now.ToUnixTimeSeconds()));

        Assert.Null(await HmacTokens.Check(token, _secret, _now.AddTicks(-1)));
        Assert.NotNull(await HmacTokens.Check(token, _secret, _now));
    }

    [Fact]
    public async Task A_token_without_an_end_is_none() =>
        Assert.Null(await HmacTokens.Check(Sign(new("p", null)), _secret, _now));

    [Fact]
    public async Task A_token_of_another_secret_another_algorithm_or_none_is_none()
    {
        var good = Sign(new("p", _now.ToUnixTimeSeconds() + 60));
        var (_, payload, signature) = (good.Split('.')[0], good.Split('.')[1], good.Split('.')[2]);
        string Headed(string header) => $"{Base64Url.EncodeToString(Encoding.ASCII.GetBytes(header))}.{payload}";

        Assert.Null(await HmacTokens.Check(good, "other"u8.ToArray(), _now));
        Assert.Null(await HmacTokens.Check(good[..^2], _secret, _now));
        Assert.Null(await HmacTokens.Check(Headed("""{"alg":"none"}""") + ".", _secret, _now));
        Assert.Null(await HmacTokens.Check(Headed("""{"alg":"HS512","typ":"JWT"}""") + "." + signature, _secret, _now));
        Assert.Null(await HmacTokens.Check("no token", _secret, _now));
        Assert.Null(await HmacTokens.Check("", _secret, _now));
    }

    private static string Sign(Claims claims, string secret = "short") =>
        HmacTokens.Sign(claims, ClaimsJson.Default.Claims, Encoding.UTF8.GetBytes(secret));

    internal sealed record Claims(string Sub, long? Exp, long? Nbf = null);

    [JsonSourceGenerationOptions(
        JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonSerializable(typeof(Claims))]
    private sealed partial class ClaimsJson : JsonSerializerContext;
}
