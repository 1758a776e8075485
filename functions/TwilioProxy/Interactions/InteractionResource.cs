using System.Text.Json;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Bodies;

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

/// <summary>A message of the application, as a MessageInteraction's create names it.</summary>
/// <param name="Body">The text; empty when there is media only.</param>
/// <param name="Media">Addresses of media.</param>
internal sealed record NewMessage(string Body, IReadOnlyList<string> Media)
{
    private const int MaxBody = 1600;
    private const int MaxMedia = 10;

    /// <summary>Reads the parameters.</summary>
    /// <exception cref="Http.RefusedException">20001: nothing to send, or too much.</exception>
    public static NewMessage Read(Form form)
    {
        var body = new ProxyParameters(form).Text("Body", MaxBody) ?? "";
        var media = form.All("MediaUrl");
        return (body, media) switch
        {
            ("", []) => throw ProxyErrors.Invalid("Missing required parameter: send Body or MediaUrl."),
            (_, { Count: > MaxMedia }) => throw ProxyErrors.Invalid($"Invalid MediaUrl: send at most {MaxMedia}."),
            _ when !media.All(IsAddress) =>
                throw ProxyErrors.Invalid("Invalid MediaUrl: send absolute http or https URLs."),
            _ => new(body, media),
        };
    }

    /// <summary>The Participant of a Session, when it can be written to.</summary>
    /// <exception cref="Http.RefusedException">80607, 80614 or 80910: it cannot.</exception>
    public static Participant RequireRecipient(State<ProxySession> session, Participant to) =>
        !session.Lifetime.Open ? throw ProxyErrors.SessionClosed()
        : to.DeletedAt is not null ? throw ProxyErrors.RecipientWasRemoved()
        : session.Body.Mode == SessionMode.VoiceOnly ? throw ProxyErrors.MessageToVoiceOnly()
        : to;

    /// <summary>The Interaction of the message.</summary>
    /// <param name="session">Its Session.</param>
    /// <param name="to">Whom it goes to.</param>
    /// <param name="messageSid">The SID of the message; null when the carrier will name it.</param>
    public Interaction For(State<ProxySession> session, Participant to, string? messageSid) => new()
    {
        SessionSid = session.Id,
        Type = InteractionType.Message,
        Data = DataOf(Body, Media),
        Outbound = new(to.Sid, InteractionType.ResourceOf(InteractionType.Message), messageSid, OutcomeRules.Queued),
    };

    /// <summary>What is kept of a message.</summary>
    public static string DataOf(string body, IReadOnlyList<string> media) => JsonSerializer.Serialize(
        new(body, media is [] ? null : media), ProxyStorageJson.Relaxed.MessageData);

    /// <summary>The media in what is kept of a message.</summary>
    public static IReadOnlyList<string> MediaOf(string data) =>
        JsonSerializer.Deserialize(data, ProxyStorageJson.Relaxed.MessageData)?.MediaUrls ?? [];

    private static bool IsAddress(string text) =>
        text.Length <= 2048 && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
}

/// <summary>The data of a message's Interaction.</summary>
/// <param name="Body">The text.</param>
/// <param name="MediaUrls">Addresses of media, or null for none.</param>
internal sealed record MessageData(string Body, IReadOnlyList<string>? MediaUrls);
