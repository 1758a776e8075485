using System.Diagnostics.Tracing;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Hosting;
using Sessions.Hosting.SelfHosted;
using Sessions.Storage;
using Sessions.Storage.Sqlite;
using Sessions.Tests.Support;

namespace Sessions.Bench;

/// <summary>
/// How much of the code one request passes through, and what it asks of the store: the files of whose methods the
/// request is the first to need one, in a process that has answered nothing yet; calls and commits; and how often a
/// stored body is parsed, and one written.
/// </summary>
internal static partial class Passage
{
    /// <summary>The name of a run for one operation, in a process of its own.</summary>
    public const string One = "passage-one";

    private static readonly TimeSpan _untilQuiet = TimeSpan.FromSeconds(3);
    private static readonly string[] _operations = ["create", "fetch", "update", "close"];

    public static async Task Run(string? surface)
    {
        Console.WriteLine($"{"",-28}{"files",8}{"lines",8}{"store calls",14}{"commits",10}{"JSON read",12}{"written",10}");
        foreach (var name in SurfaceLoads.All.Keys.Where(name => surface is null || surface == name))
        {
            foreach (var operation in _operations)
            {
                using var process = Server.StartProcess(
                    "Sessions.Bench.dll", $"--run={One}", $"--surface={name}", $"--operation={operation}");
                Console.Write(await process.StandardOutput.ReadToEndAsync());
                await process.WaitForExitAsync();
            }
        }
    }

    public static async Task RunOne(string surface, string operation, bool names)
    {
        var folder = Directory.CreateTempSubdirectory("sessions-bench-");
        try
        {
            var database = Path.Combine(folder.FullName, "sessions.db");
            var request = await Prepared(surface, operation, database);
            await using var sqlite = SqliteDocumentStore.Open(
                new(database), TimeProvider.System, NullLogger<SqliteDocumentStore>.Instance);
            var json = new CountedJson(sqlite);
            var store = new CountingStore(json);
            await using var app = SelfHost.Build(
                ["--quiet", "--urls=http://127.0.0.1:0"], builder => builder.Services.AddSingleton<IDocumentStore>(store));
            await app.StartAsync();
            using var caller = new ApiCaller(new Uri(app.Urls.Single()), first: 2_000_000);

            // What the process sees to by itself, such as what others have left, is no part of the request.
            await Task.Delay(_untilQuiet);
            using var compiled = new Compiled();
            var (calls, commits) = (store.Calls, store.Commits);
            var (reads, writes) = (json.Reads, json.Writes);
            await caller.Send(request);
            (calls, commits) = (store.Calls - calls, store.Commits - commits);
            (reads, writes) = (json.Reads - reads, json.Writes - writes);
            var files = compiled.Files();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{surface + " " + operation,-28}{files.Count,8}{files.Sum(Lines),8}{calls,14}{commits,10}"
                + $"{reads,12}{writes,10}"));
            if (names)
            {
                Console.WriteLine(string.Join('\n', files));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // Another process makes what the request needs, so that this one has compiled nothing for it.
    private static async Task<ApiRequest> Prepared(string surface, string operation, string database)
    {
        using var server = await Server.Service(database);
        using var caller = new ApiCaller(server.Address);
        var load = await SurfaceLoads.All[surface](caller);
        var id = load.Id(await caller.Send(load.Create));
        return operation switch
        {
            "create" => load.Create,
            "fetch" => load.Fetch with { Path = Exchange.Filled(load.Fetch.Path, id) },
            "close" => await Closing(caller, load.Kind),
            _ => load.Update with { Path = Exchange.Filled(load.Update.Path, load.Updated?[0] ?? id) },
        };
    }

    // The operator's close of the session that was made last.
    private static async Task<ApiRequest> Closing(ApiCaller caller, string kind)
    {
        const string Bearer = $"Bearer {DevelopmentAccount.Token}";
        var list = await caller.Send(new("GET", $"/operator/sessions?kind={Uri.EscapeDataString(kind)}", Bearer));
        var name = list.GetProperty("sessions")[0].GetProperty("id").GetString();
        return new("POST", $"/operator/sessions/{name}/close", Bearer);
    }

    private static int Lines(string file) => File.ReadLines(Path.Combine(Repository.Root, file)).Count();

    /// <summary>Hears which methods are compiled.</summary>
    private sealed partial class Compiled : EventListener
    {
        private const EventKeywords Compilation = (EventKeywords)0x10;

        private readonly HashSet<string> _types = [];

        public IReadOnlyCollection<string> Files()
        {
            lock (_types)
            {
                var names = Repository.Sources("functions")
                    .SelectMany(file => Declared(file).Select(type => (type, file)))
                    .ToLookup(found => found.type, found => found.file);
                return [.. _types.SelectMany(type => names[type]).Distinct().Order(StringComparer.Ordinal)];
            }
        }

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name is "Microsoft-Windows-DotNETRuntime")
            {
                EnableEvents(eventSource, EventLevel.Verbose, Compilation);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.EventName?.StartsWith("MethodLoadVerbose", StringComparison.Ordinal) is not true
                || eventData.Payload?[eventData.PayloadNames!.IndexOf("MethodNamespace")] is not string type)
            {
                return;
            }

            lock (_types)
            {
                _types.Add(Plain().Match(type).Value);
            }
        }

        private static IEnumerable<string> Declared(string file)
        {
            var text = Repository.Read(file);
            var space = Space().Match(text).Groups[1].Value;
            return Declaration().Matches(text).Select(match => $"{space}.{match.Groups[1].Value}");
        }

        // Without what is nested in it, or generic of it.
        [GeneratedRegex("^[^+`<]*")]
        private static partial Regex Plain();

        [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
        private static partial Regex Space();

        [GeneratedRegex(
            @"^(?:[a-z]+ )+(?:class|record|struct|interface) (?:struct |class )?(\w+)", RegexOptions.Multiline)]
        private static partial Regex Declaration();
    }
}
