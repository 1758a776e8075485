using Sessions.Tests.Support;

namespace Sessions.Tests.Conversation;

/// <summary>The service with its users, one for each test.</summary>
public abstract class ConversationTest : IAsyncLifetime
{
    public SessionsApp App { get; private set; } = null!;

    internal ConversationClient Alice => App.Alice();

    internal ConversationClient Bob => App.Bob();

    internal ConversationClient Carol => App.Carol();

    public async Task InitializeAsync() => App = await ConversationApp.Start();

    public async Task DisposeAsync() => await App.DisposeAsync();
}
