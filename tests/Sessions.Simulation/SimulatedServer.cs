using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Sessions.Simulation;

/// <summary>A request of the simulation.</summary>
/// <param name="Method">Its verb.</param>
/// <param name="Path">Its path, with its query.</param>
internal sealed record Asked(string Method, string Path)
{
    /// <summary>Its headers.</summary>
    public Dictionary<string, string> Headers { get; init; } = [];

    /// <summary>How it is signed in, with the secret of the moment at which it is sent.</summary>
    public Func<string, string>? Authorization { get; init; }

    /// <summary>Its body; empty for none.</summary>
    public byte[] Body { get; init; } = [];
}

/// <summary>What came back.</summary>
/// <param name="Status">The HTTP status; 0 when nothing came back.</param>
/// <param name="Body">The body.</param>
internal sealed record Answered(int Status, string Body)
{
    /// <summary>Nothing came back: what was asked may have been done or not.</summary>
    public static Answered Nothing { get; } = new(0, "");

    /// <summary>Its headers.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
}

/// <summary>
/// The server of one instance: it is handed requests, lets the function of each answer, and gives the answers, without
/// a network.
/// </summary>
internal sealed class SimulatedServer(IServiceProvider services, FunctionRouter router)
{
    private readonly Dictionary<string, Func<HttpRequest, Task<IResult>>> _functions = [];

    /// <summary>Lets the application answer.</summary>
    public async Task<Answered> Answer(Asked asked, CancellationToken aborted)
    {
        var question = asked.Path.IndexOf('?', StringComparison.Ordinal);
        var request = new HttpRequestFeature
        {
            Protocol = "HTTP/1.1",
            Scheme = "http",
            Method = asked.Method,
            Path = Uri.UnescapeDataString(question < 0 ? asked.Path : asked.Path[..question]),
            QueryString = question < 0 ? "" : asked.Path[question..],
            RawTarget = asked.Path,
            Body = new MemoryStream(asked.Body),
        };
        request.Headers.Host = "localhost";
        foreach (var (name, value) in asked.Headers)
        {
            request.Headers[name] = value;
        }

        if (asked.Body.Length > 0)
        {
            request.Headers.ContentLength = asked.Body.Length;
        }

        var response = new ResponseHead();
        using var body = new MemoryStream();
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(request);
        features.Set<IHttpResponseFeature>(response);
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(body));
        features.Set<IHttpRequestLifetimeFeature>(new HttpRequestLifetimeFeature { RequestAborted = aborted });
        features.Set<IHttpRequestBodyDetectionFeature>(new BodyDetection(asked.Body.Length > 0));
        var context = new DefaultHttpContext(features) { RequestServices = services };
        await (await FunctionOf(context)(context.Request)).ExecuteAsync(context);
        await response.End();
        return new(response.StatusCode, System.Text.Encoding.UTF8.GetString(body.ToArray()))
        {
            Headers = response.Headers.ToDictionary(
                header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
        };
    }

    private Func<HttpRequest, Task<IResult>> FunctionOf(HttpContext context)
    {
        var function = router.Find(context);
        return _functions.TryGetValue(function.Name, out var known)
            ? known
            : _functions[function.Name] = function.HttpCall(services);
    }

    private sealed record BodyDetection(bool CanHaveBody) : IHttpRequestBodyDetectionFeature;

    // The head is looked at when the answer is whole, so what is to happen before it is sent happens then.
    private sealed class ResponseHead : HttpResponseFeature
    {
        private readonly Stack<(Func<object, Task> Callback, object State)> _starting = new();
        private readonly Stack<(Func<object, Task> Callback, object State)> _completed = new();

        public override void OnStarting(Func<object, Task> callback, object state) => _starting.Push((callback, state));

        public override void OnCompleted(Func<object, Task> callback, object state) =>
            _completed.Push((callback, state));

        public async Task End()
        {
            foreach (var (callback, state) in _starting.Concat(_completed))
            {
                await callback(state);
            }
        }
    }
}

/// <summary>What an application asks of the server that it runs in: where it listens, which is nowhere.</summary>
internal sealed class NoAddresses : IServer
{
    /// <inheritdoc/>
    public IFeatureCollection Features { get; } = new FeatureCollection();

    /// <inheritdoc/>
    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
