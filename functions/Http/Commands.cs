using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Sessions.Engine;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.Http;

/// <summary>What the engine is told of a request.</summary>
public static class Commands
{
    private const int HashDigits = 64;

    /// <summary>The request as a change is asked for with: its moment, its idempotency key, the version it
    /// names.</summary>
    public static async ValueTask<Command> Command(this Exchange exchange)
    {
        var request = exchange.Request;
        var command = new Command(exchange.Now, exchange.Aborted)
        {
            RequireVersion = request.RequireMatch, Who = exchange.Caller.Id,
        };
        if (exchange.IdempotencyKey is not { } key)
        {
            return command;
        }

        var body = await exchange.Body();
        var target = $"{request.Method} {request.Path}{request.QueryString}\n";
        byte[] asked = [.. Encoding.UTF8.GetBytes(target), .. body.Span];
        return command with
        {
            Once = new(
                $"once:{Digest($"{exchange.Account.Id}\n{exchange.Caller.Id}\n{key}")}",
                Convert.ToHexString(SHA256.HashData(asked)),
                Convert.ToHexString(SHA256.HashData(body.Span))),
        };
    }

    /// <summary>
    /// The id that something new was given under this idempotency key before there were records; see
    /// <see cref="Subject{TSeen,T}.MadeBefore"/>.
    /// </summary>
    public static Guid IdOfBefore(this Exchange exchange, string scope) => Uuid.From(
        exchange.Account.SigningKey.Sign("idempotency", Encoding.UTF8.GetBytes($"{scope}\n{exchange.IdempotencyKey}")));

    private static string Digest(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashDigits];
}

/// <summary>The key that a client sends to make a repeated create one create.</summary>
internal static class IdempotencyKey
{
    private const int MaxLength = 255;

    /// <summary>The key of <c>Idempotency-Key</c>, or of Twilio's own header; null when neither is sent.</summary>
    /// <exception cref="RefusedException">The key is empty, too long, or given twice.</exception>
    public static string? Of(IHeaderDictionary headers)
    {
        var standard = headers["Idempotency-Key"];
        return (standard.Count > 0 ? standard : headers["I-Twilio-Idempotency-Token"]) switch
        {
            { Count: 0 } => null,
            [{ Length: > 0 and <= MaxLength } key] => key,
            _ => throw RefusedException.For(
                RefusalKind.Invalid,
                $"The idempotency key must be one value of 1 to {MaxLength} characters.",
                "IDEMPOTENCY_KEY_INVALID"),
        };
    }
}

/// <summary>Finds what was made under an idempotency key before there were records of them.</summary>
public static class CreatesOfBefore
{
    /// <summary>The create, with where such a thing lies whose id is the UUID that the key gave it.</summary>
    public static Subject<TSeen, T> WithMadeBefore<TSeen, T>(
        this Subject<TSeen, T> create, IDocumentStore store, Exchange exchange, string scope)
        where T : class => create.WithMadeBefore(store, exchange, scope, id => id.ToString());

    /// <summary>The same for an API whose ids are written otherwise.</summary>
    public static Subject<TSeen, T> WithMadeBefore<TSeen, T>(
        this Subject<TSeen, T> create, IDocumentStore store, Exchange exchange, string scope, Func<Guid, string> idOf)
        where T : class => create with
        {
            MadeBefore = async () => (await store.Read(
                create.Partition, idOf(exchange.IdOfBefore(scope)), exchange.Aborted)).OrNull(),
        };
}
