using System.Security.Cryptography;
using System.Text;
using Sessions.Http;
using Sessions.Http.Accounts;
using Sessions.Lifecycle;

namespace Sessions.LiveStream;

/// <summary>The ids of this surface: UUIDs, stamped with their account.</summary>
internal static class Ids
{
    /// <summary>An id for something new; the same again under the same idempotency key.</summary>
    public static Guid New(Exchange exchange, string kind) =>
        AccountTags.Stamp(exchange.NewId($"{Partition(exchange.Account)}/{kind}"), exchange.Account);

    /// <summary>The id of something that an account has one of by this name, always the same.</summary>
    public static Guid Of(Account account, string name) => AccountTags.Stamp(
        Uuid.From(SHA256.HashData(Encoding.UTF8.GetBytes($"live-stream/{account.Id}/{name}"))), account);

    /// <summary>The partition of all that an account has here: rooms, presets and sessions hang together.</summary>
    public static string Partition(Account account) => $"{account.Id}:live-stream";

    /// <summary>The <c>id</c> of the call's route.</summary>
    /// <exception cref="RefusedException">It is no UUID.</exception>
    public static Guid Read(Exchange exchange) => Read(exchange.Route("id"));

    /// <summary>An id as a path spells it.</summary>
    /// <exception cref="RefusedException">It is no UUID.</exception>
    public static Guid Read(string text) =>
        Guid.TryParseExact(text, "D", out var id) ? id : throw LiveStreamErrors.BadId();

    /// <summary>An id as documents carry it.</summary>
    public static string Text(this Guid id) => id.ToString("D");
}
