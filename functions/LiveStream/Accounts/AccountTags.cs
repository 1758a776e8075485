using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Sessions.Configuration;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Accounts;
using Sessions.Lifecycle;
using Sessions.Storage;

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

/// <summary>The ids of this surface: UUIDs, stamped with their account.</summary>
internal static class Ids
{
    /// <summary>An id for something new of an account.</summary>
    public static string New(IIdSource ids, Account account) => AccountTags.Stamp(ids.Next(), account).Text();

    /// <summary>The create, with where its idempotency key had made such a thing before there were records.</summary>
    public static Subject<TSeen, T> WithMadeBefore<TSeen, T>(
        this Subject<TSeen, T> create, IDocumentStore store, Exchange exchange, string what)
        where T : class => create.WithMadeBefore(
            store, exchange, $"{create.Partition}/{what}", id => AccountTags.Stamp(id, exchange.Account).Text());

    /// <summary>The id of something that an account has one of by this name, always the same.</summary>
    public static Guid Of(Account account, string name) => AccountTags.Stamp(
        Uuid.From(SHA256.HashData(Encoding.UTF8.GetBytes($"live-stream/{account.Id}/{name}"))), account);

    /// <summary>The partition of all that an account has here: rooms, presets and sessions hang together.</summary>
    public static string Partition(Account account) => $"{account.Id}:live-stream";

    /// <summary>The <c>id</c> of the exchange's route.</summary>
    /// <exception cref="RefusedException">It is no UUID.</exception>
    public static Guid Read(Exchange exchange) => Read(exchange.Route("id"));

    /// <summary>An id as a path spells it.</summary>
    /// <exception cref="RefusedException">It is no UUID.</exception>
    public static Guid Read(string text) =>
        Guid.TryParseExact(text, "D", out var id) ? id : throw LiveStreamErrors.BadId();

    /// <summary>An id as documents carry it.</summary>
    public static string Text(this Guid id) => id.ToString("D");
}
