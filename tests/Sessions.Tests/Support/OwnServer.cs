using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Sessions.Hosting.SelfHosted;

namespace Sessions.Tests.Support;

/// <summary>
/// The program on its own server, over a SQLite file of its own: for what goes by sockets, which no other host and no
/// other store changes.
/// </summary>
internal sealed class OwnServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DirectoryInfo _folder;

    private OwnServer(WebApplication app, DirectoryInfo folder) => (_app, _folder) = (app, folder);

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_app.Urls.Single());

    /// <summary>What it is made of.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Starts it, with the tests' accounts.</summary>
    /// <param name="configure">Sets more.</param>
    public static async Task<OwnServer> Start(Action<WebApplicationBuilder>? configure = null)
    {
        var folder = Directory.CreateTempSubdirectory("sessions-server-");
        var app = SelfHost.Build(["--quiet"], builder =>
        {
            builder.Configuration.AddInMemoryCollection(TestAccounts.Settings);
            builder.Configuration["urls"] = "http://127.0.0.1:0";
            builder.Configuration["Sqlite:Path"] = Path.Combine(folder.FullName, "sessions.db");
            configure?.Invoke(builder);
        });
        await app.StartAsync();
        return new(app, folder);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
