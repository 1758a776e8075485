using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>An Interaction on the wire. Source: https://www.twilio.com/docs/proxy/api/interaction</summary>
public sealed record InteractionResource(
    string Sid,
    string SessionSid,
    string ServiceSid,
    string AccountSid,
    string Data,
    string Type,
    string? InboundParticipantSid,
    string? InboundResourceSid,
    string? InboundResourceStatus,
    string? InboundResourceType,
    string? InboundResourceUrl,
    string? OutboundParticipantSid,
    string? OutboundResourceSid,
    string? OutboundResourceStatus,
    string? OutboundResourceType,
    string? OutboundResourceUrl,
    DateTimeOffset DateCreated,
    DateTimeOffset DateUpdated,
    string Url)
{
    internal static InteractionResource Of(Document document, Interaction interaction, Exchange exchange, string url) =>
        new(
        Sid: InteractionDocuments.SidOf(document),
        SessionSid: interaction.SessionSid,
        ServiceSid: exchange.Route("serviceSid"),
        AccountSid: exchange.Account.Sid,
        Data: interaction.Data,
        Type: interaction.Type,
        InboundParticipantSid: interaction.Inbound?.ParticipantSid,
        InboundResourceSid: interaction.Inbound?.ResourceSid,
        InboundResourceStatus: interaction.Inbound?.ResourceStatus,
        InboundResourceType: interaction.Inbound?.ResourceType,
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

/// <summary>A page of Interactions.</summary>
public sealed record InteractionList(IReadOnlyList<InteractionResource> Interactions, ListMeta Meta);
