using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sessions.Configuration;

namespace Sessions.Http.Limits;

/// <summary>
/// How much is held for everybody and for one account: the <c>Limits</c> section. All of it counts on one instance.
/// What is not held in memory has no limit of its own: it is shared out, and only while others want it, too.
/// </summary>
public sealed record LimitSettings
{
    /// <summary>How many requests are under way at once: <c>Limits__Requests</c>. More of them wait.</summary>
    public int Requests { get; init; } = 1_000;

    /// <summary>How many requests wait: <c>Limits__Waiting</c>; half of them of one account at most.</summary>
    public int Waiting { get; init; } = 2_000;

    /// <summary>How long a request waits before it is refused: <c>Limits__Patience</c>.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many streams are open: <c>Limits__Streams</c>; half of them of one account at most.</summary>
    public int Streams { get; init; } = 20_000;

    /// <summary>
    /// How many bytes of bodies over 64 KB are held while they are read and worked on: <c>Limits__BodyBytes</c>; half
    /// of them of one account at most.
    /// </summary>
    public int BodyBytes { get; init; } = 128_000_000;

    /// <summary>
    /// How many bytes of answers over 64 KB, and of streams, are held until their readers have taken them:
    /// <c>Limits__AnswerBytes</c>; half of them of one account at most.
    /// </summary>
    public int AnswerBytes { get; init; } = 128_000_000;

    /// <summary>
    /// How many bytes a page of a list comes to, about: <c>Limits__PageBytes</c>. It ends early then, and names the
    /// next one.
    /// </summary>
    public int PageBytes { get; init; } = 1_000_000;

    /// <summary>
    /// How long a stream waits for its reader to take what was sent: <c>Limits__StreamDrain</c>. Then it ends with the
    /// place to resume.
    /// </summary>
    public TimeSpan StreamDrain { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many wrong credentials an address may send in a minute: <c>Limits__FailedSignIns</c>.</summary>
    public int FailedSignIns { get; init; } = 100;

    /// <summary>
    /// How many connections there are when the program serves itself: <c>Limits__Connections</c>, else what the
    /// process's descriptors leave room for.
    /// </summary>
    public int Connections { get; init; } = Descriptors.ForConnections;

    /// <summary>Reads the section.</summary>
    /// <exception cref="SettingsException">A value cannot be used.</exception>
    public static LimitSettings From(IConfiguration configuration)
    {
        var (section, defaults) = (new SettingsSection(configuration.GetSection("Limits")), new LimitSettings());
        return new()
        {
            Requests = section.Whole("Requests", defaults.Requests, min: 1),
            Waiting = section.Whole("Waiting", defaults.Waiting, min: 2),
            Patience = section.Span("Patience", defaults.Patience),
            Streams = section.Whole("Streams", defaults.Streams, min: 2),
            BodyBytes = section.Whole("BodyBytes", defaults.BodyBytes, min: 2_000_000),
            AnswerBytes = section.Whole("AnswerBytes", defaults.AnswerBytes, min: 4_000_000),
            PageBytes = section.Whole("PageBytes", defaults.PageBytes, min: 1_000),
            StreamDrain = section.Span("StreamDrain", defaults.StreamDrain),
            Connections = section.Whole("Connections", defaults.Connections, min: 1),
            FailedSignIns = section.Whole("FailedSignIns", defaults.FailedSignIns, min: 1),
        };
    }
}

/// <summary>What keeps one from taking the service from the others.</summary>
public static class LimitServices
{
    /// <summary>Adds it. Unless it was said before, a Functions host stands before the program.</summary>
    /// <exception cref="Configuration.SettingsException">A value of the section cannot be used.</exception>
    public static IServiceCollection AddLimits(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(LimitSettings.From(configuration));
        services.TryAddSingleton(new ClientAddress(behindHost: true));
        return services
            .AddSingleton<Shares>()
            .AddSingleton<HeldBytes>()
            .AddSingleton<SignInGuard>();
    }
}

/// <summary>A request beyond a limit, with what the limit is.</summary>
/// <param name="Policy">The limit's name.</param>
/// <param name="Quota">How much there is of it.</param>
/// <param name="Wait">When to try again.</param>
/// <param name="Message">What the caller should do.</param>
public sealed record LimitRefusal(string Policy, int Quota, TimeSpan Wait, string Message)
    : Refusal(RefusalKind.Throttled, Message)
{
    /// <summary>In how long the quota is there anew; null for one of what is held at once.</summary>
    public TimeSpan? Window { get; init; }

    /// <summary>The exception that ends a request so.</summary>
    internal RefusedException Refused() => new(this with { RetryAfter = Wait });

    /// <summary>Tells of the limit in the headers of the IETF's draft-ietf-httpapi-ratelimit-headers.</summary>
    internal void Tell(IHeaderDictionary headers)
    {
        var window = Window is { } span ? Invariant($";w={(int)span.TotalSeconds}") : "";
        headers["RateLimit-Policy"] = Invariant($"\"{Policy}\";q={Quota}{window}");
        headers["RateLimit"] = Invariant($"\"{Policy}\";r=0;t={(int)Math.Ceiling(Wait.TotalSeconds)}");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>How many files and sockets the process may have open: when they run out, it ends.</summary>
internal static class Descriptors
{
    private const string Limits = "/proc/self/limits";
    private const string OpenFiles = "Max open files";

    // What the store, the log, outgoing events and assemblies take: each of some 200 assemblies keeps its file open.
    private const int ForTheRest = 288;
    private const int Least = 16;
    private const int Most = 20_000;

    /// <summary>How many of them connections may take.</summary>
    public static int ForConnections => Math.Clamp(Allowed() - ForTheRest, Least, Most);

    private static int Allowed()
    {
        var line = File.Exists(Limits)
            ? File.ReadLines(Limits).FirstOrDefault(each => each.StartsWith(OpenFiles, StringComparison.Ordinal))
            : null;
        var words = line?[OpenFiles.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return int.TryParse(words?.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var soft)
            ? soft
            : int.MaxValue;
    }
}
