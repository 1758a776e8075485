namespace Sessions.TwilioProxy;

/// <summary>Twilio's ids: two letters for the kind and 32 hexadecimal digits.</summary>
public static class Sids
{
    /// <summary>A service.</summary>
    public const string Service = "KS";

    /// <summary>A session.</summary>
    public const string Session = "KC";

    /// <summary>A chat instance.</summary>
    public const string ChatInstance = "IS";

    /// <summary>A chat channel.</summary>
    public const string ChatChannel = "CH";

    /// <summary>A telephone number.</summary>
    public const string PhoneNumber = "PN";

    /// <summary>A short code.</summary>
    public const string ShortCode = "SC";

    /// <summary>A participant.</summary>
    public const string Participant = "KP";

    /// <summary>A text message.</summary>
    public const string Message = "SM";

    /// <summary>A call.</summary>
    public const string Call = "CA";

    /// <summary>An interaction.</summary>
    public const string Interaction = "KI";

    /// <summary>Whether the text is a SID of this kind; the digits in either case.</summary>
    public static bool Is(string kind, string text) =>
        text.Length == 34
        && text.StartsWith(kind, StringComparison.Ordinal)
        && !text.AsSpan(2).ContainsAnyExcept(_digits);

    /// <summary>Whether the text is a SID of any kind.</summary>
    public static bool IsAny(string text) =>
        text.Length == 34 && char.IsAsciiLetter(text[0]) && char.IsAsciiLetter(text[1]) && Is(text[..2], text);

    /// <summary>A carrier's SID as this wire shows it: one that is a UUID as a SID of this kind.</summary>
    public static string Shown(string kind, string sid) => Guid.TryParse(sid, out var id) ? Of(kind, id) : sid;

    /// <summary>The SID of an id.</summary>
    public static string Of(string kind, Guid id) => kind + id.ToString("N");

    private static readonly System.Buffers.SearchValues<char> _digits =
        System.Buffers.SearchValues.Create("0123456789abcdefABCDEF");
}
