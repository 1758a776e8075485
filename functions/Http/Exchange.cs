using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Net.Http.Headers;
using Sessions.Configuration;
using Sessions.Engine;
using Sessions.Http.Accounts;
using Sessions.Http.Bodies;
using Sessions.Http.Limits;
using Sessions.Http.Pages;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.Http;

/// <summary>One authenticated request: who calls, when, and what was sent.</summary>
public sealed class Exchange
{
    private readonly ParticipantKeys _keys;
    private readonly HeldBytes _held;
    private readonly int _bodyLimit;
    private byte[]? _body;
    private IDisposable? _heldBody;

    internal Exchange(
        HttpRequest request,
        Caller caller,
        DateTimeOffset now,
        ParticipantKeys keys,
        HeldBytes held,
        int bodyLimit)
    {
        Request = request;
        Caller = caller;
        Now = now;
        _keys = keys;
        _held = held;
        _bodyLimit = bodyLimit;
        IdempotencyKey = Http.IdempotencyKey.Of(request.Headers);
    }

    /// <summary>The request itself.</summary>
    public HttpRequest Request { get; }

    /// <summary>Who calls.</summary>
    public Caller Caller { get; }

    /// <summary>The caller's account.</summary>
    public Account Account => Caller.Account;

    /// <summary>The moment of the request, UTC: every rule of one request sees the same.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>The key that makes a repeated create one create, or null.</summary>
    public string? IdempotencyKey { get; private set; }

    /// <summary>Ends when the client is gone.</summary>
    public CancellationToken Aborted => Request.HttpContext.RequestAborted;

    /// <summary>What signs the tokens of the account's participants.</summary>
    /// <exception cref="Storage.StoreFaultException">The store failed.</exception>
    public ValueTask<SigningKey> ParticipantKey() => _keys.Of(Account, Now, Aborted);

    /// <summary>What makes and reads the account's page tokens.</summary>
    /// <exception cref="Storage.StoreFaultException">The store failed.</exception>
    public async ValueTask<PageSigner> Pages() => new(await ParticipantKey(), Account.SigningKey);

    /// <summary>A parameter of the route, decoded.</summary>
    public string Route(string name) => (string)Request.RouteValues[name]!;

    /// <summary>Takes the idempotency key of an API that has a place of its own for it; null for none.</summary>
    /// <exception cref="RefusedException">The header has another key.</exception>
    public void RepeatBy(string? key)
    {
        if (key is not null && IdempotencyKey is not null && IdempotencyKey != key)
        {
            throw RefusedException.For(
                RefusalKind.Invalid,
                "The request has two different idempotency keys. Send one of them.",
                "IDEMPOTENCY_KEYS_DIFFER");
        }

        IdempotencyKey ??= key;
    }

    /// <summary>The body's bytes, read once.</summary>
    /// <exception cref="RefusedException">The body is over the surface's limit.</exception>
    /// <exception cref="RefusedException">Too many large bodies are held.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> Body()
    {
        if (_body is null)
        {
            // One of no announced length may come to as much as is read.
            _heldBody ??= _held.Body(Account, Math.Min(Request.ContentLength ?? AtMostUnannounced(), _bodyLimit));
            _body = await RequestBody.Read(Request, _bodyLimit, Aborted);
        }

        return _body;
    }

    /// <summary>Lets go of what is held for as long as the request is worked on.</summary>
    internal void Release() => _heldBody?.Dispose();

    private long AtMostUnannounced() => Request.Headers.TransferEncoding.Count > 0 ? _bodyLimit : 0;

    /// <summary>The body as a form; a request without one has no fields.</summary>
    /// <exception cref="RefusedException">It is no form, or not readable.</exception>
    public async ValueTask<Form> Form()
    {
        var body = await Body();
        return body.IsEmpty || Request.HasMediaType("application/x-www-form-urlencoded")
            ? Bodies.Form.Parse(body.Span)
            : throw RefusedException.For(
                RefusalKind.UnsupportedMedia, "Send the parameters as application/x-www-form-urlencoded.");
    }

    /// <summary>The body as JSON.</summary>
    /// <exception cref="RefusedException">It is no JSON, or does not fit the record.</exception>
    public async ValueTask<T> Json<T>(JsonTypeInfo<T> type) => Bodies.Json.Parse((await Body()).Span, type);

    /// <summary>The body as JSON, or null when there is none; clients announce JSON without sending any.</summary>
    /// <exception cref="RefusedException">It is no JSON, or does not fit the record.</exception>
    public async ValueTask<T?> JsonOrNull<T>(JsonTypeInfo<T> type)
        where T : class =>
        (await Body()).IsEmpty ? null : await Json(type);
}

/// <summary>What several surfaces read off a request.</summary>
public static class RequestExtensions
{
    /// <summary>Whether the body is announced as this media type, whatever its parameters.</summary>
    public static bool HasMediaType(this HttpRequest request, string mediaType) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase);

    /// <summary>Refuses when <c>If-Match</c> names other versions than the one that was found.</summary>
    /// <param name="request">The request.</param>
    /// <param name="version">The version found, without quotes.</param>
    /// <exception cref="RefusedException">The caller has seen another version.</exception>
    public static void RequireMatch(this HttpRequest request, string version)
    {
        if (request.Headers.IfMatch.Count == 0)
        {
            return;
        }

        var tags = EntityTagHeaderValue.TryParseList(request.Headers.IfMatch, out var parsed) ? parsed : [];
        if (!tags.Any(tag => tag.Tag == "*" || tag.Tag == Quoted(version)))
        {
            throw RefusedException.For(
                RefusalKind.PreconditionFailed, "This has changed. Fetch it again and repeat with its new ETag.");
        }
    }

    /// <summary>A version as it stands in an <c>ETag</c> header.</summary>
    public static string Quoted(string version) => $"\"{version}\"";
}

/// <summary>The address under which clients reach the service, for the links in answers.</summary>
public sealed class PublicAddress(IConfiguration configuration)
{
    /// <summary><c>Public__BaseUrl</c> without a final slash, or null.</summary>
    public string? Configured { get; } =
        new SettingsSection(configuration.GetSection("Public")).Address("BaseUrl")?.AbsoluteUri.TrimEnd('/');

    /// <summary><c>Public__BaseUrl</c>, else what the request came to; without a final slash.</summary>
    public string Of(HttpRequest request) => Configured ?? $"{request.Scheme}://{request.Host.Value}";
}

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
