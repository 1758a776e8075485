using System.Net.Http.Headers;
using System.Text;

namespace Sessions.Tests.Support;

/// <summary>Two tenants that must never see each other.</summary>
internal static class TestAccounts
{
    public const string AcmeSid = "AC11111111111111111111111111111111";
    public const string AcmeSecret = "acme-secret";
    public const string AcmeKeySid = "SK11111111111111111111111111111111";
    public const string AcmeKeySecret = "acme-key-secret";
    public const string AcmeToken = "acme-token";
    public const string AcmeParticipantKey = "acme-participant-key-of-32-letters";
    public const string OtherSid = "AC22222222222222222222222222222222";
    public const string OtherSecret = "other-secret";
    public const string OtherToken = "other-token";

    public static readonly Dictionary<string, string?> Settings = new()
    {
        ["Accounts:0:Id"] = "acme",
        ["Accounts:0:Sid"] = AcmeSid,
        ["Accounts:0:Secrets:0"] = AcmeSecret,
        ["Accounts:0:Secrets:1"] = "sha256:" + Sha256("acme-secret-before"),
        ["Accounts:0:ParticipantKey"] = AcmeParticipantKey,
        ["Accounts:0:ApiKeys:0:Sid"] = AcmeKeySid,
        ["Accounts:0:ApiKeys:0:Secret"] = AcmeKeySecret,
        ["Accounts:0:ApiKeys:0:Scopes:0"] = "*",
        ["Accounts:0:Tokens:0:Token"] = AcmeToken,
        ["Accounts:0:Tokens:0:Subject"] = "alice",
        ["Accounts:0:Tokens:0:Scopes:0"] = "*",
        ["Accounts:0:Tokens:0:Role"] = "host",
        ["Accounts:0:Tokens:0:PhoneNumbers:0"] = "+17085852753",
        ["Accounts:1:Id"] = "other",
        ["Accounts:1:Sid"] = OtherSid,
        ["Accounts:1:SigningSecret"] = "other-signing-secret",
        ["Accounts:1:Secrets:0"] = "sha256:" + Sha256(OtherSecret),
        ["Accounts:1:Tokens:0:Token"] = OtherToken,
        ["Accounts:1:Tokens:0:Subject"] = "oscar",
        ["Accounts:1:Tokens:0:Scopes:0"] = "*",
        ["Accounts:1:Tokens:0:Role"] = "host",
        ["Accounts:1:Tokens:0:PhoneNumbers:0"] = "+17085854000",
    };

    public static HttpClient WithBasic(this HttpClient client, string user, string password)
    {
        var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", pair);
        return client;
    }

    public static HttpClient WithBearer(this HttpClient client, string token)
    {
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    private static string Sha256(string secret) =>
        Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
