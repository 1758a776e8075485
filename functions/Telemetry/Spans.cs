using System.Diagnostics;

namespace Sessions.Telemetry;

/// <summary>
/// The spans of the program, under one name: a request, the store's calls in it, and the attempts to deliver what it
/// told, which may be made by another process later. While nobody listens none is made, and nothing is allocated.
/// </summary>
public sealed class Spans : IDisposable
{
    /// <summary>The source's name, for whoever listens.</summary>
    public const string SourceName = "Sessions";

    private readonly ActivitySource _source = new(SourceName);

    /// <summary>The span of ours that is under way, as a <c>traceparent</c> says it; null when there is none.</summary>
    public static string? TraceParent =>
        Activity.Current is { Source.Name: SourceName, Recorded: true, Id: { } id } ? id : null;

    /// <summary>Whether anybody listens.</summary>
    public bool AreWanted => _source.HasListeners();

    /// <summary>
    /// Begins the span of a request. It goes on with the trace that the caller has begun; where a Functions host
    /// already did, it is a part of the host's span, which is the request's.
    /// </summary>
    public Activity? Request(string name, string? traceParent, string? traceState)
    {
        var isSent = ActivityContext.TryParse(traceParent, traceState, isRemote: true, out var sent);
        return isSent && Activity.Current?.TraceId != sent.TraceId
            ? _source.StartActivity(name, ActivityKind.Server, sent)
            : _source.StartActivity(name, Activity.Current is null ? ActivityKind.Server : ActivityKind.Internal);
    }

    /// <summary>Begins the span of a call of the store, inside another one; a call by itself has none.</summary>
    public Activity? StoreCall(string call) =>
        Activity.Current is { Recorded: true } ? _source.StartActivity($"store {call}", ActivityKind.Client) : null;

    /// <summary>Begins the span of an attempt to deliver an event, and of what is written after it.</summary>
    /// <param name="sender">What is delivered.</param>
    /// <param name="traceParent">What told it; null for what nobody traced.</param>
    public Activity? Delivery(string sender, string? traceParent) =>
        ActivityContext.TryParse(traceParent, null, isRemote: true, out var told)
            ? _source.StartActivity($"deliver {sender}", ActivityKind.Consumer, told)
            : _source.StartActivity($"deliver {sender}", ActivityKind.Consumer);

    /// <summary>Begins the span of the request of a delivery, for as long as its target takes.</summary>
    public Activity? Sending(HttpRequestMessage request) =>
        _source.StartActivity(request.Method.Method, ActivityKind.Client)?
            .SetTag("http.request.method", request.Method.Method)
            .SetTag("server.address", request.RequestUri!.Host)
            .SetTag("server.port", request.RequestUri.Port);

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();
}
