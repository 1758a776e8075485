using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Sessions.Hosting;
using Sessions.Tests.Support;

namespace Sessions.Bench;

/// <summary>
/// From the start of the process to its first answer to a request that reads the store. It is the program as it is
/// published that is started: what was built alone is compiled while it starts.
/// </summary>
internal static class StartUp
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    /// <summary>Measures it.</summary>
    /// <param name="rounds">How often, after a first time that does not count.</param>
    /// <param name="sessions">How many sessions are stored before.</param>
    /// <param name="program">The assembly of another build; null to publish this one.</param>
    public static async Task Run(int rounds, int sessions, string? program)
    {
        var start = program is null ? await PublishedProgram.OnItsOwn() : new ProcessStartInfo("dotnet", [program]);
        var folder = Directory.CreateTempSubdirectory("sessions-bench-");
        try
        {
            var database = Path.Combine(folder.FullName, "sessions.db");
            if (sessions > 0)
            {
                await Fill(database, sessions);
            }

            var times = new List<double>();
            for (var round = 0; round <= rounds; round++)
            {
                times.Add(await Once([.. start.ArgumentList], database));
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(round == 0 ? "warm-up" : $"round {round}"),-10}{times[^1],8:N0} ms"));
            }

            var median = Contest.Median(times.Skip(1));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"median",-10}{median,8:N0} ms"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task Fill(string database, int sessions)
    {
        await Seeding.Timed($"{sessions} sessions stored", async () =>
        {
            await using var store = Seeding.Open(database);
            await Seeding.Service(store, 1, sessions, TimeProvider.System.GetUtcNow());
        });
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{"on disk",-10}{new FileInfo(database).Length / 1e9,8:N2} GB"));
    }

    private static async Task<double> Once(string[] program, string database)
    {
        var address = new UriBuilder("http", "127.0.0.1", Server.FreePort(), "/v1/Services").Uri;
        var start = new ProcessStartInfo(
            "dotnet", [.. program, $"--urls={address.GetLeftPart(UriPartial.Authority)}", $"--Sqlite:Path={database}"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        try
        {
            await FirstAnswer(address, clock);
            return clock.Elapsed.TotalMilliseconds;
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private static async Task FirstAnswer(Uri address, Stopwatch clock)
    {
        using var client = new HttpClient();
        var user = Encoding.ASCII.GetBytes($"{DevelopmentAccount.Sid}:{DevelopmentAccount.Secret}");
        client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(user));
        while (clock.Elapsed < _patience)
        {
            try
            {
                using var answer = await client.GetAsync(address);
                answer.EnsureSuccessStatusCode();
                return;
            }
            catch (HttpRequestException refused) when (refused.InnerException is SocketException)
            {
                await Task.Delay(1);
            }
        }

        throw new TimeoutException($"No answer within {_patience}.");
    }
}
