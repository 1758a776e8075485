namespace Sessions.Http.Accounts;

/// <summary>A tenant. Everything that it owns lies in partitions that begin with its <see cref="Id"/>.</summary>
/// <param name="Id">Its name in the store and in Bandwidth's paths: 1 to 64 of <c>[A-Za-z0-9_-]</c>.</param>
/// <param name="Sid">Its Twilio account SID, <c>AC</c> and 32 hexadecimal digits.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="SigningKey">What signs for this account and checks what was signed for it, as vendors have it.</param>
public sealed record Account(string Id, string Sid, string Name, SigningKey SigningKey)
{
    /// <summary>What is configured to sign participants' tokens; null for the key in the store.</summary>
    public SigningKey? ParticipantKey { get; init; }
}
