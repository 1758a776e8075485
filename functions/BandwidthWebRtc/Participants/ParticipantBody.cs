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
