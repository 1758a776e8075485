using Sessions.Engine;
using Sessions.Http;

namespace Sessions.TwilioProxy;

/// <summary>Reads what a path names, as it counts at a moment.</summary>
public sealed class ProxyReader(
    Reader reader, ProxyServiceKind services, ProxySessionKind sessions, SessionNames names)
{
    /// <summary>The partition of the Service that the path names.</summary>
    internal static string PartitionOf(Exchange exchange) =>
        ProxyServiceKind.PartitionUnder(exchange.Account.Id, exchange.Route("serviceSid"));

    /// <summary>
    /// The Service of the path. Services seldom change, so what lies under one costs no read of it for some seconds.
    /// </summary>
    /// <exception cref="RefusedException">20404: it does not exist, or is another account's.</exception>
    internal async ValueTask<State<ProxyService>> Service(Exchange exchange)
    {
        var sid = exchange.Route("serviceSid");
        return (Sids.Is(Sids.Service, sid)
            ? await reader.FindRecent(
                services, ProxyServiceKind.PartitionOf(exchange.Account), sid, exchange.Now, exchange.Aborted)
            : null) ?? throw MissingService(sid);
    }

    /// <summary>The Service of the path as it is stored now.</summary>
    /// <exception cref="RefusedException">20404: it does not exist, or is another account's.</exception>
    internal async ValueTask<State<ProxyService>> ServiceNow(Exchange exchange)
    {
        var sid = exchange.Route("serviceSid");
        return (Sids.Is(Sids.Service, sid)
            ? await reader.Find(
                services, ProxyServiceKind.PartitionOf(exchange.Account), sid, exchange.Now, exchange.Aborted)
            : null) ?? throw MissingService(sid);
    }

    /// <summary>The Service whose SID or unique name stands in the path.</summary>
    /// <exception cref="RefusedException">20404: it does not exist, or is another account's.</exception>
    internal async ValueTask<State<ProxyService>> ServiceByName(Exchange exchange)
    {
        var name = exchange.Route("serviceSid");
        return Sids.Is(Sids.Service, name)
            ? await ServiceNow(exchange)
            : await reader.FindByKey(
                services,
                ProxyServiceKind.PartitionOf(exchange.Account),
                ProxyServiceKind.KeyOf(name),
                exchange.Now,
                exchange.Aborted) ?? throw MissingService(name);
    }

    /// <summary>The Session of the path.</summary>
    /// <exception cref="RefusedException">20404: there is none.</exception>
    internal async ValueTask<State<ProxySession>> Session(Exchange exchange, DateTimeOffset now)
    {
        var sid = exchange.Route("sessionSid");
        return (Sids.Is(Sids.Session, sid)
            ? await reader.Find(sessions, PartitionOf(exchange), sid, now, exchange.Aborted)
            : null) ?? throw ProxyErrors.NotFound($"/Services/{exchange.Route("serviceSid")}/Sessions/{sid}");
    }

    /// <summary>The Session whose SID or unique name stands in the path.</summary>
    /// <exception cref="RefusedException">20404 for an unknown SID, 80308 for an unknown name.</exception>
    internal async ValueTask<State<ProxySession>> SessionByName(Exchange exchange)
    {
        var name = exchange.Route("sessionSid");
        return Sids.Is(Sids.Session, name)
            ? await Session(exchange, exchange.Now)
            : await names.Find(PartitionOf(exchange), name, exchange.Now, exchange.Aborted)
                ?? throw ProxyErrors.NoSessionOfThatName();
    }

    /// <summary>The Participant of the path, removed or not.</summary>
    /// <exception cref="RefusedException">20404: the Session never had it.</exception>
    internal static Participant Participant(Exchange exchange, State<ProxySession> session) =>
        session.Body.Find(exchange.Route("participantSid")) ?? throw MissingParticipant(exchange);

    /// <summary>The Participant of the path, who was not removed.</summary>
    /// <exception cref="RefusedException">20404: the Session does not have it.</exception>
    internal static Participant Present(Exchange exchange, State<ProxySession> session) =>
        session.Body.Find(exchange.Route("participantSid")) is { DeletedAt: null } present
            ? present
            : throw MissingParticipant(exchange);

    /// <summary>The Session of the path, to be changed.</summary>
    internal Subject<State<ProxySession>, ProxySession> Changing(Exchange exchange) => new(
        sessions, PartitionOf(exchange), now => Session(exchange, now))
    {
        Lane = exchange.Route("sessionSid"),
        VersionOf = session => session.Version,
    };

    private static RefusedException MissingService(string name) => ProxyErrors.NotFound($"/Services/{name}");

    private static RefusedException MissingParticipant(Exchange exchange) => ProxyErrors.NotFound(
        $"/Services/{exchange.Route("serviceSid")}/Sessions/{exchange.Route("sessionSid")}/Participants/"
        + exchange.Route("participantSid"));
}
