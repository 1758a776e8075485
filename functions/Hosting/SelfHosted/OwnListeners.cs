using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Http.Limits;

namespace Sessions.Hosting.SelfHosted;

/// <summary>
/// Accepts connections: as many as there may be, each with its <see cref="LastWord"/>. One beyond the limit is closed
/// before the next is accepted. Kestrel by itself would accept a burst faster than it closes what is too many, and when
/// the descriptors run out, the process ends; and what it calls around each connection would be kept for as long as
/// that is open.
/// </summary>
/// <param name="sockets">What accepts them.</param>
/// <param name="limits">How many there may be.</param>
internal sealed class OwnListeners(IConnectionListenerFactory sockets, LimitSettings limits)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly ConnectionCount _count = new(limits.Connections);

    public bool CanBind(EndPoint endpoint) =>
        sockets is not IConnectionListenerFactorySelector selector || selector.CanBind(endpoint);

    public async ValueTask<IConnectionListener> BindAsync(
        EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(await sockets.BindAsync(endpoint, cancellationToken), _count);

    private sealed class Listener(IConnectionListener sockets, ConnectionCount count) : IConnectionListener
    {
        public EndPoint EndPoint => sockets.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (await sockets.AcceptAsync(cancellationToken) is { } connection)
            {
                if (count.TryAdd())
                {
                    connection.ConnectionClosed.UnsafeRegister(
                        static count => ((ConnectionCount)count!).Remove(), count);
                    LastWord.AddTo(connection);
                    return connection;
                }

                await connection.DisposeAsync();
            }

            return null;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) =>
            sockets.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => sockets.DisposeAsync();
    }

    // How many are open at all addresses.
    private sealed class ConnectionCount(int most)
    {
        private int _open;

        public bool TryAdd()
        {
            if (Interlocked.Increment(ref _open) <= most)
            {
                return true;
            }

            Remove();
            return false;
        }

        public void Remove() => Interlocked.Decrement(ref _open);
    }
}

/// <summary>Has the server take its connections from <see cref="OwnListeners"/>.</summary>
internal static class OwnListening
{
    /// <summary>Puts them before what was added to accept connections.</summary>
    public static void AddOwnListeners(this IServiceCollection services)
    {
        var sockets = services.Last(service => service.ServiceType == typeof(IConnectionListenerFactory));
        services.Remove(sockets);
        services.AddSingleton<IConnectionListenerFactory>(provider => new OwnListeners(
            (IConnectionListenerFactory)ActivatorUtilities.CreateInstance(provider, sockets.ImplementationType!),
            provider.GetRequiredService<LimitSettings>()));
    }
}
