using System.Diagnostics;
using System.Globalization;
using Sessions.Tests.TwilioProxy;

namespace Sessions.Bench;

/// <summary>
/// Brings a Proxy account from one installation into another, kills the import in the middle, runs it again, and
/// compares all that both answer.
/// </summary>
internal static class Import
{
    /// <summary>Kills, goes on and compares.</summary>
    /// <param name="sessions">How many Sessions the source has.</param>
    /// <param name="store">sqlite or cosmos: what is brought into.</param>
    public static async Task Run(int sessions, string? store)
    {
        await using var run = await ImportRun.Start(store is "cosmos");
        var service = await run.Seed(sessions);
        Print($"{sessions:N0} sessions of two participants at the source");
        var asked = run.Asked;
        using (var killed = run.Begin())
        {
            while (run.Asked < asked + (sessions / 2) && !killed.HasExited)
            {
                await Task.Delay(1);
            }

            killed.Kill();
            await killed.WaitForExitAsync();
        }

        Print($"killed when {await run.Brought(service):N0} had been brought");
        await Told("gone on with", run);
        Print($"{await run.Brought(service):N0} are here");
        await Told("once more", run);
        await run.AreAlike();
        Print($"both answer alike to whoever asks for anything of it, and each pair is in one session");
    }

    private static async Task Told(string what, ImportRun run)
    {
        var clock = Stopwatch.StartNew();
        using var process = run.Begin();
        var ended = await ImportRun.End(process);
        var told = ended.Output.ReplaceLineEndings(" ");
        Print($"{what} in {clock.Elapsed.TotalSeconds:N1} s, ended with {ended.ExitCode}: {told}");
    }

    private static void Print(FormattableString text) =>
        Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
