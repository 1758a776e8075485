using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Storage;
using Sessions.Tests.Support;
using Sessions.Tests.TwilioProxy;

namespace Sessions.Tests.Health;

/// <summary>The service over a store that may fall ill, and a client with something to ask for.</summary>
internal sealed class IllHouse : IAsyncDisposable
{
    private IllHouse(SessionsApp app, IllStore store, ProxyClient proxy, string service) =>
        (App, Store, Proxy, Service) = (app, store, proxy, service);

    public SessionsApp App { get; }

    public IllStore Store { get; }

    public ProxyClient Proxy { get; }

    /// <summary>A Service's path.</summary>
    public string Service { get; }

    /// <summary>Starts it.</summary>
    /// <param name="more">Adds to its services.</param>
    public static async Task<IllHouse> Start(Action<IServiceCollection>? more = null)
    {
        IllStore store = null!;
        var app = await SessionsApp.Start(builder =>
        {
            var counting = builder.Services.Last(each => each.ServiceType == typeof(IDocumentStore));
            store = new((IDocumentStore)counting.ImplementationInstance!);
            builder.Services.AddSingleton<IDocumentStore>(store);
            more?.Invoke(builder.Services);
        });
        var proxy = ProxyClient.Acme(app);
        var house = new IllHouse(app, store, proxy, await proxy.NewService());

        // What has not answered a hundred times is not called hung: it may be starting.
        for (var i = 0; i < 100; i++)
        {
            (await house.Ask()).Is(HttpStatusCode.OK);
        }

        return house;
    }

    /// <summary>Asks for something that is there.</summary>
    public Task<ApiReply> Ask() => Proxy.Get(Service);

    public ValueTask DisposeAsync() => App.DisposeAsync();
}
