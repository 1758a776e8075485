using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sessions.TwilioProxy;

/// <summary>Something that a source has.</summary>
internal interface ISourceThing
{
    /// <summary>Its SID.</summary>
    string Sid { get; }
}

/// <summary>A Service as the source tells of it.</summary>
internal sealed record SourceService(
    string Sid,
    string? AccountSid,
    string? UniqueName,
    int? DefaultTtl,
    string? CallbackUrl,
    string? GeoMatchLevel,
    string? NumberSelectionBehavior,
    string? InterceptCallbackUrl,
    string? OutOfSessionCallbackUrl,
    string? ChatInstanceSid,
    DateTimeOffset DateCreated,
    DateTimeOffset? DateUpdated) : ISourceThing
{
    /// <summary>The Service as it is stored.</summary>
    public ProxyService Body => new()
    {
        UniqueName = UniqueName ?? Sid,
        DefaultTtl = DefaultTtl ?? 0,
        CallbackUrl = Sources.Given(CallbackUrl),
        GeoMatchLevel = GeoMatchLevel ?? "country",
        NumberSelectionBehavior = NumberSelectionBehavior ?? "prefer-sticky",
        InterceptCallbackUrl = Sources.Given(InterceptCallbackUrl),
        OutOfSessionCallbackUrl = Sources.Given(OutOfSessionCallbackUrl),
        ChatInstanceSid = Sources.Given(ChatInstanceSid),
    };
}

/// <summary>A phone number or a short code as the source tells of it.</summary>
internal sealed record SourceNumber(
    string Sid,
    string? PhoneNumber,
    string? ShortCode,
    string? FriendlyName,
    string? IsoCountry,
    bool? IsReserved,
    JsonElement? Capabilities,
    DateTimeOffset DateCreated,
    DateTimeOffset? DateUpdated) : ISourceThing
{
    /// <summary>
    /// What it can carry; null when that is what a number carries of which nobody has said otherwise.
    /// </summary>
    public Carries? Carries =>
        PhoneNumber is not null
        && Capabilities is { ValueKind: JsonValueKind.Object } said
        && said.GetPropertyCount() > 0
        && new Carries(Says(said, "voice"), Says(said, "sms"), Says(said, "mms"), Says(said, "fax")) is var carries
        && carries != Carries.AsPhoneNumbers
            ? carries
            : null;

    /// <summary>Its digits.</summary>
    public string Digits => PhoneNumber ?? ShortCode ?? throw ImportException.NotProxy($"{Sid} has no digits");

    // Twilio's schema has voice, its examples voice_inbound and voice_outbound.
    private static bool Says(JsonElement capabilities, string what) => capabilities.EnumerateObject().Any(one =>
        one.Value.ValueKind is JsonValueKind.True
        && (one.Name.Equals(what, StringComparison.OrdinalIgnoreCase)
            || one.Name.StartsWith($"{what}_", StringComparison.OrdinalIgnoreCase)));
}

/// <summary>A Session as the source tells of it.</summary>
internal sealed record SourceSession(
    string Sid,
    string? UniqueName,
    string Status,
    string? ClosedReason,
    int? Ttl,
    string? Mode,
    DateTimeOffset? DateStarted,
    DateTimeOffset? DateEnded,
    DateTimeOffset? DateLastInteraction,
    DateTimeOffset? DateExpiry,
    DateTimeOffset DateCreated,
    DateTimeOffset? DateUpdated) : ISourceThing
{
    /// <summary>Whether it lives.</summary>
    public bool IsOpen => Status is SessionStatus.Open or SessionStatus.InProgress;
}

/// <summary>A Participant as the source tells of it.</summary>
internal sealed record SourceParticipant(
    string Sid,
    string? Identifier,
    string? FriendlyName,
    string? ProxyIdentifier,
    string? ProxyIdentifierSid,
    DateTimeOffset? DateDeleted,
    DateTimeOffset DateCreated,
    DateTimeOffset? DateUpdated) : ISourceThing;

/// <summary>An Interaction as the source tells of it.</summary>
internal sealed record SourceInteraction(
    string Sid,
    string? Data,
    string? Type,
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
    DateTimeOffset? DateUpdated) : ISourceThing
{
    /// <summary>The Interaction as it is stored.</summary>
    public Interaction For(string sessionSid)
    {
        var type = Type ?? InteractionType.Message;
        var resource = InteractionType.ResourceOf(type);
        return new()
        {
            SessionSid = sessionSid,
            Type = type,
            Data = Data ?? Interaction.NoData,
            Inbound = InboundParticipantSid is null && InboundResourceSid is null ? null : new(
                InboundParticipantSid ?? "",
                InboundResourceType ?? resource,
                InboundResourceSid,
                InboundResourceStatus ?? "unknown")
            {
                IsCarriers = InboundResourceUrl is not null,
            },
            Outbound = new(
                OutboundParticipantSid ?? "",
                OutboundResourceType ?? resource,
                OutboundResourceSid,
                OutboundResourceStatus ?? "unknown")
            {
                IsCarriers = OutboundResourceUrl is not null,
            },
        };
    }
}

/// <summary>How a source writes: snake_case, with what it does not know as null.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SourceService))]
[JsonSerializable(typeof(SourceNumber))]
[JsonSerializable(typeof(SourceSession))]
[JsonSerializable(typeof(SourceParticipant))]
[JsonSerializable(typeof(SourceInteraction))]
internal sealed partial class SourceJson : JsonSerializerContext;

/// <summary>What is read of all of them.</summary>
internal static class Sources
{
    /// <summary>A text, or null where the source has an empty one.</summary>
    public static string? Given(string? text) => text is "" ? null : text;
}
