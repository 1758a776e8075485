using System.Security.Cryptography;
using System.Text;

namespace Sessions.CamaraWebRtc;

/// <summary>Where what belongs to a telephone number lies together; a call lies by itself.</summary>
internal static class Partitions
{
    /// <summary>The partition of one party: by digest, since a number is personal and an address is any text.</summary>
    public static string OfParty(string accountId, string party)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(party));
        return $"{accountId}:camara-webrtc:party:{Convert.ToHexStringLower(digest.AsSpan(0, 16))}";
    }
}
