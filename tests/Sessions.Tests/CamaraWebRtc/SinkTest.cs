using Sessions.Tests.Support;

namespace Sessions.Tests.CamaraWebRtc;

/// <summary>
/// A test of what sinks are told: the service with its users, Bob registered for calls, and a sink. Nothing is sent
/// but when a test says so.
/// </summary>
public abstract class SinkTest : IAsyncLifetime
{
    private protected SessionsApp App { get; private set; } = null!;

    private protected CamaraClient Alice { get; private set; } = null!;

    private protected CamaraClient Bob { get; private set; } = null!;

    private protected Sink Sink { get; private set; } = null!;

    /// <summary>The id of Bob's registration.</summary>
    private protected string Registration { get; private set; } = "";

    public async Task InitializeAsync()
    {
        App = await CamaraUsers.Start();
        Alice = new(App, CamaraUsers.Alice);
        Bob = new(App, CamaraUsers.Bob);
        Sink = await Sink.Start();
        Registration = await Bob.Register();
    }

    public async Task DisposeAsync()
    {
        await App.DisposeAsync();
        await Sink.DisposeAsync();
    }
}
