using Sessions.Engine;
using Sessions.Outbox;

namespace Sessions.BandwidthWebRtc;

/// <summary>What a create may say. Other members, such as a read-only id, are ignored.</summary>
/// <param name="CallbackUrl">Where callbacks go, or null.</param>
/// <param name="PublishPermissions">AUDIO, VIDEO or both, each once; null for neither.</param>
/// <param name="Tag">At most 50 characters.</param>
/// <param name="DeviceApiVersion">V3, which null stands for, or V2.</param>
public sealed record ParticipantBody(
    string? CallbackUrl, IReadOnlyList<string?>? PublishPermissions, string? Tag, string? DeviceApiVersion)
{
    private const int MaxCallbackUrl = 2048;
    private static readonly string[] _permissions = ["AUDIO", "VIDEO"];

    /// <summary>The participant that a body asks for; a request without one asks for the defaults.</summary>
    /// <exception cref="Http.RefusedException">400: a value is not allowed.</exception>
    internal static WebRtcParticipant Read(ParticipantBody? body, TargetPolicy targets) => new()
    {
        Tag = BandwidthParameters.Tag(body?.Tag),
        CallbackUrl = Callback(body?.CallbackUrl, targets),
        PublishPermissions = Permissions(body?.PublishPermissions ?? []),
        DeviceApiVersion = body?.DeviceApiVersion switch
        {
            null => "V3",
            "V3" or "V2" => body.DeviceApiVersion,
            _ => throw BandwidthErrors.Invalid("deviceApiVersion is V3 or V2."),
        },
    };

    private static string? Callback(string? url, TargetPolicy targets) =>
        url is null or "" ? null
        : url.Length <= MaxCallbackUrl && Uri.TryCreate(url, UriKind.Absolute, out var target) && targets.Allows(target)
            ? url
        : throw BandwidthErrors.Invalid(
            $"callbackUrl is {targets.Expected} of at most {MaxCallbackUrl} characters, with a public address.");

    private static List<string> Permissions(IReadOnlyList<string?> wanted) =>
        wanted.All(_permissions.Contains) && wanted.Distinct().Count() == wanted.Count
            ? [.. wanted.OfType<string>()]
            : throw BandwidthErrors.Invalid("publishPermissions is a list of AUDIO and VIDEO, each at most once.");
}

/// <summary>A participant on the wire.</summary>
/// <param name="Id">Its UUID.</param>
/// <param name="CallbackUrl">Where its callbacks go, or null.</param>
/// <param name="PublishPermissions">What it may publish.</param>
/// <param name="Sessions">The id of the session that it is in, or nothing.</param>
/// <param name="Subscriptions">Whom it hears and sees; empty for nobody.</param>
/// <param name="Tag">Its tag; its id when it was given none.</param>
/// <param name="DeviceApiVersion">V3 or V2.</param>
public sealed record ParticipantResource(
    string Id,
    string? CallbackUrl,
    IReadOnlyList<string> PublishPermissions,
    IReadOnlyList<string> Sessions,
    Subscriptions Subscriptions,
    string Tag,
    string DeviceApiVersion)
{
    internal static ParticipantResource Of(State<WebRtcParticipant> participant, State<WebRtcSession>? session)
    {
        var id = participant.Id;
        var member = session?.Body.Find(id) ?? new() { Id = id, Participant = participant.Body };
        return Of(member, session?.Id);
    }

    internal static ParticipantResource Of(Member member, string? sessionId) => new(
        Id: member.Id,
        CallbackUrl: member.Participant.CallbackUrl,
        PublishPermissions: member.Participant.PublishPermissions,
        Sessions: member.Joined ? [sessionId!] : [],
        Subscriptions: member.Subscriptions ?? Subscriptions.None,
        Tag: member.Participant.Tag ?? member.Id,
        DeviceApiVersion: member.Participant.DeviceApiVersion);
}

/// <summary>The answer to a create.</summary>
/// <param name="Participant">The participant.</param>
/// <param name="Token">What the participant's device proves itself with; told here only.</param>
public sealed record CreatedParticipant(ParticipantResource Participant, string Token);
