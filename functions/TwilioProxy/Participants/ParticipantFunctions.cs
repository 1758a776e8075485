using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>
/// Participants. They lie in their Session's document, whose version is theirs.
/// Source: https://www.twilio.com/docs/proxy/api/participant
/// </summary>
public sealed class ParticipantFunctions(
    ProxySurface surface,
    ProxySessionKind sessions,
    LastNumberKind lastNumbers,
    ProxyReader reader,
    ProxyLists lists,
    NumberChoices choices,
    ClaimReader claims,
    Changes changes,
    IIdSource ids)
{
    /// <summary>Adds a Participant to a Session.</summary>
    [Function("TwilioProxy_CreateParticipant")]
    public Task<IResult> Create(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "post",
            Route = "v1/Services/{serviceSid}/Sessions/{sessionSid}/Participants")]
        HttpRequest request) =>
        surface.Run(request, ProxyScopes.WriteParticipants, async exchange =>
        {
            var service = await reader.Service(exchange);
            var wanted = NewParticipant.Read(await exchange.Form());
            var sid = Sids.Of(Sids.Participant, ids.Next());
            var session = await changes.Change(
                await exchange.Command(), Joining(exchange, service, wanted), (joining, now) =>
                {
                    if (!joining.Session.Lifetime.Open)
                    {
                        throw ProxyErrors.SessionClosed();
                    }

                    var joined = ParticipantRules.Join(joining.Session, wanted, sid, joining.Choice, now);
                    return Decision.To(joined).AndWrite(
                        lastNumbers.Remember(service, joined.Partition, [joined.Body.Participants[^1]], now));
                });
            return Show(exchange, StatusCodes.Status201Created, Added(exchange, session), session.Version);
        });

    /// <summary>Fetches a Participant, one that was removed too.</summary>
    [Function("TwilioProxy_FetchParticipant")]
    public Task<IResult> Fetch(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head",
            Route = "v1/Services/{serviceSid}/Sessions/{sessionSid}/Participants/{participantSid}")]
        HttpRequest request) =>
        surface.Run(request, ProxyScopes.ReadParticipants, async exchange =>
        {
            await reader.Service(exchange);
            var session = await reader.Session(exchange, exchange.Now);
            return Show(
                exchange, StatusCodes.Status200OK, ProxyReader.Participant(exchange, session), session.Version);
        });

    /// <summary>Lists a Session's Participants, the newest first and removed ones too.</summary>
    [Function("TwilioProxy_ListParticipant")]
    public Task<IResult> List(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head",
            Route = "v1/Services/{serviceSid}/Sessions/{sessionSid}/Participants")]
        HttpRequest request) =>
        surface.Run(request, ProxyScopes.ReadParticipants, async exchange =>
        {
            var service = await reader.Service(exchange);
            var session = await reader.Session(exchange, exchange.Now);
            var path = $"/Services/{service.Id}/Sessions/{session.Id}/Participants";
            var newestFirst = session.Body.Participants.Reverse().ToList();
            var (page, meta) = await lists.Cut(exchange, newestFirst, one => one.Sid, "participants", path);
            var list = new ParticipantList([.. page.Select(participant => Resource(exchange, participant))], meta);
            return Answer.Json(StatusCodes.Status200OK, list, ProxyJson.Wire.ParticipantList);
        });

    /// <summary>Removes a Participant, whose pair is free then. It stays with its Session as removed.</summary>
    [Function("TwilioProxy_DeleteParticipant")]
    public Task<IResult> Delete(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "delete",
            Route = "v1/Services/{serviceSid}/Sessions/{sessionSid}/Participants/{participantSid}")]
        HttpRequest request) =>
        surface.Run(request, ProxyScopes.WriteParticipants, async exchange =>
        {
            await reader.Service(exchange);
            await changes.Change(
                await exchange.Command(),
                reader.Changing(exchange),
                (session, now) => ParticipantRules.Leave(session, ProxyReader.Present(exchange, session), now));
            return Answer.Empty(StatusCodes.Status204NoContent);
        });

    private Subject<Joining, ProxySession> Joining(
        Exchange exchange, State<ProxyService> service, NewParticipant wanted)
    {
        var taken = new TakenPairs(exchange.Now);
        return new(sessions, ProxyReader.PartitionOf(exchange), async now => new(
            await reader.Session(exchange, now), (await choices.Prepare(exchange, service, [wanted], taken, now))!))
        {
            Lane = exchange.Route("sessionSid"),
            VersionOf = joining => joining.Session.Version,
            Taken = (refused, now) => claims.Learn(refused, taken, now, exchange.Aborted),
            MadeBefore = () => MadeBefore(exchange),
        };
    }

    // A participant of before there were records carries what tells a repeat by itself, as it is no document.
    private async ValueTask<Document?> MadeBefore(Exchange exchange)
    {
        var session = await reader.Session(exchange, exchange.Now);
        return session.Body.Find(SidOfBefore(exchange)) is { } made
            ? session.Origin! with { RequestHash = made.RequestHash }
            : null;
    }

    private static string SidOfBefore(Exchange exchange) => Sids.Of(Sids.Participant, exchange.IdOfBefore(
        $"{ProxyReader.PartitionOf(exchange)}:{exchange.Route("sessionSid")}:participant"));

    // What the change left, or what a repeat is answered with, ends with the participant that was added.
    private static Participant Added(Exchange exchange, State<ProxySession> session) =>
        (exchange.IdempotencyKey is null ? null : session.Body.Find(SidOfBefore(exchange)))
            ?? session.Body.Participants[^1];

    private ParticipantResource Resource(Exchange exchange, Participant participant)
    {
        var path = $"/Services/{exchange.Route("serviceSid")}/Sessions/{exchange.Route("sessionSid")}";
        return ParticipantResource.Of(
            participant, exchange, surface.UrlOf(exchange, $"{path}/Participants/{participant.Sid}"));
    }

    private Answer Show(Exchange exchange, int status, Participant participant, string version) => Answer
        .Json(status, Resource(exchange, participant), ProxyJson.Wire.ParticipantResource)
        .WithVersion(version);
}

/// <summary>What a rule sees when somebody joins a Session.</summary>
internal sealed record Joining(State<ProxySession> Session, NumberChoice Choice);

/// <summary>A Participant on the wire. Source: https://www.twilio.com/docs/proxy/api/participant</summary>
public sealed record ParticipantResource(
    string Sid,
    string SessionSid,
    string ServiceSid,
    string AccountSid,
    string? FriendlyName,
    string Identifier,
    string ProxyIdentifier,
    string? ProxyIdentifierSid,
    DateTimeOffset? DateDeleted,
    DateTimeOffset DateCreated,
    DateTimeOffset DateUpdated,
    string Url,
    ParticipantLinks Links)
{
    internal static ParticipantResource Of(Participant participant, Exchange exchange, string url) => new(
        Sid: participant.Sid,
        SessionSid: exchange.Route("sessionSid"),
        ServiceSid: exchange.Route("serviceSid"),
        AccountSid: exchange.Account.Sid,
        FriendlyName: participant.FriendlyName,
        Identifier: participant.Identifier,
        ProxyIdentifier: participant.ProxyIdentifier,
        ProxyIdentifierSid: participant.ProxyIdentifierSid,
        DateDeleted: participant.DeletedAt,
        DateCreated: participant.CreatedAt,
        DateUpdated: participant.UpdatedAt,
        Url: url,
        Links: new($"{url}/MessageInteractions"));
}

/// <summary>What lies under a Participant.</summary>
public sealed record ParticipantLinks(string MessageInteractions);

/// <summary>A page of Participants.</summary>
public sealed record ParticipantList(IReadOnlyList<ParticipantResource> Participants, ListMeta Meta);
