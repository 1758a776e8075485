using Sessions.Engine;
using Sessions.Http;

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
    internal static InteractionResource Of(State<Interaction> interaction, Exchange exchange, string url) => new(
        Sid: MessageInteractionKind.SidOf(interaction),
        SessionSid: interaction.Body.SessionSid,
        ServiceSid: exchange.Route("serviceSid"),
        AccountSid: exchange.Account.Sid,
        Data: interaction.Body.Data,
        Type: interaction.Body.Type,
        InboundParticipantSid: interaction.Body.Inbound?.ParticipantSid,
        InboundResourceSid: interaction.Body.Inbound?.ResourceSid,
        InboundResourceStatus: interaction.Body.Inbound?.ResourceStatus,
        InboundResourceType: interaction.Body.Inbound?.ResourceType,
        InboundResourceUrl: interaction.Body.Inbound?.UrlUnder(exchange.Account),
        OutboundParticipantSid: interaction.Body.Outbound.ParticipantSid,
        OutboundResourceSid: interaction.Body.Outbound.ResourceSid,
        OutboundResourceStatus: interaction.Body.Outbound.ResourceStatus,
        OutboundResourceType: interaction.Body.Outbound.ResourceType,
        OutboundResourceUrl: interaction.Body.Outbound.UrlUnder(exchange.Account),
        DateCreated: interaction.CreatedAt,
        DateUpdated: interaction.UpdatedAt,
        Url: url);
}

/// <summary>A page of Interactions.</summary>
public sealed record InteractionList(IReadOnlyList<InteractionResource> Interactions, ListMeta Meta);

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
    internal static MessageInteractionResource Of(State<Interaction> interaction, Exchange exchange, string url) => new(
        Sid: MessageInteractionKind.SidOf(interaction),
        SessionSid: interaction.Body.SessionSid,
        ServiceSid: exchange.Route("serviceSid"),
        AccountSid: exchange.Account.Sid,
        Data: interaction.Body.Data,
        Type: interaction.Body.Type,
        ParticipantSid: interaction.Body.Outbound.ParticipantSid,
        InboundParticipantSid: null,
        InboundResourceSid: null,
        InboundResourceStatus: null,
        InboundResourceType: null,
        InboundResourceUrl: null,
        OutboundParticipantSid: interaction.Body.Outbound.ParticipantSid,
        OutboundResourceSid: interaction.Body.Outbound.ResourceSid,
        OutboundResourceStatus: interaction.Body.Outbound.ResourceStatus,
        OutboundResourceType: interaction.Body.Outbound.ResourceType,
        OutboundResourceUrl: interaction.Body.Outbound.UrlUnder(exchange.Account),
        DateCreated: interaction.CreatedAt,
        DateUpdated: interaction.UpdatedAt,
        Url: url);
}

/// <summary>A page of MessageInteractions; the envelope calls them interactions, too.</summary>
public sealed record MessageInteractionList(IReadOnlyList<MessageInteractionResource> Interactions, ListMeta Meta);
