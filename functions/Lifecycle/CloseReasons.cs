namespace Sessions.Lifecycle;

/// <summary>Why a session ended, where the API has no words of its own.</summary>
public static class CloseReasons
{
    /// <summary>A caller closed it.</summary>
    public const string Api = "api";

    /// <summary>Its time to live ran out.</summary>
    public const string Ttl = "ttl";

    /// <summary>Its fixed end came.</summary>
    public const string DateExpiry = "date-expiry";
}
