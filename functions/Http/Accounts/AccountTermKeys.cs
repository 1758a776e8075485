using System.Text;
using Sessions.Engine;

namespace Sessions.Http.Accounts;

/// <summary>Digests under the accounts' signing secrets: with another secret, what is written again is found.</summary>
internal sealed class AccountTermKeys(Credentials credentials) : TermKeys
{
    private readonly Dictionary<string, SigningKey> _keys =
        credentials.Accounts.ToDictionary(account => account.Id, account => account.SigningKey);

    /// <inheritdoc/>
    protected override byte[] Digest(string account, string purpose, string text) =>
        (_keys.GetValueOrDefault(account) ?? new("")).Sign(purpose, Encoding.UTF8.GetBytes(text));
}
