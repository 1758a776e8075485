using System.Security.Cryptography;
using System.Text;
using Sessions.Engine;
using Sessions.Lifecycle;

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
        var command = new Command(exchange.Now, exchange.Aborted) { RequireVersion = request.RequireMatch };
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
