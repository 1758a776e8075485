using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Logging;
using Sessions.Lifecycle;
using Sessions.Telemetry;

namespace Sessions.Http;

/// <summary>
/// What stands around every function on both hosts, whichever surface it is of: the request has an id, which its answer
/// carries; and when the answer is ready, it is counted and told in one line, and, where anybody traces, in a span.
/// Both have the route as it is declared and nothing that was sent: no query, number, id or secret, but for the id of
/// a request where the caller may choose it.
/// </summary>
public sealed partial class RequestObserver
{
    /// <summary>Whose lines these are, for <c>Logging__LogLevel__Sessions.Requests</c>.</summary>
    public const string Category = "Sessions.Requests";

    private const string Others = "Other";
    private const string Unknown = "-";

    private static readonly HashSet<string> _methods =
        ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];

    private readonly ISurface[] _surfaces;
    private readonly TimeProvider _time;
    private readonly IIdSource _ids;
    private readonly RecentMinutes _minutes;
    private readonly RequestMetrics _metrics;
    private readonly Spans _spans;
    private readonly ILogger _log;

    /// <summary>Nothing was asked yet.</summary>
    public RequestObserver(
        IEnumerable<ISurface> surfaces,
        TimeProvider time,
        IIdSource ids,
        RecentMinutes minutes,
        RequestMetrics metrics,
        Spans spans,
        ILoggerFactory logs)
    {
        (_surfaces, _time, _ids, _minutes, _metrics) = ([.. surfaces], time, ids, minutes, metrics);
        _spans = spans;
        _log = logs.CreateLogger(Category);
    }

    /// <summary>The function, observed.</summary>
    /// <param name="function">Its name, which begins with its surface's.</param>
    /// <param name="route">Its route, as declared.</param>
    /// <param name="call">The function.</param>
    public Func<HttpRequest, Task<IResult>> Observed(
        string function, string route, Func<HttpRequest, Task<IResult>> call)
    {
        var surface = Array.Find(
            _surfaces, surface => function.StartsWith($"{surface.Name}_", StringComparison.Ordinal));
        var operation = new Operation(function, route, surface);
        return request => Observe(operation, request, call);
    }

    /// <summary>Gives a request an id, which its answer is to carry.</summary>
    internal ISurface? Identify(HttpContext context, ISurface? surface = null)
    {
        surface ??= Array.Find(_surfaces, one => one.Owns(context.Request.Path));
        var id = _ids.Next();
        context.TraceIdentifier = surface?.RequestId(context.Request, id) ?? id.ToString("N");
        context.Response.Headers[surface?.RequestIdHeader ?? "X-Request-Id"] = context.TraceIdentifier;
        return surface;
    }

    /// <summary>Tells of a request that no function saw, because the server could not read it.</summary>
    internal void Unread(HttpContext context, ISurface? surface, IResult refusal)
    {
        var status = StatusOf(refusal);
        _minutes.Answered(account: null, surface?.Name ?? Others, status, TimeSpan.Zero);
        if (_log.IsEnabled(LogLevel.Information))
        {
            LogAnswered(Unknown, Unknown, status, 0, Unknown, CodeOf(refusal) ?? Unknown, context.TraceIdentifier);
        }
    }

    private async Task<IResult> Observe(
        Operation operation, HttpRequest request, Func<HttpRequest, Task<IResult>> call)
    {
        var start = _time.GetTimestamp();
        var notes = new RequestNotes();
        request.HttpContext.Features.Set(notes);
        var surface = Identify(request.HttpContext, operation.Surface);
        using var span = _spans.AreWanted ? Span(operation, request) : null;
        var result = await call(request);
        Tell(operation, request, surface?.Name ?? Others, notes, result, _time.GetElapsedTime(start));
        Tell(span, operation, request, surface?.Name, notes, result);
        return result;
    }

    private Activity? Span(Operation operation, HttpRequest request)
    {
        var headers = request.Headers;
        return _spans.Request(
            $"{MethodOf(request)} {operation.Route}",
            headers.TraceParent is [{ } traceParent] ? traceParent : null,
            headers.TraceState is [{ } traceState] ? traceState : null);
    }

    private static void Tell(
        Activity? span,
        Operation operation,
        HttpRequest request,
        string? surface,
        RequestNotes notes,
        IResult result)
    {
        if (span is not { IsAllDataRequested: true })
        {
            return;
        }

        var status = StatusOf(result);
        span.SetTag("http.request.method", MethodOf(request))
            .SetTag("http.route", operation.Route)
            .SetTag("http.response.status_code", status)
            .SetTag("sessions.surface", surface)
            .SetTag("sessions.operation", operation.Function)
            .SetTag("sessions.account", notes.Account)
            .SetTag("sessions.error", CodeOf(result))
            .SetTag("sessions.request.id", request.HttpContext.TraceIdentifier)
            .SetStatus(status >= 500 ? ActivityStatusCode.Error : ActivityStatusCode.Unset);
    }

    private static string MethodOf(HttpRequest request) =>
        _methods.Contains(request.Method) ? request.Method : "_OTHER";

    private static int StatusOf(IResult result) =>
        (result as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK;

    private static string? CodeOf(IResult result) => (result as IErrorResult)?.ErrorCode;

    private void Tell(
        Operation operation, HttpRequest request, string surface, RequestNotes notes, IResult result, TimeSpan took)
    {
        var status = StatusOf(result);
        _minutes.Answered(notes.Account, surface, status, took);
        if (notes.Limit is { } limit)
        {
            _minutes.Refused(notes.Account, limit);
        }

        if (surface is not Others)
        {
            _metrics.Record(surface, operation.Function, status, took);
        }

        if (_log.IsEnabled(LogLevel.Information))
        {
            LogAnswered(
                MethodOf(request),
                operation.Route,
                status,
                took.TotalMilliseconds,
                notes.Account ?? Unknown,
                CodeOf(result) ?? Unknown,
                request.HttpContext.TraceIdentifier);
        }
    }

    [LoggerMessage(
        1,
        LogLevel.Information,
        "{Method} {Route} {Status} {Milliseconds:0.0} ms {Account} {Error} {RequestId}",
        SkipEnabledCheck = true)]
    private partial void LogAnswered(
        string method, string route, int status, double milliseconds, string account, string error, string requestId);

    private sealed class Operation(string function, string route, ISurface? surface)
    {
        private string? _route;

        public string Function => function;

        public ISurface? Surface => surface;

        /// <summary>The route without what its parameters must look like; seldom needed at start.</summary>
        public string Route => _route ??= "/" + string.Join(
            '/', RoutePatternFactory.Parse(route).PathSegments.Select(segment => string.Concat(segment.Parts.Select(
                part => part switch
                {
                    RoutePatternParameterPart parameter => $"{{{parameter.Name}}}",
                    RoutePatternLiteralPart literal => literal.Content,
                    _ => ((RoutePatternSeparatorPart)part).Content,
                }))));
    }
}

/// <summary>What becomes known of a request on its way.</summary>
internal sealed class RequestNotes
{
    /// <summary>The account of whoever signed in.</summary>
    public string? Account { get; set; }

    /// <summary>The limit that refused it.</summary>
    public string? Limit { get; set; }

    /// <summary>Those of a request; some that are thrown away where nobody observes it.</summary>
    public static RequestNotes Of(HttpContext context) => context.Features.Get<RequestNotes>() ?? new();
}

/// <summary>
/// How many requests there are, how they end and how long they take, as <c>sessions.request.duration</c> of the meter
/// <c>Sessions</c>. It tells of functions and statuses only, never of callers or ids.
/// </summary>
public sealed class RequestMetrics(IMeterFactory meters)
{
    private readonly Histogram<double> _duration = meters.Create("Sessions").CreateHistogram<double>(
        "sessions.request.duration", "s", "Time from a request's arrival at its function until its answer is ready.");

    /// <summary>Records one request.</summary>
    internal void Record(string surface, string function, int status, TimeSpan took)
    {
        if (_duration.Enabled)
        {
            _duration.Record(
                took.TotalSeconds,
                new("sessions.surface", surface),
                new("sessions.operation", function),
                new("http.response.status_code", status));
        }
    }
}
