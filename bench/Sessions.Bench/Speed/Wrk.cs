using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Sessions.Bench;

/// <summary>
/// The load by wrk (https://github.com/wg/wrk), where it is installed: it costs the machine half of what
/// <see cref="Load"/> costs it. One thread of its sends all, so that one counter makes all that differs.
/// </summary>
internal static class Wrk
{
    // More than are sent in a run: what is numbered must not come twice.
    private const int NumbersEach = 200_000;
    private const string FiguresWord = "figures ";

    /// <summary>What loads best on this machine, and what that is called.</summary>
    public static (string Name, Loader Run) OrOurs { get; } =
        IsInstalled ? ("wrk", Run) : ("the bench's own load", Load.Run);

    private static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, "wrk")));

    private static async Task<Figures> Run(Server server, Exchange exchange, int connections, TimeSpan time)
    {
        var folder = Directory.CreateTempSubdirectory("sessions-bench-");
        try
        {
            var script = Path.Combine(folder.FullName, "load.lua");
            await File.WriteAllTextAsync(script, Script(exchange));
            var before = server.ProcessorTime;
            var answer = await Output(["-t1", $"-c{connections}", "-d1h", "-s", script, $"{server.Address}"], time);
            return Read(answer, server.ProcessorTime - before);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // Its time is in whole seconds; interrupted, it reports as if that had been its time.
    private static async Task<string> Output(IEnumerable<string> arguments, TimeSpan time)
    {
        using var wrk = Process.Start(new ProcessStartInfo("wrk", arguments) { RedirectStandardOutput = true })!;
        await Task.Delay(time);
        using var kill = Process.Start("kill", ["-INT", $"{wrk.Id}"]);
        await kill.WaitForExitAsync();
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        return output;
    }

    private static Figures Read(string output, TimeSpan used)
    {
        var line = output.Split('\n').FirstOrDefault(line => line.StartsWith(FiguresWord, StringComparison.Ordinal));
        var numbers = line?[FiguresWord.Length..]
            .Split(' ')
            .Select(number => double.Parse(number, CultureInfo.InvariantCulture))
            .ToList();
        return numbers is [var count and > 0, var microseconds, 0, var p99, var slowest]
            ? new(
                (long)count,
                count / microseconds * 1e6,
                used.TotalMicroseconds / count,
                p99 / 1000,
                slowest / 1000)
            : throw new InvalidOperationException($"Not all was answered well:\n{output}");
    }

    private static string Script(Exchange exchange) => string.Create(CultureInfo.InvariantCulture, $$"""
        local number, turn = {{exchange.Numbers.Take(NumbersEach)}}, 0
        local things = { {{string.Join(", ", exchange.Things.Select(thing => Quoted(thing)))}} }
        function request()
          number, turn = number + 1, turn + 1
          return {{string.Join(" .. ", Parts(exchange))}}
        end
        function done(summary, latency)
          local e = summary.errors
          io.write(string.format("{{FiguresWord}}%d %d %d %d %d\n", summary.requests, summary.duration,
            e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(99), latency.max))
        end
        """);

    private static IEnumerable<string> Parts(Exchange exchange)
    {
        var at = 0;
        foreach (var (place, (start, length)) in exchange.Slots.Index())
        {
            yield return Quoted(exchange.Template.AsSpan(at..start));
            yield return place == 0 && exchange.Things.Count > 0
                ? "things[turn % #things + 1]"
                : string.Create(
                    CultureInfo.InvariantCulture, $"string.format('%0{length}d', number % 1e{length})");
            at = start + length;
        }

        yield return Quoted(exchange.Template.AsSpan(at));
    }

    private static string Quoted(ReadOnlySpan<byte> bytes)
    {
        var quoted = new StringBuilder("\"");
        foreach (var each in bytes)
        {
            // A quote, a backslash and a line's end would not stand for themselves.
            _ = each is < (byte)' ' or (byte)'"' or (byte)'\\'
                ? quoted.Append(CultureInfo.InvariantCulture, $"\\{each:D3}")
                : quoted.Append((char)each);
        }

        return quoted.Append('"').ToString();
    }
}
