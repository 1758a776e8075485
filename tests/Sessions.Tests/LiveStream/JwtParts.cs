using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Sessions.Tests.LiveStream;

/// <summary>Takes HS256 tokens apart and makes them, by hand: nothing of the service's own is used.</summary>
internal static class JwtParts
{
    /// <summary>The claims of a token that was signed with this secret.</summary>
    public static JsonNode? Claims(string token, string secret)
    {
        if (token.Split('.') is not [var header, var payload, var signature])
        {
            return null;
        }

        var expected = Base64Url.EncodeToString(Mac($"{header}.{payload}", secret));
        var isHs256 = (string?)JsonNode.Parse(Base64Url.DecodeFromChars(header))?["alg"] == "HS256";
        return isHs256 && expected == signature ? JsonNode.Parse(Base64Url.DecodeFromChars(payload)) : null;
    }

    /// <summary>A token with these claims.</summary>
    public static string Sign(JsonObject claims, string secret)
    {
        var header = Base64Url.EncodeToString("""{"alg":"HS256","typ":"JWT"}"""u8);
        var payload = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()));
        return $"{header}.{payload}.{Base64Url.EncodeToString(Mac($"{header}.{payload}", secret))}";
    }

    private static byte[] Mac(string text, string secret) =>
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(text));
}
