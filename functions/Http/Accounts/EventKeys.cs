using Sessions.Outbox;

namespace Sessions.Http.Accounts;

/// <summary>Signs events with their accounts' signing secrets.</summary>
internal sealed class EventKeys(Credentials credentials) : IEventKeys
{
    private readonly Dictionary<string, SigningKey> _keys =
        credentials.Accounts.ToDictionary(account => account.Id, account => account.SigningKey);

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Of(string account) => _keys.TryGetValue(account, out var key) ? key.Secret : [];
}
