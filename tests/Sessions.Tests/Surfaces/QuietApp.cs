using Microsoft.Extensions.DependencyInjection;
using Sessions.Outbox;
using Sessions.Tests.Support;

namespace Sessions.Tests.Surfaces;

/// <summary>A service that sends nothing out, so that whatever is written was written by a request.</summary>
internal static class QuietApp
{
    // An account without a key has one made when it first needs one, which may be when it is refused something.
    public static Task<SessionsApp> Start() => SessionsApp.Start(builder =>
    {
        builder.Configuration["Accounts:1:ParticipantKey"] = "globex-participant-key-of-32-letters";
        builder.Services.AddSingleton(new OutboxSettings { Parallelism = 0, WaitingPerHost = 0 });
    });
}
