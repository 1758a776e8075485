using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Http.Headers;
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
    public static async Task Run(TimeSpan time, string? only)
    {
        var folder = Directory.CreateTempSubdirectory("sessions-bench-");
        try
        {
            using var server = await Server.Service(Path.Combine(folder.FullName, "sessions.db"), [.. Accounts()]);
            await new WorstTenant(server.Address).Prepare();
            await Time(server, TimeSpan.FromSeconds(2));
            var alone = await Time(server, time / 4);
            Print("alone", alone, server.Memory);

            using var end = new CancellationTokenSource();
            var peak = Peak(server, end.Token);
            using var worst = WorstTenant.Start(server.Address, only);
            var beside = await Time(server, time);
            worst.StandardInput.Close();
            var told = await worst.StandardOutput.ReadToEndAsync();
            await worst.WaitForExitAsync();
            await end.CancelAsync();
            var memory = await peak;
            Print("beside", beside, memory);

            await Task.Delay(_recovery);
            var after = await Time(server, time / 4);
            Print("after", after, server.Memory);

            Console.WriteLine($"The worst tenant was answered: {told.Trim()}");
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
            .Select(user => Task.Run(() => new Neighbour(server.Address, user).Work(clock, time))));
        return new([.. users.SelectMany(user => user.Took)], users.Sum(user => user.Refused));
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
            {what,-8}{times.Count,8} answers, p50 {times.At(50):N1} ms, p99 {times.At(99):N1} ms
                    {times.Refused} refused, {memory >> 20} MiB; p99 of {times.ByOperation(99)}
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

    internal sealed class Times(IReadOnlyList<(string Operation, double Took)> answers, int refused)
    {
        private readonly List<double> _all = [.. answers.Select(answer => answer.Took).Order()];

        public int Count => _all.Count;

        public int Refused => refused;

        public double At(int percentile) => At(percentile, _all);

        public string ByOperation(int percentile) => string.Join(", ", answers
            .GroupBy(answer => answer.Operation, answer => answer.Took)
            .Select(group => string.Create(
                CultureInfo.InvariantCulture, $"{group.Key} {At(percentile, [.. group.Order()]):N1}")));

        private static double At(int percentile, List<double> took) =>
            took.Count == 0 ? 0 : took[(int)((took.Count - 1L) * percentile / 100)];
    }
}

/// <summary>A user of the tenant beside: creates a session, fetches it, updates it, lists ten.</summary>
internal sealed class Neighbour(Uri address, int user, int pause = 5)
{
    public const string Name = "beside";
    private const string Sessions = "/v1/conversation/sessions";

    public List<(string Operation, double Took)> Took { get; } = [];

    public int Refused { get; private set; }

    public async Task<Neighbour> Work(Stopwatch clock, TimeSpan time, CancellationToken cancellation = default)
    {
        using var http = new HttpClient { BaseAddress = address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", $"{Name}-token");
        for (var round = 0; clock.Elapsed < time && !cancellation.IsCancellationRequested; round++)
        {
            var id = $"u{user}-{round}-{Guid.NewGuid():N}"[..24];
            await Send("create", http, HttpMethod.Post, $"{Sessions}?sessionId={id}", """
                {"profile":"p","displayName":"d","sessionType":1,"owners":["beside"],"defaultChannels":[1]}
                """);
            await Send("fetch", http, HttpMethod.Get, $"{Sessions}/{id}");
            await Send("write", http, HttpMethod.Post, $"{Sessions}/{id}/messages", """
                {"name":"beside","message":{"text":"hi"}}
                """);
            await Send("list", http, HttpMethod.Get, $"{Sessions}?pageSize=10");
            await Task.Delay(pause, CancellationToken.None);
        }

        return this;
    }

    private async Task Send(
        string operation, HttpClient http, HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        var start = Stopwatch.GetTimestamp();
        using var response = await http.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        Took.Add((operation, Stopwatch.GetElapsedTime(start).TotalMilliseconds));
        Refused += response.IsSuccessStatusCode ? 0 : 1;
    }
}
