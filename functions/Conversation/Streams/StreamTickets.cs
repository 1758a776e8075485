using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Http.Accounts;

namespace Sessions.Conversation;

/// <summary>
/// Tickets by which an EventSource, which sends no header, opens streams: good for one user's streams, to open them
/// within a minute, and for nothing else. A ticket is signed and kept nowhere; it may end up in a log of addresses,
/// where it is worth nothing by the time that somebody reads it.
/// </summary>
public sealed class StreamTickets(Credentials credentials, ParticipantKeys keys)
{
    /// <summary>How long a ticket opens streams.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    private const string Purpose = "conversation/stream-ticket";
    private const int SignatureLength = 32;
    private const int MaxLength = 2048;

    /// <summary>A ticket for the caller's streams; it may no more than the caller may.</summary>
    /// <exception cref="Storage.StoreFaultException">The store failed.</exception>
    public async ValueTask<StreamTicket> New(Exchange exchange)
    {
        var until = exchange.Now + Life;
        var scope = exchange.Caller.May(ConversationScopes.ReadEvents) ? ConversationScopes.ReadEvents : "";
        var seconds = until.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var said = Encoding.UTF8.GetBytes(
            string.Join('\n', seconds, scope, exchange.Account.Id, exchange.Caller.Subject));
        var key = await keys.Of(exchange.Account, exchange.Now, exchange.Aborted);
        return new(Base64Url.EncodeToString([.. key.Sign(Purpose, said), .. said]), until);
    }

    /// <summary>Who a ticket is of; null when it is none, is another account's to sign, or has run out.</summary>
    /// <exception cref="Storage.StoreFaultException">The store failed.</exception>
    public async ValueTask<Caller?> Caller(string ticket, DateTimeOffset now, CancellationToken cancellation)
    {
        if (ticket.Length > MaxLength || !Base64Url.IsValid(ticket)
            || Base64Url.DecodeFromChars(ticket) is not { Length: > SignatureLength } bytes)
        {
            return null;
        }

        var said = bytes[SignatureLength..];
        if (Encoding.UTF8.GetString(said).Split('\n', 4) is not [var until, var scope, var id, var subject]
            || credentials.Accounts.FirstOrDefault(account => account.Id == id) is not { } account)
        {
            return null;
        }

        var key = await keys.Of(account, now, cancellation);
        return CryptographicOperations.FixedTimeEquals(key.Sign(Purpose, said), bytes.AsSpan(0, SignatureLength))
            && long.Parse(until, CultureInfo.InvariantCulture) > now.ToUnixTimeMilliseconds()
                ? new(account) { Id = subject, Subject = subject, Scopes = new HashSet<string> { scope } }
                : null;
    }

    /// <summary>The ticket of a request that may carry one: for a stream, and without other credentials.</summary>
    internal static string? Of(HttpRequest request) =>
        request.Headers.Authorization.Count == 0
        && request.Path.Value!.EndsWith("/events", StringComparison.OrdinalIgnoreCase)
        && request.Query["ticket"] is [{ Length: > 0 } ticket]
            ? ticket
            : null;
}

/// <summary>A ticket on the wire.</summary>
/// <param name="Token">What stands in the query of a stream, as <c>ticket</c>.</param>
/// <param name="ExpireTime">Until when it opens one (AIP-214).</param>
public sealed record StreamTicket(string Token, Timestamp ExpireTime);

/// <summary>The way in for pages.</summary>
public sealed class StreamTicketFunctions(ConversationSurface surface, StreamTickets tickets)
{
    /// <summary>Creates a ticket, good for a minute and the caller's own streams.</summary>
    [Function("Conversation_CreateStreamTicket")]
    public Task<IResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/conversation/streamTickets")]
        HttpRequest request) =>
        surface.Run(request, ConversationScopes.WriteTickets, async exchange =>
            ConversationSurface.Reply(await tickets.New(exchange), ConversationJson.Default.StreamTicket));
}
