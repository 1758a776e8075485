using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sessions.Outbox;
using Sessions.Storage;
using Sessions.Storage.Sqlite;
using Sessions.Tests.CamaraWebRtc;
using Sessions.Tests.Support;

namespace Sessions.Tests.Storage.Before;

/// <summary>The service over a store that outlives it.</summary>
internal static class BeforeApp
{
    /// <param name="file">The database file, made when it is missing.</param>
    /// <param name="sending">Whether events are sent on their way; else they wait in the file.</param>
    public static Task<SessionsApp> Start(string file, bool sending = false) => Start(
        services => SqliteDocumentStore.Open(
            new(file),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<SqliteDocumentStore>>()),
        sending);

    /// <param name="open">Opens the store.</param>
    /// <param name="sending">Whether events are sent on their way.</param>
    public static Task<SessionsApp> Start(
        Func<IServiceProvider, IDocumentStore> open, bool sending = false) => SessionsApp.Start(builder =>
    {
        builder.Services.AddSingleton(open);
        builder.Services.AddSingleton(sending
            ? new OutboxSettings { AllowLocal = true }
            : new OutboxSettings { AllowLocal = true, Parallelism = 0, WaitingPerHost = 0 });
        builder.Configuration["LiveStream:PublicAccount"] = "acme";
        builder.Configuration["TwilioProxy:FreeNamesOnClose"] = "true";
        foreach (var (key, value) in CamaraUsers.Settings)
        {
            builder.Configuration[key] = value;
        }
    });
}
