using System.Text.Json;
using System.Text.Json.Serialization;
using Sessions.HostStandIn.Rpc;

namespace Sessions.HostStandIn;

/// <summary>A function of the worker, as its metadata declare it.</summary>
/// <param name="Id">What it is called by in invocations.</param>
/// <param name="Name">The name, unique in the app.</param>
/// <param name="Trigger">What calls it.</param>
internal sealed partial record HostedFunction(string Id, string Name, TriggerBinding Trigger)
{
    /// <summary>Reads what the worker told.</summary>
    public static HostedFunction Of(RpcFunctionMetadata metadata) => new(
        metadata.FunctionId,
        metadata.Name,
        metadata.RawBindings
            .Select(binding => JsonSerializer.Deserialize(binding, BindingJson.Default.TriggerBinding)!)
            .Single(binding => binding.Type.EndsWith("Trigger", StringComparison.OrdinalIgnoreCase)));

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(TriggerBinding))]
    private sealed partial class BindingJson : JsonSerializerContext;
}

/// <summary>The binding that calls a function, with those of its members that this host heeds.</summary>
internal sealed record TriggerBinding(string Name, string Type)
{
    /// <summary>Over HTTP: the template of its path; the function's name when null.</summary>
    public string? Route { get; init; }

    /// <summary>Over HTTP: the methods; all when null.</summary>
    public string[]? Methods { get; init; }

    /// <summary>By the clock: six NCrontab fields, or <c>%Key%</c> for the setting that holds them.</summary>
    public string? Schedule { get; init; }

    /// <summary>By the clock: whether it is also called at start.</summary>
    public bool RunOnStartup { get; init; }

    [JsonIgnore]
    public bool IsHttp => Type.Equals("httpTrigger", StringComparison.OrdinalIgnoreCase);

    [JsonIgnore]
    public bool IsTimer => Type.Equals("timerTrigger", StringComparison.OrdinalIgnoreCase);
}
