using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Sessions.LiveStream;
using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.LiveStream;

/// <summary>The service with the people of two accounts, over a stand-in for LiveKit or none.</summary>
internal sealed class LiveStreamHouse : IAsyncDisposable
{
    public const string ApiKey = "APIkey";
    public const string ApiSecret = "a LiveKit secret";
    public const string HlsBaseUrl = "https://cdn.test/live";
    private const int Viewers = 60;

    private readonly bool _owns;

    private LiveStreamHouse(SessionsApp app, LiveKitStandIn? liveKit, bool owns)
    {
        App = app;
        LiveKit = liveKit!;
        _owns = owns;
        Alice = Client(TestAccounts.AcmeToken);
        Bob = Client("bob-token");
        Ada = Client("ada-token");
        Oscar = Client(TestAccounts.OtherToken);
        Anyone = new(app.Anonymous());
    }

    public SessionsApp App { get; }

    /// <summary>The LiveKit server; only in a house that was built with one.</summary>
    public LiveKitStandIn LiveKit { get; }

    /// <summary>A host of acme.</summary>
    public LiveStreamClient Alice { get; }

    /// <summary>Another host of acme.</summary>
    public LiveStreamClient Bob { get; }

    /// <summary>The admin of acme.</summary>
    public LiveStreamClient Ada { get; }

    /// <summary>A host of the other account.</summary>
    public LiveStreamClient Oscar { get; }

    /// <summary>Somebody without a token.</summary>
    public LiveStreamClient Anyone { get; }

    /// <summary>Somebody of acme whose token has this role: co_host, moderator or speaker.</summary>
    public LiveStreamClient Of(string role) => Client($"{role}-token");

    /// <summary>One of many viewers of acme, by number.</summary>
    public LiveStreamClient Viewer(int number) => Client($"viewer-{number}");

    /// <summary>A house without a LiveKit server.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "The house disposes what it is made of.")]
    public static async Task<LiveStreamHouse> Build(params (string Key, string Value)[] settings) =>
        new(await SessionsApp.Start(builder => Configure(builder, settings)), null, owns: false);

    /// <summary>Such a house over another store than its own, such as that of another house.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "The house disposes what it is made of.")]
    public static async Task<LiveStreamHouse> BuildOver(
        Func<IServiceProvider, IDocumentStore> store, params (string Key, string Value)[] settings) =>
        new(await SessionsApp.Start(builder =>
        {
            Configure(builder, settings);
            builder.Services.AddSingleton(store);
        }), null, owns: false);

    /// <summary>A house with a LiveKit server; with that and the store of another house, as a second process.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "The house disposes what it is made of.")]
    public static async Task<LiveStreamHouse> BuildWithLiveKit(
        LiveStreamHouse? sharing = null, params (string Key, string Value)[] settings)
    {
        var liveKit = sharing?.LiveKit ?? await LiveKitStandIn.Start();
        var before = liveKit.Looks;
        var app = await SessionsApp.Start(builder =>
        {
            (string, string)[] server =
            [
                ("LiveKit:Url", liveKit.Url), ("LiveKit:ApiKey", ApiKey), ("LiveKit:ApiSecret", ApiSecret),
                ("LiveKit:HlsBaseUrl", HlsBaseUrl),
            ];
            Configure(builder, [.. server, .. settings]);
            if (sharing is not null)
            {
                builder.Services.AddSingleton<IDocumentStore>(sharing.App.Store);
            }
            else
            {
                liveKit.GoBy(ClockOf(builder));
            }
        });
        // When a process starts it asks for the rooms, the egresses and the ingresses, beside what it answers.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (liveKit.Looks < before + 3)
        {
            await Task.Delay(1, patience.Token);
        }

        return new(app, liveKit, owns: sharing is null);
    }

    /// <summary>Has LiveKit's webhooks arrive.</summary>
    public Task Told() => LiveKit.Post.Deliver(Anyone);

    /// <summary>Compares with LiveKit, as the timer does each minute.</summary>
    public Task<int> Reconcile() => App.Services.GetRequiredService<Reconciliation>().Run(CancellationToken.None);

    /// <summary>Moves the clock on, runs the timers' work, and has webhooks arrive.</summary>
    public async Task Pass(TimeSpan time)
    {
        App.Clock.Advance(time);
        LiveKit.World.Do(world =>
        {
            world.CloseIdleRooms();
            return 0;
        });
        await Told();
        await Reconcile();
        await App.Sweep();
    }

    /// <summary>Moves the clock on, bit by bit, until the work is done that waits for it.</summary>
    public Task MoveUntil(Task work) => MoveUntil(work, TimeSpan.FromMilliseconds(100));

    /// <summary>Moves the clock on no faster than time goes, for work that has a deadline.</summary>
    public Task WaitFor(Task work) => MoveUntil(work, TimeSpan.FromMilliseconds(1));

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        if (_owns)
        {
            await LiveKit.DisposeAsync();
        }
    }

    private async Task MoveUntil(Task work, TimeSpan step)
    {
        while (!work.IsCompleted)
        {
            App.Clock.Advance(step);
            await Task.WhenAny(work, Task.Delay(1));
        }

        await work;
    }

    private static FakeClock ClockOf(IHostApplicationBuilder builder) => (FakeClock)builder.Services
        .Last(service => service.ServiceType == typeof(TimeProvider)).ImplementationInstance!;

    private static void Configure(IHostApplicationBuilder builder, params (string Key, string Value)[] settings)
    {
        var configuration = builder.Configuration;
        configuration["LiveStream:PublicAccount"] = "acme";
        configuration["Accounts:0:Tokens:0:Email"] = "alice@example.com";
        configuration["Accounts:0:Tokens:0:Name"] = "Alice";
        AddToken(builder, 1, "bob-token", "bob", "host");
        AddToken(builder, 2, "ada-token", "ada", "admin");
        AddToken(builder, 3, "co_host-token", "carl", "co_host");
        AddToken(builder, 4, "moderator-token", "mary", "moderator");
        AddToken(builder, 5, "speaker-token", "sam", "speaker");
        for (var number = 0; number < Viewers; number++)
        {
            AddToken(builder, 6 + number, $"viewer-{number}", $"viewer{number}", "viewer");
        }

        foreach (var (key, value) in settings)
        {
            configuration[key] = value;
        }
    }

    private static void AddToken(IHostApplicationBuilder builder, int number, string token, string subject, string role)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"Accounts:0:Tokens:{number}");
        builder.Configuration[$"{key}:Token"] = token;
        builder.Configuration[$"{key}:Subject"] = subject;
        builder.Configuration[$"{key}:Role"] = role;
        builder.Configuration[$"{key}:Scopes:0"] = "*";
    }

    private LiveStreamClient Client(string token) => new(App.Anonymous().WithBearer(token));
}
