using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Http.Limits;

namespace Sessions.Hosting.SelfHosted;

/// <summary>
/// Accepts connections no faster than those beyond the limit are closed: Kestrel closes them at once, but accepts a
/// burst faster than that, and each takes a descriptor until then. When those run out, the process ends. Who is not
/// accepted waits in the system's queue.
/// </summary>
/// <param name="sockets">What accepts them.</param>
/// <param name="limits">How many there may be.</param>
internal sealed class PacedListeners(IConnectionListenerFactory sockets, LimitSettings limits)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector, IDisposable
{
    // How many may be on their way to being closed.
    private const int Closing = 16;

    private readonly SemaphoreSlim _room = new(limits.Connections + Closing);

    public bool CanBind(EndPoint endpoint) =>
        sockets is not IConnectionListenerFactorySelector selector || selector.CanBind(endpoint);

    public async ValueTask<IConnectionListener> BindAsync(
        EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(await sockets.BindAsync(endpoint, cancellationToken), _room);

    public void Dispose() => _room.Dispose();

    private sealed class Listener(IConnectionListener sockets, SemaphoreSlim room) : IConnectionListener
    {
        private readonly CancellationTokenSource _unbound = new();

        public EndPoint EndPoint => sockets.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            try
            {
                await room.WaitAsync(_unbound.Token);
            }
            catch (OperationCanceledException)
            {
                return null;
            }

            ConnectionContext? connection = null;
            try
            {
                connection = await sockets.AcceptAsync(cancellationToken);
                return connection;
            }
            finally
            {
                if (connection is null)
                {
                    room.Release();
                }
                else
                {
                    connection.ConnectionClosed.UnsafeRegister(
                        static room => ((SemaphoreSlim)room!).Release(), room);
                }
            }
        }

        public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            await _unbound.CancelAsync();
            await sockets.UnbindAsync(cancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            await sockets.DisposeAsync();
            _unbound.Dispose();
        }
    }
}

/// <summary>Puts the pace before what accepts connections.</summary>
internal static class PacedListening
{
    /// <summary>Paces what has been added for it.</summary>
    public static void PaceListeners(this IServiceCollection services)
    {
        var sockets = services.Last(service => service.ServiceType == typeof(IConnectionListenerFactory));
        services.Remove(sockets);
        services.AddSingleton<IConnectionListenerFactory>(provider => new PacedListeners(
            (IConnectionListenerFactory)ActivatorUtilities.CreateInstance(provider, sockets.ImplementationType!),
            provider.GetRequiredService<LimitSettings>()));
    }
}
