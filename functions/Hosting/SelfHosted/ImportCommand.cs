using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Configuration;
using Sessions.Http.Accounts;
using Sessions.Storage;
using Sessions.Storage.Cosmos;
using Sessions.TwilioProxy;

namespace Sessions.Hosting.SelfHosted;

/// <summary>
/// <c>import twilio-proxy</c>: brings what an account has at Twilio, or in another installation, into the store that
/// the settings name. It serves nothing and runs no timers.
/// </summary>
internal static class ImportCommand
{
    private const int Alike = 0;
    private const int Failed = 1;
    private const int Different = 2;
    private const int Stopped = 130;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan _breath = TimeSpan.FromSeconds(2);

    private static readonly string _help = $"""
        import twilio-proxy: brings Services, numbers, short codes, open Sessions, Participants and
        Interactions from Twilio, or from another installation, each under its SID.

          dotnet run --project functions -- import twilio-proxy --from https://proxy.twilio.com

          --from URL       where from
          --account ID     into which account, by its id or its AC…; needed when there are several
          --dry-run        writes nothing, and tells what differs

        The credentials are {ImportCredentials.Names}.
        Every setting may stand behind it, such as --Sqlite:Path elsewhere.db; it writes to the store that
        the settings name, while the service runs or not.

        It may be run again at any time: what is alike is left, what has changed at the source follows it,
        and what was changed here since is left and told. It ends with {Alike} when nothing differs, {Different} when
        something does, {Failed} when it could not go on, and {Stopped} when it was stopped.
        """;

    /// <summary>Whether the command line asks for it.</summary>
    public static bool IsAskedFor(string[] args) => args is ["import", ..];

    /// <summary>Runs it to its end, and gives the process its exit code.</summary>
    /// <exception cref="SettingsException">The settings cannot be used.</exception>
    public static async Task<int> Run(string[] args)
    {
        if (args.Any(arg => arg is "--help" or "-h" or "-?" or "/?"))
        {
            Console.WriteLine(_help);
            return Alike;
        }

        using var stop = new CancellationTokenSource();
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            return await Run(ImportArguments.Parse(args), stop.Token);
        }
        catch (ImportException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return Failed;
        }
        catch (StoreFaultException)
        {
            await Console.Error.WriteLineAsync(
                "The store does not answer. Run the same again when it does: what has been brought stays.");
            return Failed;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Stopped. What has been brought stays; run the same again to go on.");
            return Stopped;
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task<int> Run(ImportArguments wanted, CancellationToken cancellation)
    {
        var credentials = ImportCredentials.From(Environment.GetEnvironmentVariable);
        await using var app = SelfHost.Build([.. wanted.Settings]);
        var account = AccountOf(app.Services.GetRequiredService<Credentials>(), wanted.Account);
        if (app.Services.GetService<CosmosDocumentStore>() is { } cosmos)
        {
            await cosmos.Check(cancellation);
        }

        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var http = new HttpClient(handler, disposeHandler: false) { Timeout = _patience };
        var report = new ImportReport();
        var time = app.Services.GetRequiredService<TimeProvider>();
        var source = new SourceClient(http, wanted.From, credentials.User, credentials.Password, time);
        var run = app.Services.GetRequiredService<ProxyImport>()
            .Run(account, source, report, wanted.DryRun, cancellation);
        await Tell(report, run, time);
        await Console.Out.WriteAsync(report.Summary(wanted.DryRun));
        return report.Differences == 0 ? Alike : Different;
    }

    // To standard error, so that what it says at its end can be kept.
    private static async Task Tell(ImportReport report, Task run, TimeProvider time)
    {
        while (!run.IsCompleted)
        {
            await Task.WhenAny(run, Task.Delay(_breath, time, CancellationToken.None));
            await Console.Error.WriteLineAsync(report.Progress);
        }

        await run;
    }

    private static Account AccountOf(Credentials credentials, string? name) =>
        (name, credentials.Accounts) switch
        {
            (null, [var only]) => only,
            (null, _) => throw new ImportException(
                $"There are several accounts. Say which with --account: {Ids(credentials)}."),
            _ => credentials.Accounts.FirstOrDefault(account => account.Id == name || account.Sid == name)
                ?? throw new ImportException($"There is no account {name}. There are: {Ids(credentials)}."),
        };

    private static string Ids(Credentials credentials) =>
        string.Join(", ", credentials.Accounts.Select(account => account.Id));
}

/// <summary>What an import is told on its command line.</summary>
/// <param name="From">Where the source is.</param>
/// <param name="Account">Into which account, or null for the only one.</param>
/// <param name="DryRun">Whether nothing is written.</param>
/// <param name="Settings">All else: settings of the program.</param>
internal sealed record ImportArguments(Uri From, string? Account, bool DryRun, IReadOnlyList<string> Settings)
{
    /// <summary>Reads them.</summary>
    /// <exception cref="ImportException">They say too little, or what cannot be.</exception>
    public static ImportArguments Parse(string[] args)
    {
        if (args is not ["import", "twilio-proxy", ..])
        {
            throw new ImportException("It can import twilio-proxy and nothing else; --help behind it says how.");
        }

        var (from, account, dryRun, settings) = ((string?)null, (string?)null, false, new List<string>());
        for (var i = 2; i < args.Length; i++)
        {
            switch (args[i].Split('=', 2))
            {
                case ["--from"] when i + 1 < args.Length:
                    from = args[++i];
                    break;
                case ["--from", var value]:
                    from = value;
                    break;
                case ["--account"] when i + 1 < args.Length:
                    account = args[++i];
                    break;
                case ["--account", var value]:
                    account = value;
                    break;
                case ["--dry-run"]:
                    dryRun = true;
                    break;
                default:
                    settings.Add(args[i]);
                    break;
            }
        }

        return new(AddressOf(from), account, dryRun, settings);
    }

    private static Uri AddressOf(string? from) =>
        !Uri.TryCreate(from, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")
            ? throw new ImportException(
                "Say with --from where the source is, such as --from https://proxy.twilio.com.")
        : address is { Scheme: "http", IsLoopback: false }
            ? throw new ImportException("The source's address must be https: the credentials go there.")
        : address.UserInfo.Length > 0
            ? throw new ImportException($"Take the credentials out of --from: set {ImportCredentials.Names}.")
        : new(address.GetLeftPart(UriPartial.Authority));
}
