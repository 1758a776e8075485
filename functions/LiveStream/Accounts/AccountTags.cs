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
/// that finds the one partition without asking the store. The hash is hidden under a key that is made once and kept in
/// the store, so that nobody else can read an account from an id; in ids of before it is not, and these go on.
/// </summary>
public sealed class AccountTags
{
    private const int TagOffset = 12;
    private static readonly TagKeyKind _kind = new();
    private readonly Dictionary<uint, Account> _accounts = [];
    private readonly Dictionary<string, OwnIds> _own = new(StringComparer.Ordinal);
    private readonly Changes _changes;
    private readonly IIdSource _ids;
    private SigningKey? _key;

    /// <summary>The tags of all accounts.</summary>
    /// <exception cref="SettingsException">A public account is none, or two accounts have one hash.</exception>
    public AccountTags(Credentials credentials, IConfiguration configuration, Changes changes, IIdSource ids)
    {
        (_changes, _ids) = (changes, ids);
        foreach (var account in credentials.Accounts)
        {
            if (!_accounts.TryAdd(TagOf(account), account))
            {
                throw SettingsException.For("Accounts:Id", account.Id, "be another name: its hash is taken");
            }

            _own[account.Id] = new(Ids.Of(account, "library"), Ids.Of(account, "organization"));
        }

        Public = PublicAccounts.Read(new(configuration.GetSection("LiveStream")), credentials.Accounts);
    }

    /// <summary>Whose rooms and sessions everyone may see; the first one's are in the public lists.</summary>
    public IReadOnlyList<Account> Public { get; }

    /// <summary>Has the key at hand; to be waited for before <see cref="New"/>.</summary>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    public async ValueTask Ready(DateTimeOffset now, CancellationToken cancellation) =>
        _key ??= await StoredKeys.FindOrMake(
            _changes, _ids, _kind, account: "", "live-stream", "id-key", now, cancellation);

    /// <summary>The account that an id belongs to, or null.</summary>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    public async ValueTask<Account?> Of(Guid id, DateTimeOffset now, CancellationToken cancellation)
    {
        await Ready(now, cancellation);
        var tag = Tag(id);
        return _accounts.GetValueOrDefault(tag ^ Cover(id)) ?? _accounts.GetValueOrDefault(tag);
    }

    /// <summary>The ids of what an account has one of.</summary>
    internal OwnIds OwnOf(Account account) => _own[account.Id];

    /// <summary>An id for something new of an account.</summary>
    public string New(Account account, DateTimeOffset now)
    {
        var id = _ids.Next(now);
        return With(id, TagOf(account) ^ Cover(id)).Text();
    }

    /// <summary>
    /// What those who are nobody see in the place of an id that was made of its account's name: always the same. To be
    /// waited for as <see cref="New"/>.
    /// </summary>
    public Guid Hidden(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return Uuid.From(_key!.Sign("live-stream-hidden", bytes));
    }

    /// <summary>The id as it was made one of this account before there was a key.</summary>
    public static Guid Stamp(Guid id, Account account) => With(id, TagOf(account));

    private static uint Tag(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes[TagOffset..]);
    }

    private static Guid With(Guid id, uint tag)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[TagOffset..], tag);
        return new(bytes, bigEndian: true);
    }

    private static uint TagOf(Account account) =>
        BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"live-stream/{account.Id}")));

    // What hides the tag: another one for each id, of the bytes before the tag.
    private uint Cover(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt32BigEndian(_key!.Sign("live-stream-id", bytes[..TagOffset]));
    }

    private sealed class TagKeyKind() : Kind<StoredKey>("live-stream/id-key", () => AccountsJson.Default.StoredKey);
}

/// <summary>The ids of what an account has one of: they are all that there is of it.</summary>
/// <param name="Library">Where its rooms and presets are.</param>
/// <param name="Organization">Whose its users are.</param>
internal sealed record OwnIds(Guid Library, Guid Organization);

/// <summary>The ids of this surface: UUIDs that know their account.</summary>
internal static class Ids
{
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

/// <summary>Which accounts' live streams everyone may see.</summary>
internal static class PublicAccounts
{
    private const string Key = "PublicAccounts";
    private const string KeyOfTheFirst = "PublicAccount";

    /// <summary>
    /// Those of <c>LiveStream__PublicAccounts__{n}</c>, the one of <c>LiveStream__PublicAccount</c> first; the only
    /// account when nothing is said.
    /// </summary>
    /// <exception cref="SettingsException">One of them is no account.</exception>
    public static IReadOnlyList<Account> Read(SettingsSection settings, IReadOnlyList<Account> accounts)
    {
        var names = settings.Texts(Key).Prepend(settings.Text(KeyOfTheFirst)).OfType<string>().Distinct().ToList();
        if (names is [])
        {
            return accounts.Count == 1 ? accounts : [];
        }

        return
        [
            .. names.Select(name => accounts.FirstOrDefault(account => account.Id == name)
                ?? throw SettingsException.For(
                    settings.NameOf(settings.Text(KeyOfTheFirst) == name ? KeyOfTheFirst : Key),
                    name,
                    "be the Id of an account")),
        ];
    }
}
