using System.Globalization;

namespace Sessions.Bench;

/// <summary>
/// Creates that arrive at a steady pace beside many stored sessions, each timed from when it was to be sent; a line for
/// every two seconds, then all of them.
/// </summary>
internal static class Steady
{
    private static readonly TimeSpan _round = TimeSpan.FromSeconds(2);

    public static async Task Run(int sessions, double perSecond, TimeSpan time)
    {
        var folder = Directory.CreateTempSubdirectory("sessions-bench-");
        try
        {
            var database = Path.Combine(folder.FullName, "sessions.db");
            await using var store = Seeding.Open(database);
            var path = "";
            await Seeding.Timed($"{sessions} sessions stored", async () => path = await Seeding.Service(
                store, 1, sessions, TimeProvider.System.GetUtcNow()));
            using var server = await Server.Service(database);
            var create = new Target("service", server).Numbered(Seeding.Create(path));
            await Paced.Run(server, create, perSecond, 2 * _round);
            var all = Arrived.Nobody;
            for (var past = TimeSpan.Zero; past < time; past += _round)
            {
                var took = await Paced.Run(server, create, perSecond, _round);
                Print("", took);
                all = all.And(took);
            }

            Print("all", all);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Print(string what, Arrived took) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what,5}{took.Took.Count,8} creates, {took.Refused} refused: p50 {took.At(50):N2} ms, p99 {took.At(99):N2}, "
        + $"p99.9 {took.At(99.9):N2}, longest {took.Took[^1]:N2}"));
}
