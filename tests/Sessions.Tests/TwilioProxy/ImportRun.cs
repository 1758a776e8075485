using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Hosting.SelfHosted;
using Sessions.Storage;
using Sessions.Tests.Crash;
using Sessions.Tests.Support;

namespace Sessions.Tests.TwilioProxy;

/// <summary>The import as it is run: by its command, as a process of its own, from a source that listens.</summary>
public sealed class ImportRun : IAsyncDisposable
{
    private readonly CrashStore _from;
    private readonly CrashStore _to;
    private readonly WebApplication _source;
    private readonly CountingStore _store;

    private ImportRun(CrashStore from, CrashStore to, WebApplication source, CountingStore store) =>
        (_from, _to, _source, _store) = (from, to, source, store);

    /// <summary>Where the source listens.</summary>
    public string Source => _source.Urls.Single();

    /// <summary>How often the source has asked its store.</summary>
    public int Asked => _store.Calls;

    /// <summary>What is brought into.</summary>
    public IDocumentStore Target => _to.Opened;

    /// <summary>Starts a source; the stores are files, or containers of Cosmos DB's stand-in.</summary>
    public static async Task<ImportRun> Start(bool cosmos)
    {
        var from = CrashStore.Sqlite();
        var store = new CountingStore(from.Opened);
        return new(from, cosmos ? await CrashStore.Cosmos() : CrashStore.Sqlite(), await Serve(store), store);
    }

    /// <summary>Makes a Service with numbers and so many Sessions at the source, and gives its path.</summary>
    public async Task<string> Seed(int sessions)
    {
        using var http = NewClient(Source);
        var proxy = new ProxyClient(http);
        var service = await proxy.NewService("masked");
        foreach (var i in Enumerable.Range(0, 10))
        {
            await proxy.NewNumber(service, $"+1415555900{i}");
        }

        await Parallel.ForEachAsync(Enumerable.Range(0, sessions), async (i, _) =>
        {
            var session = await proxy.NewSession(
                service,
                ("UniqueName", $"order-{i}"),
                ("Participants", $$"""{"Identifier": "+1415{{4000000 + i}}"}"""),
                ("Participants", $$"""{"Identifier": "+1415{{8000000 + i}}"}"""));
            if (i % 10 == 0)
            {
                var to = (await proxy.List($"{session}/Participants", "participants"))[0]!["sid"];
                await proxy.Post($"{session}/Participants/{to}/MessageInteractions", ("Body", $"{i}"));
            }
        });
        return service;
    }

    /// <summary>Starts the import.</summary>
    public Process Begin(string? from = null, string? password = TestAccounts.AcmeSecret, params string[] more)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [typeof(SelfHost).Assembly.Location, "import", "twilio-proxy", .. from is "" ? [] : Name(from), .. more])
        {
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["TWILIO_ACCOUNT_SID"] = TestAccounts.AcmeSid, ["Sqlite__Path"] = _to.Database },
        };
        foreach (var (key, value) in HostedSettings.Named(TestAccounts.Settings).Select(one => (one.Key, one.Value))
            .Concat(_to.Settings))
        {
            start.Environment[key] = value;
        }

        if (password is not null)
        {
            start.Environment["TWILIO_AUTH_TOKEN"] = password;
        }

        return Process.Start(start)!;

        string[] Name(string? address) => ["--from", address ?? Source, "--account", "acme"];
    }

    /// <summary>Runs the import to its end.</summary>
    internal async Task<Command> Run(
        string? from = null, string? password = TestAccounts.AcmeSecret, params string[] more)
    {
        using var process = Begin(from, password, more);
        return await End(process);
    }

    /// <summary>Waits for an import to end.</summary>
    internal static async Task<Command> End(Process process)
    {
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new(process.ExitCode, output, await errors);
    }

    /// <summary>How many Sessions have been brought.</summary>
    public async Task<int> Brought(string service)
    {
        var query = new ListQuery($"acme:twilio-proxy:{service[^34..]}", "twilio-proxy/session", 1001);
        var count = 0;
        for (IReadOnlyList<DocumentName>? page = null; page is null || page.Count == query.Limit;)
        {
            page = (await Target.ListNames(query, CancellationToken.None)).Value!;
            count += page.Count;
            query = query with { After = page is [.., var last] ? new(last.CreatedAt, last.Id) : null };
        }

        return count;
    }

    /// <summary>Checks that whoever asks is answered alike by the source and by what was brought.</summary>
    public async Task AreAlike()
    {
        await using var target = await Serve(Target);
        using var there = NewClient(Source);
        using var here = NewClient(target.Urls.Single());
        await ImportHouse.AreAlike(new(there), new(here), Target);
        await target.StopAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _source.StopAsync();
        await _source.DisposeAsync();
        await _from.DisposeAsync();
        await _to.DisposeAsync();
    }

    private static HttpClient NewClient(string address) =>
        new HttpClient { BaseAddress = new(address) }.WithBasic(TestAccounts.AcmeSid, TestAccounts.AcmeSecret);

    private static async Task<WebApplication> Serve(IDocumentStore store)
    {
        string[] settings = ["--quiet", "--urls=http://127.0.0.1:0", "--Public:BaseUrl=http://localhost"];
        var app = SelfHost.Build(settings, builder =>
        {
            builder.Configuration.AddInMemoryCollection(TestAccounts.Settings);
            builder.Services.AddSingleton(store);
        });
        await app.StartAsync();
        return app;
    }
}
