using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Storage;
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

    /// <summary>A process does something, and dies after so many commits.</summary>
    private protected async Task DieAfter(int commits, Func<SessionsApp, Task<ApiReply>> work)
    {
        var store = new InterruptedStore(App.Store);
        await using var other = await Another(store);
        Before(store, commits + 1, () => throw new StoreFaultException(StoreOutcome.Unavailable));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await work(other)).Status);
    }

    /// <summary>Has something else happen before one of the next commits.</summary>
    private protected static void Before(InterruptedStore store, int commit, Func<Task> interrupt) =>
        store.BeforeNextCommit = commit == 1 ? interrupt : () =>
        {
            Before(store, commit - 1, interrupt);
            return Task.CompletedTask;
        };

    /// <summary>Another process, over this store.</summary>
    private protected Task<SessionsApp> Another(IDocumentStore store) => ConversationApp.Start(services =>
        services.AddSingleton<TimeProvider>(App.Clock).AddSingleton(store));
}
