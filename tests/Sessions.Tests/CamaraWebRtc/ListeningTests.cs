using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.CamaraWebRtc;

/// <summary>Who subscribes to a call while it changes, in two processes: whichever comes first, all is told.</summary>
public sealed class ListeningTests : SinkTest
{
    [Fact]
    public async Task A_subscription_that_comes_while_a_change_is_being_made_is_told_of_it()
    {
        var call = await Alice.Call();
        var (store, other) = await AnotherProcess();
        await using var _ = other;
        store.BeforeNextCommit = () => Bob.Subscribe(Registration, "session-status", Sink.Url);

        await new CamaraClient(other, CamaraUsers.Bob).Set(call, "Ringing");

        Assert.Equal(("Ringing", 2), await Next());
    }

    [Fact]
    public async Task A_change_that_comes_while_a_subscription_is_being_made_is_told_as_how_the_call_stands()
    {
        var call = await Alice.Call();
        var (store, other) = await AnotherProcess();
        await using var _ = other;
        if (!store.SpansPartitions)
        {
            return;
        }

        store.BeforeNextCommit = () => Bob.Set(call, "Ringing");
        var asked = new JsonObject { ["registrationId"] = Registration, ["sessionId"] = call.Split('/')[^1] };

        await new CamaraClient(other, CamaraUsers.Bob).Subscribe(
            Registration, "session-status", Sink.Url, ("subscriptionDetail", asked), ("initialEvent", true));

        Assert.Equal(("Ringing", 2), await Next());
        await CamaraUsers.Quiet(App);
        Assert.Equal(1, Sink.Count);
    }

    private async Task<(string? Status, int? Sequence)> Next() =>
        await Sink.Next() is var told ? (told.Status, told.Sequence) : default;

    private async Task<(InterruptedStore Store, SessionsApp App)> AnotherProcess()
    {
        var store = new InterruptedStore(App.Store, spans: true);
        return (store, await CamaraUsers.Start(services: services =>
            services.AddSingleton<TimeProvider>(App.Clock).AddSingleton<IDocumentStore>(store)));
    }
}
