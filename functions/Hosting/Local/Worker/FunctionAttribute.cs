namespace Microsoft.Azure.Functions.Worker;

/// <summary>
/// Marks a method as a function. The local build's stand-in for the attribute of the Functions worker.
/// </summary>
/// <param name="name">Its name, unique in the app.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FunctionAttribute(string name) : Attribute
{
    /// <summary>Its name, unique in the app.</summary>
    public string Name { get; } = name;
}
