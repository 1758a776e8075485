using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Sessions.Hosting;

namespace Sessions.Bench;

/// <summary>From the start of the process to its first answer to a request that reads the store.</summary>
internal static class StartUp
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    public static async Task Run(int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("sessions-bench-");
        try
        {
            var times = new List<double>();
            for (var round = 0; round <= rounds; round++)
            {
                times.Add(await Once(Path.Combine(folder.FullName, "sessions.db")));
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

    private static async Task<double> Once(string database)
    {
        var address = new UriBuilder("http", "127.0.0.1", Server.FreePort(), "/v1/Services").Uri;
        var clock = Stopwatch.StartNew();
        using var process = Server.StartProcess(
            "Sessions.dll", $"--urls={address.GetLeftPart(UriPartial.Authority)}", $"--Sqlite:Path={database}");
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
