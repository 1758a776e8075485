using System.Collections.Concurrent;
using Sessions.Engine;

namespace Sessions.Http.Accounts;

/// <summary>
/// The keys that accounts sign participants' tokens and page tokens with: <c>Accounts__{n}__ParticipantKey</c>, or one
/// that is made when it is first needed and kept in the store. No password signs them: whoever checks a token would
/// hold what opens the account.
/// </summary>
public sealed class ParticipantKeys(Changes changes)
{
    private static readonly KeyKind _kind = new();
    private readonly ConcurrentDictionary<string, SigningKey> _stored = new(StringComparer.Ordinal);

    /// <summary>The account's key.</summary>
    /// <exception cref="Storage.StoreFaultException">The store failed.</exception>
    public async ValueTask<SigningKey> Of(Account account, DateTimeOffset now, CancellationToken cancellation) =>
        account.ParticipantKey
        ?? (_stored.TryGetValue(account.Id, out var known)
            ? known
            : _stored[account.Id] = await StoredKeys.FindOrMake(
                changes, _kind, account.Id, $"{account.Id}:account", "participant-key", now, cancellation));

    private sealed class KeyKind() : Kind<StoredKey>("account/participant-key", AccountsJson.Default.StoredKey);
}
