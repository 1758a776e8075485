using System.Text.Json.Serialization;

namespace Sessions.TwilioProxy;

/// <summary>The JSON by which the application makes a Session for a contact that has none.</summary>
internal sealed record AutoSession
{
    private const int MaxUniqueName = 191;

    /// <summary>The Session's name, or null.</summary>
    public string? UniqueName { get; init; }

    /// <summary>Its mode, or null to choose one that suits the participants.</summary>
    public string? Mode { get; init; }

    /// <summary>Its time to live in seconds; null is for ever, whatever the Service says.</summary>
    [JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
    public int? Ttl { get; init; }

    /// <summary>Its end, or null.</summary>
    public DateTimeOffset? DateExpiry { get; init; }

    /// <summary>Whom the contact is for.</summary>
    public string? ParticipantIdentifier { get; init; }

    /// <summary>The proxy number for that one, or null to choose it.</summary>
    public string? ParticipantProxyIdentifier { get; init; }

    /// <summary>The Session to make, or null when the answer is not good for one.</summary>
    /// <exception cref="Http.RefusedException">80404: the identifiers cannot be reached.</exception>
    public NewSession? For(Contact contact)
    {
        if (ParticipantIdentifier is null || Ttl < 0 || UniqueName?.Length > MaxUniqueName
            || (Mode is not null && !SessionMode.All.Contains(Mode)))
        {
            return null;
        }

        var caller = NewParticipant.Of(contact.From, null, contact.To, null);
        var other = NewParticipant.Of(ParticipantIdentifier, null, ParticipantProxyIdentifier, null);
        var channels = caller.Identifier.Channel is not null || other.Identifier.Channel is not null;
        return new(
            UniqueName is "" ? null : UniqueName,
            DateExpiry,
            Ttl ?? 0,
            Mode ?? (channels ? SessionMode.MessageOnly : SessionMode.VoiceAndMessage),
            SessionStatus.Open,
            [caller, other]);
    }
}
