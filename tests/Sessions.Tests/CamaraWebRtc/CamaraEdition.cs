using System.Net;

namespace Sessions.Tests.CamaraWebRtc;

/// <summary>
/// A published state of the standard as its yaml has it, for tests that hold for several: in other words than the
/// service's own.
/// </summary>
/// <param name="Name">Its tag or branch.</param>
/// <param name="Slug">Its document's name in addresses.</param>
/// <param name="Calls">Where its calls are.</param>
/// <param name="Registrations">Where its registrations are.</param>
/// <param name="Subscriptions">Where its subscriptions are.</param>
internal sealed record CamaraEdition(
    string Name, string Slug, string Calls, string Registrations, string Subscriptions)
{
    public static CamaraEdition R22 { get; } = new(
        "r2.2",
        "camara-webrtc-r2.2",
        "/webrtc-call-handling/v0.3/sessions",
        "/webrtc-registration/v0.3/sessions",
        "/webrtc-events/v0.2/subscriptions")
    {
        Registered = HttpStatusCode.OK,
    };

    public static CamaraEdition R31 { get; } = new(
        "r3.1",
        "camara-webrtc-r3.1",
        "/webrtc-call-handling/v0.4rc1/sessions",
        "/webrtc-registration/v0.4rc1/sessions",
        "/webrtc-events/v0.3rc1/subscriptions")
    {
        IsNext = true,
    };

    public static CamaraEdition Main { get; } = new(
        "main",
        "camara-webrtc-vwip",
        "/webrtc-call-handling/vwip/sessions",
        "/webrtc-registration/vwip/sessions",
        "/webrtc-events/vwip/subscriptions")
    {
        IsNext = true,
        RegistersOnce = true,
    };

    /// <summary>The short path, which has calls alone; what else there is comes from r2.2.</summary>
    public static CamaraEdition Short { get; } = R22 with
    {
        Name = "short", Slug = "camara-webrtc", Calls = "/webrtc/sessions",
    };

    public static IReadOnlyList<CamaraEdition> All { get; } = [R22, R31, Main, Short];

    /// <summary>What a registration is answered with.</summary>
    public HttpStatusCode Registered { get; init; } = HttpStatusCode.Created;

    /// <summary>Whether it came after r2.2: subscriptions by device, of several types, that can be changed.</summary>
    public bool IsNext { get; init; }

    /// <summary>Whether a registered device is refused when it registers again.</summary>
    public bool RegistersOnce { get; init; }

    public static CamaraEdition Named(string name) => All.Single(edition => edition.Name == name);

    public override string ToString() => Name;
}
