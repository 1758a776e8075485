namespace Sessions.Conversation;

/// <summary>The numbers of the enum sessionType.</summary>
internal static class SessionTypes
{
    public const int Public = 1;
    public const int Private = 2;
    public const int Temporary = 3;

    private const string Prefix = "SESSION_TYPE_";

    /// <summary>The number of a name such as <c>PRIVATE</c>, <c>Private</c> or <c>SESSION_TYPE_PRIVATE</c>.</summary>
    public static int? NumberOf(string name)
    {
        var upper = name.ToUpperInvariant();
        return (upper.StartsWith(Prefix, StringComparison.Ordinal) ? upper[Prefix.Length..] : upper) switch
        {
            "UNSPECIFIED" => 0,
            "PUBLIC" => Public,
            "PRIVATE" => Private,
            "TEMPORARY" => Temporary,
            _ => null,
        };
    }
}
