using Sessions.Engine;
using Sessions.Http;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>Makes Sessions with their participants: for the API, and for contacts that have none.</summary>
public sealed class SessionCreation(
    ProxySessionKind sessions,
    LastNumberKind lastNumbers,
    NumberChoices choices,
    ClaimReader claims,
    Changes changes,
    IDocumentStore store,
    IIdSource ids)
{
    /// <summary>Creates a Session.</summary>
    /// <exception cref="RefusedException">What <see cref="SessionRules"/>, <see cref="ParticipantRules"/> and
    /// <see cref="NumberChoice"/> refuse, or 80603.</exception>
    internal async ValueTask<State<ProxySession>> Create(
        Exchange exchange, State<ProxyService> service, NewSession wanted)
    {
        ParticipantRules.RequireRoom(wanted.Participants, wanted.Mode);
        var partition = ProxyReader.PartitionOf(exchange);
        var sid = Sids.Of(Sids.Session, ids.Next());
        var sids = wanted.Participants.Select(_ => Sids.Of(Sids.Participant, ids.Next())).ToList();
        var taken = new TakenPairs(exchange.Now);
        var create = new Subject<NumberChoice, ProxySession>(
            sessions, partition, now => choices.Prepare(exchange, service, wanted.Participants, taken, now))
        {
            Taken = (refused, now) => claims.Learn(refused, taken, now, exchange.Aborted),
        }.WithMadeBefore(store, exchange, partition, id => Sids.Of(Sids.Session, id));
        return await changes.Change(await exchange.Command(), create, (choice, now) =>
        {
            var session = sessions.New(
                service.Account,
                partition,
                sid,
                new ProxySession { UniqueName = wanted.UniqueName, Mode = wanted.Mode },
                SessionRules.Start(wanted, service.Body.DefaultTtl, now));
            foreach (var (participant, participantSid) in wanted.Participants.Zip(sids))
            {
                session = ParticipantRules.Join(session, participant, participantSid, choice, now);
            }

            return Decision.To(session).AndWrite(
                lastNumbers.Remember(service, partition, session.Body.Participants, now));
        });
    }
}
