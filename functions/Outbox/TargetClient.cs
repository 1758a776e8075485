using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Sessions.Outbox;

/// <summary>
/// Speaks to targets: follows no redirect, uses no proxy, keeps no cookie, and connects only where the policy allows.
/// The address that was checked is the one connected to, so that a name cannot change its mind in between.
/// </summary>
internal sealed class TargetClient : IDisposable
{
    private const int MaxDrainedBytes = 16 * 1024;
    private const int MaxHeaderKilobytes = 16;
    private readonly TargetPolicy _policy;
    private readonly HttpMessageInvoker _http;

    [SuppressMessage("Reliability", "CA2000", Justification = "The invoker owns its handler.")]
    public TargetClient(TargetPolicy policy, TargetTransport? transport = null)
    {
        _policy = policy;
        _http = new(transport?.Handler ?? new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectCallback = Connect,
            MaxResponseDrainSize = MaxDrainedBytes,
            MaxResponseHeadersLength = MaxHeaderKilobytes,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ActivityHeadersPropagator = null,
        });
    }

    /// <summary>The answer's head; its body is never read.</summary>
    /// <exception cref="TargetRefusedException">The policy does not allow the target.</exception>
    /// <exception cref="HttpRequestException">The target could not be reached, or speaks no HTTP.</exception>
    public async Task<HttpResponseMessage> Send(HttpRequestMessage request, CancellationToken cancellation)
    {
        if (!_policy.Allows(request.RequestUri!))
        {
            throw new TargetRefusedException();
        }

        try
        {
            return await _http.SendAsync(request, cancellation);
        }
        catch (HttpRequestException failure) when (failure.InnerException is TargetRefusedException refused)
        {
            throw refused;
        }
        catch (SocketException failure)
        {
            // A connection that breaks while it is made comes as what it is.
            throw new HttpRequestException(HttpRequestError.ConnectionError, null, failure);
        }
    }

    public void Dispose() => _http.Dispose();

    [SuppressMessage("Reliability", "CA2000", Justification = "The stream owns its socket.")]
    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellation);
        IPAddress[] allowed = [.. addresses.Where(_policy.Allows)];
        if (allowed is [])
        {
            throw new TargetRefusedException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>What carries requests to targets in place of the network, such as a simulated one.</summary>
/// <param name="Handler">It answers them.</param>
public sealed record TargetTransport(HttpMessageHandler Handler);
