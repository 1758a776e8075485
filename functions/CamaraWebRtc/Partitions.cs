using System.Security.Cryptography;
using System.Text;
using Sessions.Http.Accounts;

namespace Sessions.CamaraWebRtc;

/// <summary>
/// Where things lie. No invariant and no list spans two calls, so each is its own partition; what belongs to a
/// telephone number lies together. Thus an operator of any size spreads.
/// </summary>
internal static class Partitions
{
    /// <summary>The partition of one call.</summary>
    public static string OfCall(Account account, string mediaSessionId) =>
        $"{account.Id}:camara-webrtc:call:{mediaSessionId}";

    /// <summary>The partition of one party: by digest, since a number is personal and an address is any text.</summary>
    public static string OfParty(string accountId, string party)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(party));
        return $"{accountId}:camara-webrtc:party:{Convert.ToHexStringLower(digest.AsSpan(0, 16))}";
    }
}
