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
/// The tenant that does its worst: pages as large as they come and never read, dead streams, wrong passwords, one
/// document that everybody writes, three hundred requests at once. It runs in a process of its own, which has the
/// processors only when neither the service nor the users want them: a real one has a machine of its own.
/// </summary>
internal sealed class WorstTenant(Uri address)
{
    /// <summary>The name of a run that is this tenant until its input ends.</summary>
    public const string Run = "neighbours-worst";

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

    /// <summary>Starts to do the worst; when the input of the process is closed, it tells how it was answered.</summary>
    /// <param name="address">Where the service listens.</param>
    /// <param name="only">Which sorts of harm, such as <c>streams,pages</c>; null for all.</param>
    public static Process Start(Uri address, string? only) => Process.Start(new ProcessStartInfo(
        "nice",
        [
            "-n", "19", "dotnet", Environment.GetCommandLineArgs()[0], $"--run={Run}", $"--address={address}",
            $"--only={only}",
        ])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;

    /// <summary>Does the worst until the input ends.</summary>
    public static async Task UntilInputEnds(Uri address, string? only)
    {
        var worst = new WorstTenant(address);
        using var end = new CancellationTokenSource();
        var doing = worst.DoIt(only is null or "" ? null : only.Split(','), end.Token);
        await Console.In.ReadToEndAsync();
        await end.CancelAsync();
        await doing;
        Console.WriteLine(worst.Told());
    }

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

    [SuppressMessage("Reliability", "CA2025", Justification = "All that use the clients are waited for.")]
    private async Task DoIt(string[]? only, CancellationToken cancellation)
    {
        using var http = Client(AtOnce);
        using var guessing = new HttpClient { BaseAddress = address };
        guessing.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "guess");
        (string Sort, int Count, Func<Task> Work)[] harm =
        [
            ("streams", DeadStreams, () => NeverRead($"{Sessions}/big0/events", cancellation)),
            ("pages", DeadPages, () => NeverRead($"{Sessions}?pageSize=1000", cancellation)),
            ("guesses", Guessers, () => Send(guessing, HttpMethod.Get, Sessions)),
            ("hot", Writers, () => Send(http, HttpMethod.Post, $"{Sessions}/big1/messages", Hot)),
            ("fetches", AtOnce, () => Send(http, HttpMethod.Get, $"{Sessions}/big2")),
        ];
        await Task.WhenAll(harm
            .Where(each => only is null || only.Contains(each.Sort))
            .SelectMany(each => Many(each.Count, each.Work, cancellation)));
    }

    private string Told() => string.Join(", ", _answers.OrderBy(answer => answer.Key)
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
        await socket.ConnectAsync(IPEndPoint.Parse(address.Authority), cancellation);
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
            BaseAddress = address,
        };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", $"{Name}-token");
        return http;
    }
}
