using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace Sessions.Bench;

/// <summary>
/// One tenant does its worst, and another one's users are timed: alone, meanwhile, and ten seconds after. What is
/// demanded is that the other's 99th percentile is at most twice what it is alone, that nothing of it is refused, and
/// that the server stays small.
/// </summary>
internal static class Neighbours
{
    private const int Users = 4;
    private const long MostMemory = 512L * 1024 * 1024;
    private static readonly TimeSpan _recovery = TimeSpan.FromSeconds(10);

    [SuppressMessage("Reliability", "CA2025", Justification = "All that use the server are waited for.")]
    public static async Task Run(TimeSpan time)
    {
        var folder = Directory.CreateTempSubdirectory("sessions-bench-");
        try
        {
            using var server = await Server.Service(Path.Combine(folder.FullName, "sessions.db"), [.. Accounts()]);
            var worst = new WorstTenant(server);
            await worst.Prepare();
            await Time(server, TimeSpan.FromSeconds(2));
            var alone = await Time(server, time / 4);
            Print("alone", alone, server.Memory);

            using var end = new CancellationTokenSource();
            var peak = Peak(server, end.Token);
            var doing = worst.Run(end.Token);
            var beside = await Time(server, time);
            await end.CancelAsync();
            await doing;
            var memory = await peak;
            Print("beside", beside, memory);

            await Task.Delay(_recovery);
            var after = await Time(server, time / 4);
            Print("after", after, server.Memory);

            Console.WriteLine($"The worst tenant was answered: {worst.Told()}");
            Judge(alone, beside, after, memory);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<string> Accounts()
    {
        foreach (var (name, at) in new[] { (WorstTenant.Name, 0), (Neighbour.Name, 1) })
        {
            yield return $"--Accounts:{at}:Id={name}";
            yield return $"--Accounts:{at}:Sid=AC{at}1111111111111111111111111111111";
            yield return $"--Accounts:{at}:Secrets:0={name}-secret";
            yield return $"--Accounts:{at}:Tokens:0:Token={name}-token";
            yield return $"--Accounts:{at}:Tokens:0:Subject={name}";
            yield return $"--Accounts:{at}:Tokens:0:Scopes:0=*";
        }
    }

    private static async Task<Times> Time(Server server, TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        var users = await Task.WhenAll(Enumerable.Range(0, Users)
            .Select(user => Task.Run(() => new Neighbour(server, user).Work(clock, time))));
        return new([.. users.SelectMany(user => user.Took).Order()], users.Sum(user => user.Refused));
    }

    private static async Task<long> Peak(Server server, CancellationToken cancellation)
    {
        long peak = 0;
        while (!cancellation.IsCancellationRequested)
        {
            peak = Math.Max(peak, server.Memory);
            await Task.Delay(250, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return peak;
    }

    private static void Print(string what, Times times, long memory)
    {
        FormattableString text = $"""
            {what,-8}{times.Took.Count,8} answers, p50 {times.At(50):N1} ms, p99 {times.At(99):N1} ms
                    {times.Refused} refused, {memory >> 20} MiB
            """;
        Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
    }

    private static void Judge(Times alone, Times beside, Times after, long memory)
    {
        (bool Is, string What)[] possible =
        [
            (beside.At(99) > 2 * alone.At(99), "p99 beside the worst tenant is more than twice what it is alone"),
            (after.At(99) > 2 * alone.At(99), "p99 ten seconds after is more than twice what it was"),
            (beside.Refused + after.Refused > 0, "answers were refused"),
            (memory > MostMemory, "the server held more than 512 MiB"),
        ];
        string[] faults = [.. possible.Where(fault => fault.Is).Select(fault => fault.What)];
        Console.WriteLine(faults is [] ? "Nothing is wrong." : $"WRONG: {string.Join("; ", faults)}.");
    }

    private sealed record Times(List<double> Took, int Refused)
    {
        public double At(int percentile) => Took.Count == 0 ? 0 : Took[(int)((Took.Count - 1L) * percentile / 100)];
    }
}

/// <summary>A user of the tenant beside: creates a session, fetches it, updates it, lists ten.</summary>
internal sealed class Neighbour(Server server, int user)
{
    public const string Name = "beside";
    private const string Sessions = "/v1/conversation/sessions";

    public List<double> Took { get; } = [];

    public int Refused { get; private set; }

    public async Task<Neighbour> Work(Stopwatch clock, TimeSpan time)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", $"{Name}-token");
        for (var round = 0; clock.Elapsed < time; round++)
        {
            var id = $"u{user}-{round}-{Guid.NewGuid():N}"[..24];
            await Send(http, HttpMethod.Post, $"{Sessions}?sessionId={id}", """
                {"profile":"p","displayName":"d","sessionType":1,"owners":["beside"],"defaultChannels":[1]}
                """);
            await Send(http, HttpMethod.Get, $"{Sessions}/{id}");
            await Send(
                http, HttpMethod.Post, $"{Sessions}/{id}/messages", """{"name":"beside","message":{"text":"hi"}}""");
            await Send(http, HttpMethod.Get, $"{Sessions}?pageSize=10");
            await Task.Delay(5);
        }

        return this;
    }

    private async Task Send(HttpClient http, HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        var start = Stopwatch.GetTimestamp();
        using var response = await http.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        Took.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        Refused += response.IsSuccessStatusCode ? 0 : 1;
    }
}

/// <summary>
/// The tenant that does its worst: pages as large as they come and never read, dead streams, wrong passwords, one
/// document that everybody writes, three hundred requests at once.
/// </summary>
internal sealed class WorstTenant(Server server)
{
    public const string Name = "worst";
    private const string Sessions = "/v1/conversation/sessions";
    private const int Big = 200;
    private const int DeadStreams = 60;
    private const int DeadPages = 60;
    private const int Guessers = 4;
    private const int Writers = 40;
    private const int AtOnce = 300;
    private const string Hot = """{"name":"worst","message":{"text":"hot"}}""";

    private readonly ConcurrentDictionary<HttpStatusCode, int> _answers = [];

    /// <summary>Stores what the pages and the streams are of.</summary>
    public async Task Prepare()
    {
        using var http = Client(16);
        await Parallel.ForEachAsync(Enumerable.Range(0, Big), async (number, _) => await Send(
            http, HttpMethod.Post, $"{Sessions}?sessionId=big{number}", $$$"""
            {"profile":"p","displayName":"d","sessionType":1,"owners":["worst"],"defaultChannels":[1],
            "options":{"x":"{{{new string('x', 60_000)}}}"}}
            """));
        await Parallel.ForEachAsync(Enumerable.Range(0, Big), async (_, _) => await Send(
            http, HttpMethod.Post, $"{Sessions}/big0/messages",
            $$$"""{"name":"worst","message":{"text":"{{{new string('x', 60_000)}}}"}}"""));
        _answers.Clear();
    }

    public async Task Run(CancellationToken cancellation)
    {
        using var http = Client(AtOnce);
        using var guessing = new HttpClient { BaseAddress = server.Address };
        guessing.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "guess");
        await Task.WhenAll(
        [
            .. Many(DeadStreams, () => NeverRead($"{Sessions}/big0/events", cancellation), cancellation),
            .. Many(DeadPages, () => NeverRead($"{Sessions}?pageSize=1000", cancellation), cancellation),
            .. Many(Guessers, () => Send(guessing, HttpMethod.Get, Sessions), cancellation),
            .. Many(Writers, () => Send(http, HttpMethod.Post, $"{Sessions}/big1/messages", Hot), cancellation),
            .. Many(AtOnce, () => Send(http, HttpMethod.Get, $"{Sessions}/big2"), cancellation),
        ]);
    }

    /// <summary>What it was answered, by status.</summary>
    public string Told() => string.Join(", ", _answers.OrderBy(answer => answer.Key)
        .Select(answer => string.Create(CultureInfo.InvariantCulture, $"{(int)answer.Key}: {answer.Value:N0}")));

    private static IEnumerable<Task> Many(int count, Func<Task> work, CancellationToken cancellation) =>
        Enumerable.Range(0, count).Select(_ => Task.Run(async () =>
        {
            while (!cancellation.IsCancellationRequested)
            {
                try
                {
                    await work();
                }
                catch (Exception ended) when (ended
                    is HttpRequestException or SocketException or IOException or OperationCanceledException)
                {
                    // The server has let go of it, and so it comes again.
                }
            }
        }, CancellationToken.None));

    private async Task NeverRead(string path, CancellationToken cancellation)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 8 * 1024 };
        await socket.ConnectAsync(IPEndPoint.Parse(server.Address.Authority), cancellation);
        await socket.SendAsync(
            Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {Name}-token\r\n\r\n"),
            cancellation);
        await Task.Delay(TimeSpan.FromSeconds(30), cancellation);
    }

    private async Task Send(HttpClient http, HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        _answers.AddOrUpdate(response.StatusCode, 1, (_, count) => count + 1);
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The client owns its handler.")]
    private HttpClient Client(int connections)
    {
        var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = connections })
        {
            BaseAddress = server.Address,
        };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", $"{Name}-token");
        return http;
    }
}
