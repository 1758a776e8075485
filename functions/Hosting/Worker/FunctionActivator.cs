using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Sessions.Hosting.Worker;

/// <summary>Takes a function's class from the services; the worker's own activator makes one for each call.</summary>
internal sealed class FunctionActivator : IFunctionActivator
{
    /// <inheritdoc/>
    public object? CreateInstance(Type instanceType, FunctionContext context) =>
        context.InstanceServices.GetRequiredService(instanceType);
}
