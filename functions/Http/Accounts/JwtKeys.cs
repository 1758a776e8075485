using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace Sessions.Http.Accounts;

/// <summary>
/// The issuer's keys: fetched when the first token comes, then now and then, and at once for a key that is not known
/// yet; yet never more often than once in a minute, whatever tokens come.
/// </summary>
internal sealed partial class JwtKeys(JwtSettings settings, TimeProvider time, ILogger<JwtKeys> log) : IDisposable
{
    private static readonly TimeSpan _maxAge = TimeSpan.FromHours(1);
    private static readonly TimeSpan _floor = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _gate = new(1);
    private readonly HttpClient _http = Client();
    private DateTimeOffset _tried = DateTimeOffset.MinValue;
    private volatile Fetched? _known;

    /// <summary>The keys of this id; all of them for a token that names none.</summary>
    /// <exception cref="RefusedException">Unavailable: the issuer's keys were never to be had.</exception>
    public async ValueTask<IReadOnlyList<SecurityKey>> Find(string? kid, CancellationToken cancellation)
    {
        if (_known is not { } known || known.At + _maxAge <= time.GetUtcNow() || known.Of(kid) is [])
        {
            await Refresh(cancellation);
        }

        return _known?.Of(kid) ?? throw RefusedException.For(
            RefusalKind.Unavailable, "The keys of the token's issuer cannot be had. Try again.");
    }

    public void Dispose()
    {
        _http.Dispose();
        _gate.Dispose();
    }

    private async ValueTask Refresh(CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation);
        try
        {
            var now = time.GetUtcNow();
            if (now - _tried >= _floor)
            {
                _tried = now;
                _known = new(now, await Fetch());
            }
        }
        catch (Exception failure) when (failure
            is HttpRequestException or OperationCanceledException or ArgumentException)
        {
            LogFailure(settings.JwksUri, failure.GetType().Name);
        }
        finally
        {
            _gate.Release();
        }
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
