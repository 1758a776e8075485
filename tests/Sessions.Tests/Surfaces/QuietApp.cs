using Microsoft.Extensions.DependencyInjection;
using Sessions.Outbox;
using Sessions.Tests.Support;

namespace Sessions.Tests.Surfaces;

/// <summary>A service that sends nothing out, so that whatever is written was written by a request.</summary>
internal static class QuietApp
{
    public static Task<SessionsApp> Start() => SessionsApp.Start(builder =>
        builder.Services.AddSingleton(new OutboxSettings { Parallelism = 0, WaitingPerHost = 0 }));
}
