using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>
/// A MessageInteraction on the wire: an Interaction that the application began, so nothing of it is inbound.
/// Source: https://www.twilio.com/docs/proxy/api/message-interaction
/// </summary>
public sealed record MessageInteractionResource(
    string Sid,
    string SessionSid,
    string ServiceSid,
    string AccountSid,
    string Data,
    string Type,
    string ParticipantSid,
    string? InboundParticipantSid,
    string? InboundResourceSid,
    string? InboundResourceStatus,
    string? InboundResourceType,
    string? InboundResourceUrl,
    string OutboundParticipantSid,
    string? OutboundResourceSid,
    string OutboundResourceStatus,
    string OutboundResourceType,
    string? OutboundResourceUrl,
    DateTimeOffset DateCreated,
    DateTimeOffset DateUpdated,
    string Url)
{
    internal static MessageInteractionResource Of(
        Document document, Interaction interaction, Exchange exchange, string url) => new(
        Sid: InteractionDocuments.SidOf(document),
        SessionSid: interaction.SessionSid,
        ServiceSid: exchange.Route("serviceSid"),
        AccountSid: exchange.Account.Sid,
        Data: interaction.Data,
        Type: interaction.Type,
        ParticipantSid: interaction.Outbound.ParticipantSid,
        InboundParticipantSid: null,
        InboundResourceSid: null,
        InboundResourceStatus: null,
        InboundResourceType: null,
        InboundResourceUrl: null,
        OutboundParticipantSid: interaction.Outbound.ParticipantSid,
        OutboundResourceSid: interaction.Outbound.ResourceSid,
        OutboundResourceStatus: interaction.Outbound.ResourceStatus,
        OutboundResourceType: interaction.Outbound.ResourceType,
        OutboundResourceUrl: null,
        DateCreated: document.Lifetime.CreatedAt,
        DateUpdated: document.Lifetime.UpdatedAt,
        Url: url);
}

/// <summary>A page of MessageInteractions; the envelope calls them interactions, too.</summary>
public sealed record MessageInteractionList(IReadOnlyList<MessageInteractionResource> Interactions, ListMeta Meta);
