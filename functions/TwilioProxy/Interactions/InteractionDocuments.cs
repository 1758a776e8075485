using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>
/// How Interactions lie in the store: in the partition of their Service, listed by their Session. A message of the
/// application lies there twice, as its Participant's list must find it, too; both are written and removed together.
/// </summary>
internal static class InteractionDocuments
{
    /// <summary>Interactions, with their Session's SID as status.</summary>
    public static readonly DocumentKind<Interaction> Kind =
        new("twilio-proxy/interaction", ProxyStorageJson.Default.Interaction);

    /// <summary>Messages of the application, with their Participant's SID as status.</summary>
    public static readonly DocumentKind<Interaction> Messages =
        new("twilio-proxy/message-interaction", ProxyStorageJson.Default.Interaction);

    /// <summary>The document of an Interaction.</summary>
    public static Document New(
        string partition, string sid, Interaction interaction, DateTimeOffset now, string? requestHash) => new()
    {
        Partition = partition,
        Id = sid,
        Kind = Kind.Name,
        Lifetime = new() { Status = interaction.SessionSid, Open = true, CreatedAt = now, UpdatedAt = now },
        RequestHash = requestHash,
        Body = Kind.Seal(interaction),
    };

    /// <summary>The writes that add an Interaction.</summary>
    public static IReadOnlyList<Write> Create(Document document) =>
        [new Write.Create(document), .. Copies(document).Select(copy => new Write.Create(copy))];

    /// <summary>The writes that change an Interaction.</summary>
    public static IReadOnlyList<Write> Replace(Document document) =>
        [new Write.Replace(document), .. Copies(document).Select(copy => new Write.Put(copy))];

    /// <summary>The writes that remove an Interaction.</summary>
    public static IReadOnlyList<Write> Delete(Document document) =>
        [new Write.Delete(document.Id, document.ETag), .. Copies(document).Select(copy => new Write.Delete(copy.Id))];

    /// <summary>The SID of the Interaction that a document is, or is the copy of.</summary>
    public static string SidOf(Document document) => document.Id.Split(':')[^1];

    private static IEnumerable<Document> Copies(Document document)
    {
        var interaction = Kind.Open(document)!.Body;
        return interaction.IsFromApplication
            ?
            [
                document with
                {
                    Id = $"message:{document.Id}",
                    Kind = Messages.Name,
                    Lifetime = document.Lifetime with { Status = interaction.Outbound.ParticipantSid },
                    RequestHash = null,
                },
            ]
            : [];
    }
}
