using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Sessions.Http.Limits;

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
