using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace Sessions.Http.Accounts;

/// <summary>
/// The issuer's keys: fetched when the first token comes, again when they are an hour old, and at once for a key that
/// is not known yet, though for such no more than once a minute, whatever tokens come. While they cannot be had those
/// that are known stay good, and it is tried again soon.
/// </summary>
internal sealed partial class JwtKeys(JwtSettings settings, TimeProvider time, ILogger<JwtKeys> log) : IDisposable
{
    private static readonly TimeSpan _maxAge = TimeSpan.FromHours(1);
    private static readonly TimeSpan _betweenUnknown = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _firstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _gate = new(1);
    private readonly HttpClient _http = Client();
    private DateTimeOffset _nextForUnknown = DateTimeOffset.MinValue;
    private DateTimeOffset _notBefore = DateTimeOffset.MinValue;
    private TimeSpan _pause = _firstPause;
    private volatile Fetched? _known;

    /// <summary>The keys of this id; all of them for a token that names none.</summary>
    /// <exception cref="RefusedException">Unavailable: the issuer's keys were never to be had.</exception>
    public async ValueTask<IReadOnlyList<SecurityKey>> Find(string? kid, CancellationToken cancellation)
    {
        var known = _known;
        var isKnown = known?.Of(kid) is [_, ..];
        if (!isKnown || IsOld(known!))
        {
            // One goes for newer ones; nobody else waits for them while the old ones do.
            await Refresh(known, isKnown ? TimeSpan.Zero : Timeout.InfiniteTimeSpan, cancellation);
        }

        return _known?.Of(kid) ?? throw new RefusedException(
            new Refusal(RefusalKind.Unavailable, "The keys of the token's issuer cannot be had. Try again.")
            {
                RetryAfter = _firstPause, Cause = "ISSUER_UNAVAILABLE",
            });
    }

    public void Dispose()
    {
        _http.Dispose();
        _gate.Dispose();
    }

    private bool IsOld(Fetched known) => known.At + _maxAge <= time.GetUtcNow();

    // Whoever has waited for another's fetch has what he wanted, or has not got it either.
    private async Task Refresh(Fetched? seen, TimeSpan patience, CancellationToken cancellation)
    {
        if (!await _gate.WaitAsync(patience, cancellation))
        {
            return;
        }

        try
        {
            if (_known == seen && IsTime(seen))
            {
                _known = new(time.GetUtcNow(), await Fetch());
                _pause = _firstPause;
            }
        }
        catch (Exception failure) when (failure
            is HttpRequestException or SocketException or OperationCanceledException or ArgumentException)
        {
            LogFailure(settings.JwksUri, failure.GetType().Name);
            _notBefore = time.GetUtcNow() + _pause;
            _pause = _pause * 2 < _longestPause ? _pause * 2 : _longestPause;
        }
        finally
        {
            _gate.Release();
        }
    }

    private bool IsTime(Fetched? seen)
    {
        var now = time.GetUtcNow();
        if (now < _notBefore)
        {
            return false;
        }

        if (seen is not null && !IsOld(seen))
        {
            if (now < _nextForUnknown)
            {
                return false;
            }

            _nextForUnknown = now + _betweenUnknown;
        }

        return true;
    }

    // Not bound to the request that asked first: others wait for the same keys. The client has its own time limit.
    private async Task<JsonWebKey[]> Fetch()
    {
        var keys = new JsonWebKeySet(await _http.GetStringAsync(settings.JwksUri)).Keys;
        return [.. keys.Where(key => key is { Kty: "RSA" or "EC", Use: null or "" or "sig" })];
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The client owns its handler.")]
    private static HttpClient Client() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) })
        {
            Timeout = TimeSpan.FromSeconds(5),
            MaxResponseContentBufferSize = 256 * 1024,
        };

    [LoggerMessage(30, LogLevel.Warning, "The keys at {Address} could not be fetched: {Failure}")]
    private partial void LogFailure(Uri address, string failure);

    private sealed record Fetched(DateTimeOffset At, JsonWebKey[] Keys)
    {
        public JsonWebKey[] Of(string? kid) =>
            string.IsNullOrEmpty(kid) ? Keys : Array.FindAll(Keys, key => key.Kid == kid);
    }
}
