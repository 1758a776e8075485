using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>The number that an identifier had in its last Session.</summary>
/// <param name="Number">The number, as the participant reached it.</param>
public sealed record LastNumber(string Number);

/// <summary>
/// Remembers the last numbers of identifiers, in Services that avoid to give them again. Only those pay a read for it:
/// a Service that prefers the same number needs no memory, since its order of numbers is the same every time.
/// </summary>
internal static class LastNumbers
{
    public static readonly DocumentKind<LastNumber> Kind =
        new("twilio-proxy/last-number", ProxyStorageJson.Default.LastNumber);

    public static string IdOf(string identifier) => $"last:{ClaimDocuments.StatusOf(identifier)}";

    /// <summary>The write that remembers a participant's number, for as long as a closed Session is kept.</summary>
    public static Write Remember(string partition, Participant participant, DateTimeOffset now, TimeSpan retention) =>
        new Write.Put(new()
        {
            Partition = partition,
            Id = IdOf(participant.Identifier),
            Kind = Kind.Name,
            Lifetime = new() { Status = "", Open = true, CreatedAt = now, UpdatedAt = now },
            PurgeAt = now + retention,
            Body = Kind.Seal(new(participant.ProxyIdentifier)),
        });
}
