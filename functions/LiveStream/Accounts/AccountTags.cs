using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Sessions.Configuration;
using Sessions.Http.Accounts;

namespace Sessions.LiveStream;

/// <summary>
/// Ties ids to accounts. Public reads name no account, so the last four bytes of each id are a hash of its account:
/// that finds the one partition without asking the store.
/// </summary>
public sealed class AccountTags
{
    private const int TagOffset = 12;
    private readonly Dictionary<uint, Account> _accounts = [];

    /// <summary>The tags of all accounts.</summary>
    /// <exception cref="SettingsException">
    /// <c>LiveStream__PublicAccount</c> names no account, or two accounts have one hash.
    /// </exception>
    public AccountTags(Credentials credentials, IConfiguration configuration)
    {
        foreach (var account in credentials.Accounts)
        {
            if (!_accounts.TryAdd(TagOf(account), account))
            {
                throw SettingsException.For("Accounts:Id", account.Id, "be another name: its hash is taken");
            }
        }

        const string key = "LiveStream:PublicAccount";
        var name = new SettingsSection(configuration.GetSection("LiveStream")).Text("PublicAccount");
        Public = name is null
            ? (credentials.Accounts is [var only] ? only : null)
            : credentials.Accounts.FirstOrDefault(account => account.Id == name)
                ?? throw SettingsException.For(key, name, "be the Id of an account");
    }

    /// <summary>
    /// Whose the public lists are: <c>LiveStream__PublicAccount</c>, else the only account, else nobody's.
    /// </summary>
    public Account? Public { get; }

    /// <summary>The account that an id belongs to, or null.</summary>
    public Account? Of(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return _accounts.GetValueOrDefault(BinaryPrimitives.ReadUInt32BigEndian(bytes[TagOffset..]));
    }

    /// <summary>The id, made one of this account.</summary>
    public static Guid Stamp(Guid id, Account account)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[TagOffset..], TagOf(account));
        return new(bytes, bigEndian: true);
    }

    private static uint TagOf(Account account) =>
        BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"live-stream/{account.Id}")));
}
