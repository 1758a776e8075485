using Microsoft.Extensions.Configuration;
using Sessions.Configuration;
using Sessions.Engine;
using Sessions.Lifecycle;

namespace Sessions.CamaraWebRtc;

/// <summary>
/// Looks whether the devices of a call are still there. No call is told of a registration that is refreshed or ends,
/// which would cost each refresh a write for each call; so it is looked at when it would have ended, and a grace after.
/// </summary>
public sealed class CallWatch(Registrations registrations, CallSettings settings)
{
    /// <summary>How long a call may be connected.</summary>
    public TimeSpan LongestCall => settings.LongestCall;

    /// <summary>When the devices must be looked at, or null when none is known.</summary>
    internal DateTimeOffset? DueOf(MediaSession call) =>
        Sooner.Of(call.OriginatorUntil, call.ReceiverUntil) + settings.RegistrationGrace;

    /// <summary>Ends an open call one of whose devices has not registered again; else looks again later.</summary>
    internal async ValueTask<Decision> Look(
        State<MediaSession> open, DateTimeOffset now, CancellationToken cancellation)
    {
        var body = open.Body;
        if (IsOver(body.OriginatorUntil, now))
        {
            var partition = Partitions.OfParty(open.Account, body.Originator);
            if (await registrations.LiveOf(partition, body.OriginatorDevice!, now, cancellation) is not { } live)
            {
                return CallRules.Vanish(open, Sides.Originator, now);
            }

            body = body with { OriginatorUntil = live.Lifetime.DateExpiry };
        }

        if (IsOver(body.ReceiverUntil, now))
        {
            var (until, device) = await Receiver(open.Account, body, now, cancellation);
            if (until is null)
            {
                return CallRules.Vanish(open, Sides.Receiver, now);
            }

            body = body with { ReceiverUntil = until, ReceiverDevice = device };
        }

        return Decision.To(open with { Body = body });
    }

    // An update named the registration alone. When that is gone before anybody has looked, any device of the number
    // may have taken its place.
    private async ValueTask<(DateTimeOffset? Until, string? Device)> Receiver(
        string account, MediaSession call, DateTimeOffset now, CancellationToken cancellation)
    {
        var partition = Partitions.OfParty(account, call.Receiver);
        if (call.ReceiverDevice is { } known)
        {
            var found = await registrations.LiveOf(partition, known, now, cancellation);
            return (found?.Lifetime.DateExpiry, known);
        }

        var all = await registrations.Of(partition, now, cancellation);
        State<Registration>[] live = [.. all.Where(found => found.Lifetime.Open)];
        var answered = Array.Find(live, found => found.Id == call.AnsweredBy);
        return answered is not null
            ? (answered.Lifetime.DateExpiry, answered.Body.DeviceId)
            : (live.Max(found => found.Lifetime.DateExpiry), null);
    }

    private bool IsOver(DateTimeOffset? until, DateTimeOffset now) => until + settings.RegistrationGrace <= now;
}

/// <summary>How long calls last whose parties do not end them.</summary>
public sealed record CallSettings
{
    /// <summary>How long a call may be connected: <c>CamaraWebRtc__LongestCall</c>, else a day.</summary>
    public TimeSpan LongestCall { get; init; } = TimeSpan.FromDays(1);

    /// <summary>
    /// How long a device may be without a registration before its call ends:
    /// <c>CamaraWebRtc__RegistrationGrace</c>, else two minutes.
    /// </summary>
    public TimeSpan RegistrationGrace { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Reads the <c>CamaraWebRtc</c> section.</summary>
    /// <exception cref="SettingsException">A value is no span of time.</exception>
    public static CallSettings From(IConfiguration configuration)
    {
        var (defaults, section) = (new CallSettings(), new SettingsSection(configuration.GetSection("CamaraWebRtc")));
        return new()
        {
            LongestCall = section.Span("LongestCall", defaults.LongestCall),
            RegistrationGrace = section.Span("RegistrationGrace", defaults.RegistrationGrace),
        };
    }
}
