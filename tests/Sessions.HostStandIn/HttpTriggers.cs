using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Constraints;
using Yarp.ReverseProxy.Forwarder;

namespace Sessions.HostStandIn;

/// <summary>
/// Takes the requests of clients: finds the function, has it invoked, and passes the request itself on to the worker.
/// The two meet there by a header.
/// </summary>
internal sealed class HttpTriggers : IDisposable
{
    private const string InvocationHeader = "x-ms-invocation-id";

    private static readonly PathString[] _ownPaths = ["/admin", "/runtime"];
    private static readonly ForwarderRequestConfig _forwarding = new() { ActivityTimeout = TimeSpan.FromSeconds(240) };

    private readonly RouteCollection _routes = new();
    private readonly HttpMessageInvoker _connections = new(new PatientHandler
    {
        InnerHandler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false },
    });

    private readonly WorkerClient _worker;
    private readonly IHttpForwarder _forwarder;
    private readonly string _workerAddress;

    /// <summary>Sets up the routes, which are tried in the functions' order: it knows no precedence.</summary>
    public HttpTriggers(
        IReadOnlyList<HostedFunction> functions,
        string routePrefix,
        WorkerClient worker,
        Uri workerAddress,
        IHttpForwarder forwarder,
        IInlineConstraintResolver constraints)
    {
        _worker = worker;
        _forwarder = forwarder;
        _workerAddress = workerAddress.ToString();
        foreach (var function in functions.Where(function => function.Trigger.IsHttp))
        {
            var template = function.Trigger.Route is { Length: > 0 } route ? route : function.Name;
            var methods = function.Trigger.Methods is { } taken ? new HttpMethodRouteConstraint(taken) : null;
            _routes.Add(new Route(
                new RouteHandler(context => Call(function, context)),
                function.Name,
                routePrefix.Length == 0 ? template : $"{routePrefix}/{template}",
                defaults: null,
                methods is null ? [] : new Dictionary<string, object> { ["httpMethod"] = methods },
                dataTokens: null,
                constraints));
        }
    }

    /// <summary>Answers a request.</summary>
    public async Task Serve(HttpContext context)
    {
        if (Array.Exists(_ownPaths, path => context.Request.Path.StartsWithSegments(path)))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        var routing = new RouteContext(context);
        await _routes.RouteAsync(routing);
        if (routing.Handler is { } call)
        {
            await call(context);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
    }

    /// <inheritdoc/>
    public void Dispose() => _connections.Dispose();

    private async Task Call(HostedFunction function, HttpContext context)
    {
        var invocationId = Guid.NewGuid().ToString();
        context.Request.Headers.TryAdd(InvocationHeader, invocationId);
        var forwarding = _forwarder.SendAsync(context, _workerAddress, _connections, _forwarding).AsTask();
        var succeeded = await _worker.Invoke(
            function, invocationId, new() { Http = new() }, context.RequestAborted);
        var error = await forwarding;
        if (error is not ForwarderError.None)
        {
            succeeded = _worker.Failed(function, $"ForwarderError {error}");
        }

        if (succeeded)
        {
            return;
        }

        // The worker has said 200 without a body before the host hears that the function failed.
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = StatusCodes.Status500InternalServerError;
    }

    /// <summary>Tries again when the worker does not listen yet.</summary>
    private sealed class PatientHandler : DelegatingHandler
    {
        private const int Tries = 10;

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            for (var (tries, delay) = (1, 50); ; tries++, delay = Math.Min(delay * 2, 250))
            {
                try
                {
                    return await base.SendAsync(request, cancellationToken);
                }
                catch (HttpRequestException) when (tries < Tries)
                {
                    await Task.Delay(delay, cancellationToken);
                }
            }
        }
    }
}
