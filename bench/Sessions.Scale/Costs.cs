using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sessions.Scale;

/// <summary>
/// What has been measured of the service, from <c>costs.json</c>: request units as docs/cosmos-charges.md has them, to
/// which a test holds the file, bytes as <c>--run sizes</c> prints them, and processor time as the README states it.
/// </summary>
/// <param name="Processor">What a request takes of a processor.</param>
/// <param name="Lives">What a session of each surface asks for from its beginning to its end.</param>
internal sealed record Costs(ProcessorTime Processor, IReadOnlyList<Life> Lives)
{
    /// <summary>The file.</summary>
    public static Costs Measured { get; } = Read();

    private static Costs Read()
    {
        using var file = typeof(Costs).Assembly.GetManifestResourceStream("costs.json")!;
        return JsonSerializer.Deserialize(file, CostsJson.Default.Costs)!;
    }
}

/// <summary>Microseconds of a processor for one request.</summary>
/// <param name="Read">What the service takes for a fetch.</param>
/// <param name="Write">What it takes for a create.</param>
/// <param name="Host">What the Functions host takes beside it.</param>
internal sealed record ProcessorTime(double Read, double Write, double Host);

/// <summary>All that a session of one surface asks for.</summary>
/// <param name="Surface">Which surface.</param>
/// <param name="Scope">What of a tenant lies in one logical partition; null when each session has its own.</param>
/// <param name="Steps">What is asked for.</param>
/// <param name="Stored">What is kept of it when it is over.</param>
internal sealed record Life(string Surface, string? Scope, IReadOnlyList<Step> Steps, IReadOnlyList<Kept> Stored)
{
    /// <summary>Request units from the beginning to the end.</summary>
    public double Units => Steps.Sum(step => step.Times * step.Units);

    /// <summary>Those of them that the tenant's one partition bears.</summary>
    public double ScopeUnits =>
        Scope is null ? 0 : Steps.Where(step => step.InScope).Sum(step => step.Times * step.Units);

    /// <summary>Those that only the timer asks for, when it gets to it.</summary>
    public double TimerUnits => Steps.Where(step => step.IsTimer).Sum(step => step.Times * step.Units);

    /// <summary>Calls from outside.</summary>
    public double Calls => Steps.Where(step => !step.IsTimer).Sum(step => step.Times);

    /// <summary>Microseconds of a processor for all of its calls.</summary>
    public double Microseconds(ProcessorTime time) => Steps.Sum(step =>
        step.Times * (step.IsTimer ? time.Write : time.Host + (step.IsRead ? time.Read : time.Write)));

    /// <summary>Gigabytes that one a day comes to, when as many end as begin.</summary>
    public double Gigabytes => Stored.Sum(kept => kept.Gigabytes);

    /// <summary>Those of them in the tenant's one partition.</summary>
    public double ScopeGigabytes =>
        Scope is null ? 0 : Stored.Where(kept => kept.InScope).Sum(kept => kept.Gigabytes);
}

/// <summary>One thing that is asked for.</summary>
/// <param name="Operation">As docs/cosmos-charges.md calls it.</param>
/// <param name="Times">How often.</param>
/// <param name="Units">Request units, each time.</param>
/// <param name="InScope">Whether it is in the tenant's one partition.</param>
/// <param name="IsRead">Whether it only reads.</param>
/// <param name="IsTimer">Whether the timer does it, and nobody waits.</param>
internal sealed record Step(
    string Operation, double Times, double Units, bool InScope = true, bool IsRead = false, bool IsTimer = false);

/// <summary>What is kept of a session.</summary>
/// <param name="What">What it is.</param>
/// <param name="Times">How many.</param>
/// <param name="Bytes">How large each is, as an item.</param>
/// <param name="Days">For how long.</param>
/// <param name="InScope">Whether it is in the tenant's one partition.</param>
internal sealed record Kept(string What, double Times, int Bytes, double Days, bool InScope = true)
{
    /// <summary>What one a day comes to.</summary>
    public double Gigabytes => Times * Bytes * Days / 1e9;
}

/// <summary>How the file is read.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    ReadCommentHandling = JsonCommentHandling.Skip,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(Costs))]
internal sealed partial class CostsJson : JsonSerializerContext;
