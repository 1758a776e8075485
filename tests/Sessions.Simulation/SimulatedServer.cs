using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Sessions.Simulation.Streams;

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
        var head = new ResponseHead();
        using var body = new MemoryStream();
        var features = FeaturesOf(asked, head);
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(body));
        features.Set<IHttpRequestLifetimeFeature>(new HttpRequestLifetimeFeature { RequestAborted = aborted });
        await Run(features);
        await head.Start();
        await head.End();
        return head.Answered(System.Text.Encoding.UTF8.GetString(body.ToArray()));
    }

    /// <summary>Lets the application answer piece by piece.</summary>
    public async Task Answer(Asked asked, Connection connection)
    {
        var head = new ResponseHead();
        var features = FeaturesOf(asked, head);
        var body = new StreamedBody(connection, async () =>
        {
            if (!head.HasStarted)
            {
                await head.Start();
                connection.Begin(head.Answered(""));
            }
        });
        features.Set<IHttpResponseBodyFeature>(body);
        features.Set<IHttpRequestLifetimeFeature>(new Lifetime(connection));
        await Run(features);
        await body.CompleteAsync();
        await head.End();
    }

    private async Task Run(FeatureCollection features)
    {
        var context = new DefaultHttpContext(features) { RequestServices = services };
        await (await FunctionOf(context)(context.Request)).ExecuteAsync(context);
    }

    private static FeatureCollection FeaturesOf(Asked asked, ResponseHead head)
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

        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(request);
        features.Set<IHttpResponseFeature>(head);
        features.Set<IHttpRequestBodyDetectionFeature>(new BodyDetection(asked.Body.Length > 0));
        return features;
    }

    private Func<HttpRequest, Task<IResult>> FunctionOf(HttpContext context)
    {
        var function = router.Find(context);
        return _functions.TryGetValue(function.Name, out var known)
            ? known
            : _functions[function.Name] = function.HttpCall(services);
    }

    private sealed record BodyDetection(bool CanHaveBody) : IHttpRequestBodyDetectionFeature;

    private sealed class Lifetime(Connection connection) : IHttpRequestLifetimeFeature
    {
        public CancellationToken RequestAborted { get; set; } = connection.Aborted;

        public void Abort() => connection.Break(tellsClient: true, tellsServer: true);
    }

    private sealed class ResponseHead : HttpResponseFeature
    {
        private readonly Stack<(Func<object, Task> Callback, object State)> _starting = new();
        private readonly Stack<(Func<object, Task> Callback, object State)> _completed = new();
        private bool _hasStarted;

        public override bool HasStarted => _hasStarted;

        public override void OnStarting(Func<object, Task> callback, object state) => _starting.Push((callback, state));

        public override void OnCompleted(Func<object, Task> callback, object state) =>
            _completed.Push((callback, state));

        public Task Start()
        {
            _hasStarted = true;
            return Call(_starting);
        }

        public Task End() => Call(_completed);

        public Answered Answered(string body) => new(StatusCode, body)
        {
            Headers = Headers.ToDictionary(
                header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
        };

        private static async Task Call(Stack<(Func<object, Task> Callback, object State)> callbacks)
        {
            foreach (var (callback, state) in callbacks)
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
