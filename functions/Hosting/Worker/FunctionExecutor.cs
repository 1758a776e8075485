using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Context.Features;
using Microsoft.Azure.Functions.Worker.Invocation;

namespace Sessions.Hosting.Worker;

/// <summary>
/// Calls the functions, in classes that are there once. The worker's own executors make the class for every call, and
/// after the answer has gone to the client send its object as JSON to the host, which throws that away.
/// </summary>
internal sealed class FunctionExecutor : IFunctionExecutor
{
    private readonly Dictionary<string, Func<FunctionContext, Task>> _calls;

    public FunctionExecutor(IReadOnlyList<FunctionDeclaration> functions, IServiceProvider services) =>
        _calls = functions.ToDictionary(function => function.Name, function => CallOf(function, services));

    /// <inheritdoc/>
    public ValueTask ExecuteAsync(FunctionContext context) => new(_calls[context.FunctionDefinition.Name](context));

    private static Func<FunctionContext, Task> CallOf(FunctionDeclaration function, IServiceProvider services)
    {
        if (function.Http is null)
        {
            var tick = function.TimerCall(services);
            return context => Tick(context, tick);
        }

        var answer = function.HttpCall(services);
        return context => Answer(context, answer);
    }

    private static async Task Answer(FunctionContext context, Func<HttpRequest, Task<IResult>> function)
    {
        var http = context.GetHttpContext()!;
        try
        {
            var result = await function(http.Request);
            await result.ExecuteAsync(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer, which is no failure of the function.
        }
        catch (IOException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The same, noticed amid the body.
        }

        context.GetInvocationResult().Value = Results.Empty;
    }

    private static async Task Tick(FunctionContext context, Func<TimerInfo, CancellationToken, Task> function)
    {
        var bound = await context.Features.Get<IFunctionInputBindingFeature>()!.BindFunctionInputAsync(context);
        await function((TimerInfo)bound.Values[0]!, context.CancellationToken);
    }
}
