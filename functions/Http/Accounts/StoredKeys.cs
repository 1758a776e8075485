using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Sessions.Engine;

namespace Sessions.Http.Accounts;

/// <summary>Keys that are made when they are first needed, and kept in the store.</summary>
internal static class StoredKeys
{
    private const int KeyBytes = 32;

    /// <summary>The key of this place. Of those who make one at once one is first, and the others take what it
    /// made.</summary>
    /// <exception cref="Storage.StoreFaultException">The store failed.</exception>
    public static async ValueTask<SigningKey> FindOrMake(
        Changes changes, Kind<StoredKey> kind, string account, string partition, string id, DateTimeOffset now,
        CancellationToken cancellation)
    {
        var made = new StoredKey(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)));
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
