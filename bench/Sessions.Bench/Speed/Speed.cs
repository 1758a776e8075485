using System.Globalization;

namespace Sessions.Bench;

/// <summary>
/// How fast each operation of each surface is: beside a lean server, at half of its maximum while the service has much
/// else to do, and by what it costs.
/// </summary>
internal static class Speed
{
    /// <summary>Measures it, and writes the page of it when it is told where.</summary>
    /// <param name="options">How.</param>
    /// <param name="page">The page's file; null to write none.</param>
    public static async Task Run(SpeedOptions options, string? page)
    {
        var folder = Directory.CreateTempSubdirectory("sessions-bench-");
        try
        {
            Console.WriteLine($"Loaded by {Wrk.OrOurs.Name}.");
            var seeded = await BusyService.Seed(folder.FullName);
            Console.WriteLine(
                $"{"",-26}{"/s",8}{"of lean at",12}{"",12}{"of",8}{"of",10}{"half of max",12}"
                + $"{"p50",8}{"p99",8}{"p99.9",8}{"on disk",9}{"syncs",7}{"bytes",10}{"µs",7}{"lean's",8}");
            Console.WriteLine(
                $"{"",-26}{"at 32",8}{1,8}{32,8}{256,8}{"store",8}{"constant",10}{"/s",12}{"ms",8}{"ms",8}{"ms",8}");
            List<OperationSpeed> found = [];
            await Seeding.Timed("All of it", async () =>
            {
                foreach (var surface in options.Surfaces)
                {
                    var place = folder.CreateSubdirectory(surface);
                    found.AddRange(await new SurfaceSpeed(options, surface, seeded, place.FullName).Run(Tell));
                    place.Delete(recursive: true);
                }
            });

            if (page is not null)
            {
                await SpeedPage.Write(page, options, found);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Tell(OperationSpeed found)
    {
        var (middle, cost, half) = (found.Rates[SpeedOptions.Middle], found.Cost, found.Half);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{found.Name,-26}{middle.PerSecond,8:N0}{found.Rates[1].OfLean,8:N2}{middle.OfLean,8:N2}"
            + $"{found.Rates[256].OfLean,8:N2}{middle.OfStore,8:N2}{middle.OfConstant,10:N2}{half.PerSecond,12:N0}"
            + $"{half.Took.At(50),8:N2}{half.Took.At(99),8:N2}{half.Took.At(99.9),8:N2}{cost.Written,9:N0}"
            + $"{cost.Syncs,7:N2}{cost.Allocated,10:N0}{cost.Microseconds,7:N1}{cost.LeanMicroseconds,8:N1}"));
        if (found.Floor is { } floor)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{"  a constant as often",-26}p99 {floor.At(99):N2} ms, p99.9 {floor.At(99.9):N2}"));
        }

        if (found.Alone is { } alone)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{"  one client alone",-26}p50 {alone.Took.At(50):N2} ms, p99 {alone.Took.At(99):N2}; "
                + $"a sync of the same disk {alone.Syncs.At(50):N2} and {alone.Syncs.At(99):N2}"));
        }
    }
}
