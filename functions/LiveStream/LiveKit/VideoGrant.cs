namespace Sessions.LiveStream;

/// <summary>What a LiveKit token lets its bearer do. Null is LiveKit's own default.</summary>
internal sealed record VideoGrant
{
    public string? Room { get; init; }

    public bool? RoomJoin { get; init; }

    public bool? RoomAdmin { get; init; }

    public bool? RoomCreate { get; init; }

    public bool? RoomRecord { get; init; }

    public bool? IngressAdmin { get; init; }

    public bool? CanPublish { get; init; }

    public bool? CanSubscribe { get; init; }

    public bool? CanPublishData { get; init; }

    public bool? CanUpdateOwnMetadata { get; init; }

    public bool? Hidden { get; init; }

    public IReadOnlyList<string>? CanPublishSources { get; init; }
}

/// <summary>The claims of a LiveKit token.</summary>
/// <param name="Iss">The API key.</param>
/// <param name="Sub">The participant's identity; null for the service itself.</param>
/// <param name="Name">The participant's name for people.</param>
/// <param name="Nbf">Valid from, in Unix seconds.</param>
/// <param name="Exp">Valid until.</param>
/// <param name="Metadata">What others see of the participant.</param>
/// <param name="Video">What it grants.</param>
internal sealed record LiveKitClaims(
    string Iss, string? Sub, string? Name, long Nbf, long Exp, string? Metadata, VideoGrant Video);

/// <summary>Who enters a LiveKit room.</summary>
/// <param name="Identity">Unique in the room: a second one of it puts the first one out.</param>
/// <param name="Name">The name for people, or null.</param>
/// <param name="Metadata">What others see of them, or null.</param>
internal sealed record Participant(string Identity, string? Name, string? Metadata);
