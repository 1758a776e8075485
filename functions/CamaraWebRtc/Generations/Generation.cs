using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Sessions.CamaraWebRtc;

/// <summary>
/// One published state of the standard: where its APIs are, and in what it differs from the others. All of them show
/// the same calls, registrations and subscriptions, each on its own wire. Source: the yaml files of
/// https://github.com/camaraproject/WebRTC, compared in docs/camara-webrtc.md
/// </summary>
internal sealed record Generation
{
    /// <summary>Its name there: a tag or a branch.</summary>
    public required string Name { get; init; }

    /// <summary>Its name in the address of its OpenAPI document.</summary>
    public required string Slug { get; init; }

    /// <summary>The versions of its APIs, for people.</summary>
    public required string Versions { get; init; }

    /// <summary>Where its calls are.</summary>
    public required PathString Calls { get; init; }

    /// <summary>Where its registrations are; null when it has none.</summary>
    public PathString? Registrations { get; init; }

    /// <summary>Where its subscriptions are; null when it has none.</summary>
    public PathString? Events { get; init; }

    /// <summary>What its events API is called; its types of events and its scopes begin with it.</summary>
    public string EventsApi { get; init; } = "webrtc-events";

    /// <summary>Whether a call is made with a registration; else one that is named is only looked at.</summary>
    public bool CallsAreRegistered { get; init; } = true;

    /// <summary>Whether calls carry a clientCorrelator.</summary>
    public bool HasClientCorrelator { get; init; }

    /// <summary>The addresses that may be called, and call; made when the first is looked at.</summary>
    public required Func<Regex> Addresses { get; init; }

    /// <summary>Whether an update that says anything says the status.</summary>
    public bool StatusIsRequired { get; init; }

    /// <summary>What a new registration is answered with.</summary>
    public int Registered { get; init; } = StatusCodes.Status201Created;

    /// <summary>Whether a device that is registered is refused when it registers again; else it is refreshed.</summary>
    public bool RefusesRepeatedRegistration { get; init; }

    /// <summary>Whether a token without numbers of its own names the number that it registers.</summary>
    public bool TakesPhoneNumber { get; init; }

    /// <summary>Whether a subscription is about a device and nothing narrower.</summary>
    public bool SubscribesByDevice { get; init; }

    /// <summary>How many types of events a subscription may ask for.</summary>
    public int MaxTypes { get; init; } = 1;

    /// <summary>Whether subscriptions can be changed.</summary>
    public bool ChangesSubscriptions { get; init; }

    /// <summary>The longest address of a sink.</summary>
    public int MaxSink { get; init; } = 2048;

    /// <summary>The most events that a subscription may ask for.</summary>
    public int MaxEvents { get; init; } = int.MaxValue;

    /// <summary>Whether the path is one of its own.</summary>
    public bool Serves(PathString path) =>
        IsUnder(Calls, path) || IsUnder(Registrations, path) || IsUnder(Events, path);

    /// <summary>The path of a call.</summary>
    public string CallAt(string id) => $"{Calls}/sessions/{id}";

    /// <summary>The path of a registration.</summary>
    public string RegistrationAt(string id) => $"{Registrations}/sessions/{id}";

    /// <summary>The path of a subscription.</summary>
    public string SubscriptionAt(string id) => $"{Events}/subscriptions/{id}";

    private static bool IsUnder(PathString? root, PathString path) =>
        root is { } own && path.StartsWithSegments(own, StringComparison.OrdinalIgnoreCase);
}

/// <summary>The generations that are served: a next one is a file beside this one, and a word here.</summary>
internal static class Generations
{
    /// <summary>All of them; what is older than they is of the first.</summary>
    public static IReadOnlyList<Generation> All { get; } =
        [R22.Generation, R31.Generation, WorkInProgress.Generation, ShortPath.Generation];

    /// <summary>The one that serves a path.</summary>
    /// <exception cref="Http.RefusedException">NOT_FOUND: there is no such version.</exception>
    public static Generation At(PathString path) =>
        All.FirstOrDefault(generation => generation.Serves(path)) ?? throw CamaraErrors.NotFound();

    /// <summary>The one of this name, or the first.</summary>
    public static Generation Named(string? name) => All.FirstOrDefault(generation => generation.Name == name) ?? All[0];
}

/// <summary>What generations take for an address. NonBacktracking, since main's form nests repetitions.</summary>
internal static partial class AddressForms
{
    private const string Domain =
        @"[A-Za-z0-9](?:[A-Za-z0-9\-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9\-]*[A-Za-z0-9])?)+";

    private const string Number = @"tel:\+[0-9]{5,15}";
    private const string NumberOfE164 = @"tel:\+[1-9][0-9]{4,14}";
    private const string User = @"sip:[A-Za-z0-9_.!%+\-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}";
    private const string Emergency = @"urn:service:sos(?:\.[a-z0-9](?:[a-z0-9\-]{0,30}[a-z0-9])?)*";

    private const string Context = @"[0-9*#]{1,15};phone-context=(?:\+[1-9][0-9]{0,14}|" + Domain + ")";
    private const string Local = "tel:" + Context + "|sip:" + Context + @"@[A-Za-z0-9.-]+\.[A-Za-z]{2,};user=phone";

    /// <summary>Every form that any generation knows.</summary>
    [GeneratedRegex(
        "^(?:" + Number + "|" + Local + "|" + User + "|" + Emergency + @")\z", RegexOptions.NonBacktracking)]
    public static partial Regex Any();

    /// <summary>Numbers, users and emergency services.</summary>
    [GeneratedRegex("^(?:" + Number + "|" + User + "|" + Emergency + @")\z", RegexOptions.NonBacktracking)]
    public static partial Regex OfR31();

    /// <summary>Numbers of E.164, local ones in their context, users and emergency services.</summary>
    [GeneratedRegex(
        "^(?:" + NumberOfE164 + "|" + Local + "|" + User + "|" + Emergency + @")\z", RegexOptions.NonBacktracking)]
    public static partial Regex OfMain();
}
