using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sessions.Lifecycle;

namespace Sessions.Http.Limits;

/// <summary>
/// Counts wrong credentials by address, as <c>sessions.sign_in.failed</c> of the meter <c>Sessions</c>, logs them
/// without what was sent, and refuses more than so many in a minute, a moment late, so that guessing on costs the
/// guesser time and the others nothing. Right ones are never asked where they come from.
/// </summary>
public sealed partial class SignInGuard : IDisposable
{
    // Each of them holds a connection meanwhile.
    private const int MostKeptWaiting = 64;
    private static readonly TimeSpan _window = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _late = TimeSpan.FromSeconds(0.5);

    private readonly LimitSettings _settings;
    private readonly ClientAddress _addresses;
    private readonly RealTime _real;
    private readonly ILogger<SignInGuard> _log;
    private readonly Counter<long> _failed;
    private readonly PartitionedRateLimiter<string> _limiter;
    private int _keptWaiting;

    /// <summary>Nobody has failed yet.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "A meter is its factory's to dispose of.")]
    public SignInGuard(
        LimitSettings settings,
        ClientAddress addresses,
        RealTime real,
        IMeterFactory meters,
        ILogger<SignInGuard> log)
    {
        (_settings, _addresses, _real, _log) = (settings, addresses, real, log);
        _failed = meters.Create("Sessions").CreateCounter<long>(
            "sessions.sign_in.failed", "{request}", "Requests with wrong credentials.");
        _limiter = PartitionedRateLimiter.Create<string, string>(address => RateLimitPartition.GetFixedWindowLimiter(
            address, _ => new() { PermitLimit = settings.FailedSignIns, Window = _window }));
    }

    /// <summary>Whether the request carries credentials at all.</summary>
    internal static bool AreSent(HttpRequest request) =>
        request.Headers.Authorization.Count > 0 || request.Headers.ContainsKey("X-API-Key");

    /// <summary>Takes note of wrong credentials.</summary>
    /// <exception cref="RefusedException">The address has sent too many.</exception>
    internal async ValueTask Failed(ISurface surface, HttpContext context)
    {
        _failed.Add(1, new KeyValuePair<string, object?>("sessions.surface", surface.Name));
        if (_addresses.Of(context) is not { } address)
        {
            LogFailed("nowhere", surface.Name, context.TraceIdentifier);
            return;
        }

        using var lease = _limiter.AttemptAcquire(address);
        if (!lease.IsAcquired)
        {
            await KeepWaiting(context.RequestAborted);

            // Whoever guesses must come anew for each guess.
            context.Response.Headers.Connection = "close";
            var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var left) ? left : _window;
            throw new LimitRefusal(
                "failed-sign-ins", _settings.FailedSignIns, wait, "Too many wrong credentials. Wait, then try again.")
            {
                Window = _window,
            }.Refused();
        }

        LogFailed(address, surface.Name, context.TraceIdentifier);
        if (_limiter.GetStatistics(address) is { CurrentAvailablePermits: 0 })
        {
            LogTooMany(_settings.FailedSignIns, address);
        }
    }

    private async ValueTask KeepWaiting(CancellationToken cancellation)
    {
        try
        {
            if (Interlocked.Increment(ref _keptWaiting) <= MostKeptWaiting)
            {
                await Task.Delay(_late, _real.Clock, cancellation);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _keptWaiting);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _limiter.Dispose();

    [LoggerMessage(40, LogLevel.Information, "Wrong credentials from {Address} for {Surface}, request {RequestId}")]
    private partial void LogFailed(string address, string surface, string requestId);

    [LoggerMessage(41, LogLevel.Warning, "{Count} wrong credentials from {Address}: more are refused for a minute")]
    private partial void LogTooMany(int count, string address);
}

/// <summary>Where a request comes from.</summary>
/// <param name="behindHost">
/// Whether a Functions host stands before this program: then the socket is the host's, and the client's address is the
/// last one in <c>X-Forwarded-For</c>, which the platform wrote. What stands before it is the client's own and may be
/// anything.
/// </param>
public sealed class ClientAddress(bool behindHost)
{
    private const int NetworkBytes = 8;

    /// <summary>
    /// The address; of IPv6 the network, since whoever has one address there has all of it. Null when there is none.
    /// </summary>
    public string? Of(HttpContext context)
    {
        var address = behindHost ? Forwarded(context.Request) : context.Connection.RemoteIpAddress;
        if (address is null)
        {
            return null;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4().ToString();
        }

        var bytes = address.GetAddressBytes();
        return bytes.Length <= NetworkBytes
            ? address.ToString()
            : $"{new IPAddress([.. bytes[..NetworkBytes], .. new byte[NetworkBytes]])}/64";
    }

    private static IPAddress? Forwarded(HttpRequest request)
    {
        var last = request.Headers["X-Forwarded-For"].ToString().Split(',')[^1].Trim();
        return IPEndPoint.TryParse(last, out var end) ? end.Address : null;
    }
}
