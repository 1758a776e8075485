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
    /// <param name="asked">How often something was asked for already.</param>
    public static async Task<IllHouse> Start(Action<IServiceCollection>? more = null, int asked = 100)
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

        // What has not answered at once some times is not called hung so soon: it may be starting.
        await house.Ask(asked);
        return house;
    }

    /// <summary>Asks so many times, one after the other.</summary>
    public async Task Ask(int times)
    {
        for (var i = 0; i < times; i++)
        {
            (await Ask()).Is(HttpStatusCode.OK);
        }
    }

    /// <summary>Asks for something that is there.</summary>
    public Task<ApiReply> Ask() => Proxy.Get(Service);

    public ValueTask DisposeAsync() => App.DisposeAsync();
}
