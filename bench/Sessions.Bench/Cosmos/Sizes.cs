using System.Globalization;
using System.Text.RegularExpressions;
using Sessions.StandIn;
using Sessions.Tests.Isolation;
using Sessions.Tests.Surfaces;

namespace Sessions.Bench;

/// <summary>
/// How large what is stored is, as items of Cosmos DB: one good request to each function that makes or changes
/// something, then all that there is, by kind.
/// </summary>
internal static partial class Sizes
{
    public static async Task Run()
    {
        await using var bench = await CosmosBench.Start(null, Consistency.Strong);
        foreach (var function in HttpFunction.All.Where(IsAsked))
        {
            var probe = new Probe(() => new() { BaseAddress = bench.Server.Address }, function)
            {
                IdempotencyKey = function.Name,
            };
            await bench.CostOf(async () => await probe.Send(Tenant.Acme, await probe.ThingsOf(Tenant.Acme)));
        }

        Console.WriteLine("| kind | items | bytes of one, in the mean | in partitions like |");
        Console.WriteLine("|---|---|---|---|");
        foreach (var kind in bench.Container.Items
            .GroupBy(item => WithoutIds(item.Json.GetProperty("kind").GetString()!))
            .OrderBy(kind => kind.Key, StringComparer.Ordinal))
        {
            var partitions = kind.Select(item => $"`{WithoutIds(item.Partition)}`").Distinct();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {kind.Key} | {kind.Count()} | {kind.Average(item => item.Bytes):0} "
                + $"| {string.Join(", ", partitions.Order(StringComparer.Ordinal))} |"));
        }
    }

    private static string WithoutIds(string name) => Ids().Replace(name, "…");

    [GeneratedRegex("(KS)?[0-9A-Fa-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(KS)?[0-9A-Fa-f]{16,}")]
    private static partial Regex Ids();

    private static bool IsAsked(HttpFunction function) =>
        function.Methods[0] is "POST" or "PUT" or "PATCH"
        && SurfaceSamples.Of(function).IsServed(function.Name)
        && !SurfaceSamples.Of(function).IsPublic(function.Name);
}
