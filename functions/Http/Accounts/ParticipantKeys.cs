using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Sessions.Engine;

namespace Sessions.Http.Accounts;

/// <summary>
/// The keys that accounts sign participants' tokens and page tokens with: <c>Accounts__{n}__ParticipantKey</c>, or one
/// that is made when it is first needed and kept in the store. No password signs them: whoever checks a token would
/// hold what opens the account.
/// </summary>
public sealed class ParticipantKeys(Changes changes)
{
    private const int KeyBytes = 32;
    private static readonly KeyKind _kind = new();
    private readonly ConcurrentDictionary<string, SigningKey> _stored = new(StringComparer.Ordinal);

    /// <summary>The account's key.</summary>
    /// <exception cref="Storage.StoreFaultException">The store failed.</exception>
    public async ValueTask<SigningKey> Of(Account account, DateTimeOffset now, CancellationToken cancellation) =>
        account.ParticipantKey
        ?? (_stored.TryGetValue(account.Id, out var known)
            ? known
            : _stored[account.Id] = await FindOrMake(account, now, cancellation));

    // Of those who make one at once one is first, and the others take what it made.
    private async ValueTask<SigningKey> FindOrMake(Account account, DateTimeOffset now, CancellationToken cancellation)
    {
        var place = _kind.At($"{account.Id}:account", "participant-key");
        var made = new StoredKey(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)));
        var stored = await changes.Change(new(now, cancellation), place, (found, at) => found is null
            ? Decision.To(_kind.New(place.Partition, place.Id, made, at))
            : Decision.Keep(found));
        return new(stored.Body.Secret);
    }

    private sealed class KeyKind() : Kind<StoredKey>("account/participant-key", AccountsJson.Default.StoredKey);
}

/// <summary>A key as it is stored.</summary>
/// <param name="Secret">A text whose UTF-8 bytes sign.</param>
internal sealed record StoredKey(string Secret);

/// <summary>What is stored of accounts.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StoredKey))]
internal sealed partial class AccountsJson : JsonSerializerContext;
