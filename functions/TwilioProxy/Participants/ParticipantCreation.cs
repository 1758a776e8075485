using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>Makes Sessions with their participants, and participants of Sessions, each in one commit.</summary>
public sealed class ParticipantCreation(
    SessionDocuments sessions, SessionChanges changes, SessionDirectory directory, NumberChoices choices)
{
    /// <summary>Creates a Session.</summary>
    /// <exception cref="RefusedException">What <see cref="SessionRules"/>, <see cref="ParticipantRules"/> and
    /// <see cref="NumberChoice"/> refuse, or 80603.</exception>
    internal async ValueTask<Document> CreateSession(Exchange exchange, Stored<ProxyService> service, NewSession wanted)
    {
        var partition = ServiceDocuments.PartitionUnder(exchange.Account, service.Document.Id);
        var lifetime = SessionRules.Start(wanted, service.Body.DefaultTtl, exchange.Now);
        ParticipantRules.RequireRoom(wanted.Participants, wanted.Mode);
        var choice = wanted.Participants.Count == 0 ? null : await choices.Prepare(
            exchange, service, wanted.Participants);
        var requestHash = await exchange.RequestHash();
        return await changes.Create(exchange, taken =>
        {
            var body = new ProxySession { UniqueName = wanted.UniqueName, Mode = wanted.Mode };
            foreach (var (index, participant) in wanted.Participants.Index())
            {
                var sid = Sids.Of(Sids.Participant, exchange.NewId($"{partition}:participant:{index}"));
                body = Add(exchange, body, participant, sid, choice!, taken);
            }

            var document = sessions.New(
                partition, Sids.Of(Sids.Session, exchange.NewId(partition)), lifetime, body, requestHash);
            return new(document, Remember(exchange, service, partition, body.Participants));
        });
    }

    /// <summary>Adds a participant to the Session that the path names.</summary>
    /// <exception cref="RefusedException">20404, 80607, and what <see cref="ParticipantRules"/> and
    /// <see cref="NumberChoice"/> refuse.</exception>
    internal async ValueTask<(Document Session, string Sid)> Add(
        Exchange exchange, Stored<ProxyService> service, NewParticipant wanted)
    {
        var partition = SessionDirectory.PartitionOf(exchange);
        var choice = await choices.Prepare(exchange, service, [wanted]);
        var requestHash = await exchange.RequestHash();
        var sid = Sids.Of(Sids.Participant, exchange.NewId($"{partition}:{exchange.Route("sessionSid")}:participant"));
        var changed = await directory.Change(exchange, (session, taken) =>
        {
            if (session.Body.Participants.FirstOrDefault(one => one.Sid == sid) is { } made)
            {
                return made.RequestHash == requestHash ? null : throw Creation.Mismatch();
            }

            if (!session.Document.Lifetime.Open)
            {
                throw ProxyErrors.SessionClosed();
            }

            var body = Add(exchange, session.Body, wanted, sid, choice, taken, requestHash);
            return new(session.Document.Lifetime with { UpdatedAt = exchange.Now }, body)
            {
                Beside = Remember(exchange, service, partition, [body.Participants[^1]]),
            };
        });
        return (changed.Document!, sid);
    }

    private static ProxySession Add(
        Exchange exchange,
        ProxySession session,
        NewParticipant wanted,
        string sid,
        NumberChoice choice,
        TakenPairs taken,
        string? requestHash = null)
    {
        ParticipantRules.RequireRoom(session.Participants, wanted, session.Mode);
        var address = choice.For(wanted, session.Mode, taken, sid, exchange.Now);
        var participant = new Participant
        {
            Sid = sid,
            Identifier = wanted.Identifier.Text,
            FriendlyName = wanted.FriendlyName,
            ProxyIdentifier = address.Text,
            ProxyIdentifierSid = address.Sid,
            CreatedAt = exchange.Now,
            UpdatedAt = exchange.Now,
            ClaimedAt = exchange.Now,
            RequestHash = requestHash,
        };
        return session with { Participants = [.. session.Participants, participant] };
    }

    private IReadOnlyList<Write> Remember(
        Exchange exchange, Stored<ProxyService> service, string partition, IReadOnlyList<Participant> participants) =>
        !service.Body.AvoidsSticky
            ? []
            : [.. participants.Select(one => LastNumbers.Remember(partition, one, exchange.Now, sessions.Retention))];
}
