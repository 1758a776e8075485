using System.Collections.Concurrent;
using Sessions.HostStandIn.Rpc;

namespace Sessions.HostStandIn;

/// <summary>What the host wants of its worker, in the protocol's order.</summary>
/// <param name="channel">The stream between both.</param>
/// <param name="folder">Where the function app lies.</param>
internal sealed class WorkerClient(WorkerChannel channel, string folder)
{
    private readonly ConcurrentQueue<FailedInvocation> _failures = [];
    private int _open;

    /// <summary>The invocations that failed so far, as the host would show them to the operator.</summary>
    public IReadOnlyCollection<FailedInvocation> Failures => _failures;

    /// <summary>How many invocations are going on.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Makes a worker that has called ready for invocations.</summary>
    /// <returns>Where it listens for the requests that are passed on.</returns>
    public async Task<Uri> Initialize()
    {
        var answer = await channel.Ask(new()
        {
            WorkerInitRequest = new()
            {
                HostVersion = "4.1037.0.0",
                WorkerDirectory = folder,
                FunctionAppDirectory = folder,
            },
        });
        Require(answer.WorkerInitResponse.Result, "The worker did not initialize");
        return new(answer.WorkerInitResponse.Capabilities["HttpUri"]);
    }

    /// <summary>Asks for the functions and has them loaded; in the order in which the host tries them.</summary>
    public async Task<IReadOnlyList<HostedFunction>> LoadFunctions()
    {
        var answer = await channel.Ask(new() { FunctionsMetadataRequest = new() { FunctionAppDirectory = folder } });
        Require(answer.FunctionMetadataResponse.Result, "The worker did not tell its functions");
        var metadata = answer.FunctionMetadataResponse.FunctionMetadataResults
            .OrderBy(function => function.Name, StringComparer.OrdinalIgnoreCase).ToList();
        await Task.WhenAll(metadata.Select(Load));
        return [.. metadata.Select(HostedFunction.Of)];
    }

    /// <summary>Has a function called, and waits until it is over.</summary>
    /// <param name="function">The function.</param>
    /// <param name="invocationId">What tells this call from all others.</param>
    /// <param name="trigger">What its trigger gives to it.</param>
    /// <param name="cancellation">Passed on to the function.</param>
    /// <returns>Whether it succeeded.</returns>
    public async Task<bool> Invoke(
        HostedFunction function, string invocationId, TypedData trigger, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _open);
        var call = channel.Ask(new()
        {
            InvocationRequest = new()
            {
                InvocationId = invocationId,
                FunctionId = function.Id,
                InputData = { new ParameterBinding { Name = function.Trigger.Name, Data = trigger } },
                TraceContext = new(),
                RetryContext = new(),
            },
        });
        await using var whenCancelled = cancellation.Register(() =>
            channel.Send(new() { InvocationCancel = new() { InvocationId = invocationId } }));
        try
        {
            var result = (await call).InvocationResponse.Result;
            return result.Status is StatusResult.Types.Status.Success
                || Failed(function, $"{result.Status} {result.Exception?.Message}");
        }
        catch (IOException lost)
        {
            return Failed(function, lost.Message);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    /// <summary>Notes a failed invocation; the answer is always false.</summary>
    public bool Failed(HostedFunction function, string reason)
    {
        _failures.Enqueue(new(function.Name, reason));
        return false;
    }

    private async Task Load(RpcFunctionMetadata metadata)
    {
        var answer = await channel.Ask(new()
        {
            FunctionLoadRequest = new() { FunctionId = metadata.FunctionId, Metadata = metadata },
        });
        Require(answer.FunctionLoadResponse.Result, $"The worker did not load {metadata.Name}");
    }

    private static void Require(StatusResult result, string otherwise)
    {
        if (result.Status is not StatusResult.Types.Status.Success)
        {
            throw new InvalidOperationException($"{otherwise}: {result.Exception?.Message}");
        }
    }
}

/// <summary>An invocation that the host counts as failed.</summary>
/// <param name="Function">The function's name.</param>
/// <param name="Reason">Why, as far as the host knows.</param>
internal sealed record FailedInvocation(string Function, string Reason);
