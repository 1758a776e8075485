using Sessions.Engine;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>The number that an identifier had in its last Session.</summary>
/// <param name="Number">The number, as the participant reached it.</param>
public sealed record LastNumber(string Number);

/// <summary>
/// Remembers the last numbers of identifiers, in Services that avoid to give them again. Only those pay a read for it:
/// a Service that prefers the same number needs no memory, since its order of numbers is the same every time.
/// </summary>
public sealed class LastNumberKind(RetentionSettings retention)
    : Kind<LastNumber>(KindName, ProxyStorageJson.Default.LastNumber)
{
    /// <summary>The kind, as documents carry it.</summary>
    internal const string KindName = "twilio-proxy/last-number";

    /// <summary>The id of what is remembered of an identifier.</summary>
    internal static string IdOf(string identifier) => $"last:{ClaimKind.HashOf(identifier)}";

    /// <summary>The writes that remember numbers which were given, for as long as a closed Session is kept.</summary>
    internal IEnumerable<Write> Remember(
        State<ProxyService> service, string partition, IEnumerable<Participant> given, DateTimeOffset now) =>
        service.Body.AvoidsSticky ? given.Select(participant => Remember(service.Account, partition, participant, now)) : [];

    private Write.Put Remember(string account, string partition, Participant participant, DateTimeOffset now)
    {
        var last = New(account, partition, IdOf(participant.Identifier), new(participant.ProxyIdentifier), now);
        return new Write.Put((last with { PurgeAt = now + retention.Closed }).Seal(now));
    }
}
