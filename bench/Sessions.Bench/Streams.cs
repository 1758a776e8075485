using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Hosting;
using Sessions.Hosting.SelfHosted;
using Sessions.Storage;
using Sessions.Storage.Sqlite;
using Sessions.Tests.Support;

namespace Sessions.Bench;

/// <summary>
/// What streams cost in which nothing happens: store calls, memory, processor; and how soon what happens after a rest,
/// and then, comes to a reader in another process over the same file.
/// </summary>
internal sealed class Streams(int count, int rounds, TimeSpan time, string program) : IDisposable
{
    public const string Collection = "v1/conversation/sessions";
    private const string NewSession = """
        {"profile": "bench", "displayName": "Bench", "sessionType": 1, "owners": ["dev-user"], "defaultChannels": [1]}
        """;

    private const int AtOnce = 32;
    private const int NextOnes = 20;
    private static readonly TimeSpan _rest = TimeSpan.FromSeconds(12);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sessions-bench-");

    private string Database => Path.Combine(_folder.FullName, "sessions.db");

    /// <summary>Measures all of it.</summary>
    public async Task Run()
    {
        await Calls();
        using (var bare = await Server.Bare(database: null, new(0, 0, 0, 0)))
        {
            await Idle(bare, bare, $"{count} of a bare Kestrel", _ => Task.FromResult("any"));
        }

        using (var alone = await Server.Start(program, Arguments))
        {
            await Idle(alone, alone, $"{count} idle streams, and making their sessions", Create);
        }

        using var reading = await Server.Start(program, Arguments);
        using var writing = await Server.Start(program, Arguments);
        await Idle(reading, writing, $"{count} idle streams", Create);
        await Latency(reading, writing);
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Delete(recursive: true);

    private string[] Arguments =>
    [
        "--quiet", "--urls=http://127.0.0.1:0", $"--Sqlite:Path={Database}", $"--Limits:Streams={2 * count + 100}",
    ];

    // In this process, whose store can be counted; a tenth of the streams will do.
    private async Task Calls()
    {
        await using var sqlite = SqliteDocumentStore.Open(
            new(Path.Combine(_folder.FullName, "counted.db")),
            TimeProvider.System,
            NullLogger<SqliteDocumentStore>.Instance);
        var store = new CountingStore(sqlite);
        await using var app = SelfHost.Build(["--quiet", "--urls=http://127.0.0.1:0"], builder =>
        {
            builder.Logging.ClearProviders();
            // The timers' own calls would count too.
            builder.Configuration["Expiry:Schedule"] = "0 0 0 1 1 *";
            builder.Configuration["Outbox:Schedule"] = "0 0 0 1 1 *";
            builder.Configuration["LiveStream:Schedule"] = "0 0 0 1 1 *";
            builder.Services.AddSingleton<IDocumentStore>(store);
        });
        await app.StartAsync();
        Uri address = new(app.Urls.Single());
        using var open = await Open(address, address, Math.Max(1, count / 10), Create);
        await Task.Delay(_rest);
        var (calls, looks) = (store.Calls, store.Looks);
        await Task.Delay(time);
        Print(
            $"{open.Count} idle streams",
            $"{store.Calls - calls} store calls, {(store.Looks - looks) / time.TotalSeconds:N1} looks a second");
    }

    private async Task Idle(Server server, Server maker, string what, Func<HttpClient, Task<string>> session)
    {
        // What compiling takes has no part in it.
        using (await Open(server.Address, maker.Address, Math.Max(1, count / 10), session))
        {
        }

        await Task.Delay(TimeSpan.FromSeconds(3));
        var empty = server.Memory;
        using var open = await Open(server.Address, maker.Address, count, session);
        await Task.Delay(_rest);
        var (used, began) = (server.ProcessorTime, Stopwatch.StartNew());
        await Task.Delay(time);
        var share = (server.ProcessorTime - used) / began.Elapsed;
        Print(
            what,
            $"{server.Memory / 1e6:N0} MB ({empty / 1e6:N0} before them), {share * 100:N1} % of a core");
    }

    private async Task Latency(Server reading, Server writing)
    {
        using var publisher = Client(writing.Address);
        using var reader = Client(reading.Address);
        var session = await Create(publisher);
        await using var stream = await reader.GetStreamAsync(
            new Uri($"{Collection}/{session}/events", UriKind.Relative));
        using var lines = new StreamReader(stream);
        var (first, next) = (new List<double>(), new List<double>());
        // A stream ends after 215 seconds.
        for (var round = 0; round < Math.Min(rounds, 10); round++)
        {
            await Task.Delay(_rest + TimeSpan.FromMilliseconds(round * 137 % 1000));
            first.Add(await Take(publisher, session, lines));
            for (var i = 0; i < NextOnes; i++)
            {
                await Task.Delay(20 + (i * 37 % 161));
                next.Add(await Take(publisher, session, lines));
            }
        }

        Report("first after a rest", first);
        Report("next ones", next);
    }

    private static async Task<double> Take(HttpClient publisher, string session, StreamReader lines)
    {
        var sent = Stopwatch.GetTimestamp();
        var publishing = publisher.PostAsJsonAsync(
            new Uri($"{Collection}/{session}/messages", UriKind.Relative),
            new { name = "dev-user", message = new { text = "The quick brown fox." } });
        while (await lines.ReadLineAsync() is { } line && !line.Contains("\"MESSAGE\"", StringComparison.Ordinal))
        {
        }

        var arrived = Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
        using var answer = await publishing;
        answer.EnsureSuccessStatusCode();
        return arrived;
    }

    // Each stream is of a session of its own, which the maker makes, and read by a socket and little else.
    private static async Task<OpenStreams> Open(
        Uri address, Uri maker, int count, Func<HttpClient, Task<string>> session)
    {
        using var client = Client(maker);
        var open = new OpenStreams();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (_, stop) => await open.Add(address, await session(client), stop));
        return open;
    }

    private static async Task<string> Create(HttpClient client)
    {
        using var body = new StringContent(NewSession, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri(Collection, UriKind.Relative), body);
        var session = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        return session.GetProperty("sessionId").GetString()!;
    }

    private static HttpClient Client(Uri address) => new()
    {
        BaseAddress = address,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", DevelopmentAccount.Token) },
    };

    private static void Report(string what, List<double> milliseconds)
    {
        var sorted = milliseconds.Order().ToList();
        Print(
            what,
            $"median {sorted[sorted.Count / 2]:N0} ms, p99 {sorted[sorted.Count * 99 / 100]:N0} ms, of {sorted.Count}");
    }

    private static void Print(string what, FormattableString figures) =>
        Console.WriteLine(what.PadRight(48) + figures.ToString(CultureInfo.InvariantCulture));

    private sealed class OpenStreams : IDisposable
    {
        private readonly List<Socket> _sockets = [];

        public int Count => _sockets.Count;

        [SuppressMessage("Reliability", "CA2000", Justification = "It is disposed of with the others.")]
        public async Task Add(Uri address, string session, CancellationToken stop)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Parse(address.Host), address.Port, stop);
            await socket.SendAsync(
                Encoding.ASCII.GetBytes(
                    $"GET /{Collection}/{session}/events HTTP/1.1\r\nHost: {address.Authority}\r\n"
                    + $"Authorization: Bearer {DevelopmentAccount.Token}\r\n\r\n"),
                stop);
            var buffer = new byte[512];
            var text = new StringBuilder();
            while (!text.ToString().Contains("HEARTBEAT", StringComparison.Ordinal))
            {
                var read = await socket.ReceiveAsync(buffer, stop);
                text.Append(Encoding.ASCII.GetString(buffer, 0, read));
                if (read == 0 || !text.ToString().StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
                {
                    throw new InvalidOperationException($"No stream: {text}");
                }
            }

            lock (_sockets)
            {
                _sockets.Add(socket);
            }

            _ = ReadOn(socket, buffer);
        }

        public void Dispose() => _sockets.ForEach(socket => socket.Dispose());

        private static async Task ReadOn(Socket socket, byte[] buffer)
        {
            try
            {
                while (await socket.ReceiveAsync(buffer) > 0)
                {
                }
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
            }
        }
    }
}
