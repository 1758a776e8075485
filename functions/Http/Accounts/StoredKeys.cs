using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Sessions.Engine;
using Sessions.Lifecycle;
using Sessions.Outbox;

namespace Sessions.Http.Accounts;

/// <summary>Keys that are made when they are first needed, and kept in the store.</summary>
internal static class StoredKeys
{
    /// <summary>The key of this place. Of those who make one at once one is first, and the others take what it
    /// made.</summary>
    /// <exception cref="Storage.StoreFaultException">The store failed.</exception>
    public static async ValueTask<SigningKey> FindOrMake(
        Changes changes, IIdSource ids, Kind<StoredKey> kind, string account, string partition, string id,
        DateTimeOffset now, CancellationToken cancellation)
    {
        // Twice 122 bits that nobody can guess.
        var made = new StoredKey(Convert.ToBase64String([.. ids.Next().ToByteArray(), .. ids.Next().ToByteArray()]));
        var stored = await changes.Change(new(now, cancellation), kind.At(partition, id), (found, at) => found is null
            ? Decision.To(kind.New(account, partition, id, made, at))
            : Decision.Keep(found));
        return new(stored.Body.Secret);
    }
}

/// <summary>A key as it is stored.</summary>
/// <param name="Secret">A text whose UTF-8 bytes sign.</param>
internal sealed record StoredKey(string Secret);

/// <summary>What is stored of accounts.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StoredKey))]
internal sealed partial class AccountsJson : JsonSerializerContext;

/// <summary>An account's signing secret. Prints as nothing, so that it cannot slip into a log.</summary>
public sealed class SigningKey(string secret)
{
    private readonly byte[] _secret = Encoding.UTF8.GetBytes(secret);

    /// <summary>The secret's UTF-8 bytes, for the signatures whose form a vendor has fixed.</summary>
    public ReadOnlySpan<byte> Secret => _secret;

    /// <summary>HMAC-SHA256 over a text of ours; the purpose keeps one use from passing for another.</summary>
    public byte[] Sign(string purpose, ReadOnlySpan<byte> message)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(purpose), 0, .. message];
        return HMACSHA256.HashData(_secret, signed);
    }

    /// <inheritdoc/>
    public override string ToString() => "";
}

/// <summary>
/// The keys that accounts sign participants' tokens and page tokens with: <c>Accounts__{n}__ParticipantKey</c>, or one
/// that is made when it is first needed and kept in the store. No password signs them: whoever checks a token would
/// hold what opens the account.
/// </summary>
public sealed class ParticipantKeys(Changes changes, IIdSource ids)
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
                changes, ids, _kind, account.Id, $"{account.Id}:account", "participant-key", now, cancellation));

    private sealed class KeyKind() : Kind<StoredKey>("account/participant-key", () => AccountsJson.Default.StoredKey);
}

/// <summary>Digests under the accounts' signing secrets: with another secret, what is written again is found.</summary>
internal sealed class AccountTermKeys(Credentials credentials) : TermKeys
{
    private readonly Dictionary<string, SigningKey> _keys =
        credentials.Accounts.ToDictionary(account => account.Id, account => account.SigningKey);

    /// <inheritdoc/>
    protected override byte[] Digest(string account, string purpose, string text) =>
        (_keys.GetValueOrDefault(account) ?? new("")).Sign(purpose, Encoding.UTF8.GetBytes(text));
}

/// <summary>Signs events with their accounts' signing secrets.</summary>
internal sealed class EventKeys(Credentials credentials) : IEventKeys
{
    private readonly Dictionary<string, SigningKey> _keys =
        credentials.Accounts.ToDictionary(account => account.Id, account => account.SigningKey);

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Of(string account) => _keys.TryGetValue(account, out var key) ? key.Secret : [];
}
