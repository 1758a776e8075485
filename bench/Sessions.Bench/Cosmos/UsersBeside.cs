using System.Diagnostics;
using System.Globalization;

namespace Sessions.Bench;

/// <summary>
/// Two users of the tenant beside, in a process of their own, as they have machines of their own: in the bench's the
/// stand-in for Cosmos DB is at work, and they would wait for its threads.
/// </summary>
internal sealed class UsersBeside : IDisposable
{
    /// <summary>The name of a run that is these users until its input ends.</summary>
    public const string Run = "throttled-users";

    private const int Users = 2;
    private const int Pause = 100;
    private static readonly TimeSpan _long = TimeSpan.FromHours(1);
    private readonly Process _process;

    private UsersBeside(Process process) => _process = process;

    /// <summary>Starts them.</summary>
    /// <param name="address">Where the service listens.</param>
    public static UsersBeside Start(Uri address) => new(Process.Start(new ProcessStartInfo(
        "dotnet", [Environment.GetCommandLineArgs()[0], $"--run={Run}", $"--address={address}"])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!);

    /// <summary>How they are answered while something goes on.</summary>
    public async Task<Neighbours.Times> Time(Func<Task> meanwhile)
    {
        await Ring();
        await meanwhile();
        await Ring();
        var told = (await _process.StandardOutput.ReadLineAsync())!.Split(' ');
        return new(
            [.. told.Skip(1).Select(took => ("", double.Parse(took, CultureInfo.InvariantCulture)))],
            int.Parse(told[0], CultureInfo.InvariantCulture));
    }

    /// <summary>Is these users: from one line of the input to the next they work, and then tell how it was.</summary>
    public static async Task UntilInputEnds(Uri address)
    {
        while (await Console.In.ReadLineAsync() is not null)
        {
            using var end = new CancellationTokenSource();
            var working = Enumerable.Range(0, Users)
                .Select(user => new Neighbour(address, user, Pause).Work(Stopwatch.StartNew(), _long, end.Token))
                .ToList();
            await Console.In.ReadLineAsync(CancellationToken.None);
            await end.CancelAsync();
            var users = await Task.WhenAll(working);
            string[] told =
            [
                Text(users.Sum(user => user.Refused)),
                .. users.SelectMany(user => user.Took).Select(answer => Text(answer.Took)),
            ];
            Console.WriteLine(string.Join(' ', told));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private async Task Ring()
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.StandardInput.FlushAsync();
    }

    private static string Text(double number) => number.ToString("0.###", CultureInfo.InvariantCulture);
}
