namespace Microsoft.Azure.Functions.Worker;

/// <summary>Calls the function for a request. The local build's stand-in for the worker's attribute.</summary>
/// <param name="authLevel">
/// Which of the host's keys a request must carry. The local host has none and asks for none.
/// </param>
/// <param name="methods">The HTTP methods, in any case; none means all.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class HttpTriggerAttribute(AuthorizationLevel authLevel, params string[] methods) : Attribute
{
    /// <summary>Which of the host's keys a request must carry.</summary>
    public AuthorizationLevel AuthLevel { get; } = authLevel;

    /// <summary>The HTTP methods; empty means all.</summary>
    public IReadOnlyList<string> Methods { get; } = methods;

    /// <summary>The route template; the function's name when null.</summary>
    public string? Route { get; set; }
}

/// <summary>Which of the Functions host's keys a request must carry. Ours check their own credentials.</summary>
public enum AuthorizationLevel
{
    /// <summary>None.</summary>
    Anonymous,
}
