using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Sessions.Lifecycle;

/// <summary>
/// A short name for a thing whose own is long, or is unique only with that of what it lies in: a digest of a hundred
/// bits, of which nobody meets two that are the same.
/// </summary>
public static class ShortId
{
    private const string Digits = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int Length = 20;
    private const int BitsToADigit = 5;
    private static readonly SearchValues<char> _digits = SearchValues.Create(Digits);

    /// <summary>How the name of a session begins.</summary>
    public const char OfSession = 's';

    /// <summary>The name of a session of a kind, by the id that its own API gave it.</summary>
    public static string Of(string kind, string id) =>
        OfSession + Text(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{id}")));

    /// <summary>Whether a text could be one.</summary>
    public static bool IsOne(string text) =>
        text.Length == Length + 1 && text[0] == OfSession
        && !text.AsSpan(1).ContainsAnyExcept(_digits);

    /// <summary>The first hundred bits of a digest, as twenty digits.</summary>
    public static string Text(ReadOnlySpan<byte> digest)
    {
        Span<char> text = stackalloc char[Length];
        for (var place = 0; place < Length; place++)
        {
            var bit = place * BitsToADigit;
            var two = (digest[bit / 8] << 8) | digest[(bit / 8) + 1];
            text[place] = Digits[(two >> (16 - BitsToADigit - (bit % 8))) & (Digits.Length - 1)];
        }

        return new(text);
    }
}
