using System.Collections.Specialized;
using System.Text.Json.Nodes;
using System.Web;
using Sessions.Tests.CamaraWebRtc;
using Sessions.Tests.Support;

namespace Sessions.Tests.TwilioProxy;

/// <summary>Ann and Bob in a Session of a Service, a carrier that brings what they say, and an application.</summary>
internal sealed class CarrierScene : IAsyncDisposable
{
    public const string Ann = "+14155550001";
    public const string Bob = "+14155550002";
    public const string AnnsNumber = "+14155559001";
    public const string BobsNumber = "+14155559002";

    /// <summary>What makes a Session of Ann and Bob.</summary>
    public static readonly (string Name, string Value)[] People =
    [
        ("Participants", $$"""{"Identifier": "{{Ann}}", "ProxyIdentifier": "{{AnnsNumber}}"}"""),
        ("Participants", $$"""{"Identifier": "{{Bob}}", "ProxyIdentifier": "{{BobsNumber}}"}"""),
    ];

    private CarrierScene(SessionsApp app, WebhookSink sink) => (App, Sink) = (app, sink);

    public SessionsApp App { get; }

    /// <summary>The application. Its callback URL is <c>/told</c>.</summary>
    public WebhookSink Sink { get; }

    public ProxyClient Proxy { get; private set; } = null!;

    public CarrierClient Carrier { get; private set; } = null!;

    public string Service { get; private set; } = "";

    public string Session { get; private set; } = "";

    public static async Task<CarrierScene> Start()
    {
        var sink = await WebhookSink.Start();
        var app = await SessionsApp.Start(
            builder => builder.Configuration["Messaging:WebhookUrl"] = $"{sink.Url}/messages");
        var scene = new CarrierScene(app, sink) { Proxy = ProxyClient.Acme(app), Carrier = new(app) };
        scene.Service = await scene.Proxy.NewService();
        await scene.Proxy.Post(scene.Service, ("CallbackUrl", $"{sink.Url}/told"));
        await scene.Proxy.NewNumber(scene.Service, AnnsNumber);
        await scene.Proxy.NewNumber(scene.Service, BobsNumber);
        scene.Session = await scene.NewSession();
        return scene;
    }

    public Task<string> NewSession() => Proxy.NewSession(Service, People);

    /// <summary>The one Interaction of the Session.</summary>
    public async Task<JsonNode> Interaction() =>
        Assert.Single(await Proxy.List($"{Session}/Interactions", "interactions"))!;

    /// <summary>What the application is told, when it is this often and no more.</summary>
    public async Task<List<NameValueCollection>> Told(int count)
    {
        List<NameValueCollection> told = [];
        while (told.Count < count)
        {
            if (await Sink.Next() is { Path: "/told" } received)
            {
                told.Add(HttpUtility.ParseQueryString(received.Body));
            }
        }

        await App.EventsLeft(0);
        Assert.DoesNotContain(Sink.TakeAll(), received => received.Path == "/told");
        return told;
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Sink.DisposeAsync();
    }
}
