using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Sessions.Http;

namespace Sessions.Hosting.SelfHosted;

/// <summary>
/// Answers what the server refuses before any function sees it, such as a header that is too long: in the shape of the
/// surface whose path the request names, where the server by itself would answer without a body.
/// Source: https://learn.microsoft.com/aspnet/core/fundamentals/servers/kestrel/diagnostics
/// </summary>
internal sealed class BadRequests(
    DiagnosticListener listener,
    IEnumerable<ISurface> surfaces,
    Cors cors,
    RequestObserver observer,
    IServiceProvider services,
    TimeProvider time)
    : IObserver<KeyValuePair<string, object?>>
{
    private const string Event = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";
    private readonly ISurface[] _surfaces = [.. surfaces];

    /// <summary>Listens for this one event, until disposed.</summary>
    public IDisposable Listen() => listener.Subscribe(this, static name => name is Event);

    /// <inheritdoc/>
    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Value is IFeatureCollection features
            && features.Get<LastWord>() is { } last
            && features.Get<IHttpResponseFeature>() is { HasStarted: false, StatusCode: var status }
            && RefusalOf(status) is { } refusal)
        {
            last.Say(Answer(features.Get<IHttpRequestFeature>(), refusal));
        }
    }

    /// <inheritdoc/>
    public void OnCompleted()
    {
    }

    /// <inheritdoc/>
    public void OnError(Exception error)
    {
    }

    private static Refusal? RefusalOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => new(
            RefusalKind.Invalid, "This is no well-formed HTTP. Look at the request line, the headers and the framing."),
        StatusCodes.Status408RequestTimeout => new(
            RefusalKind.TimedOut, "The request took too long to come. Send it again."),
        StatusCodes.Status413PayloadTooLarge => new(RefusalKind.TooLarge, "The body is too large."),
        StatusCodes.Status414UriTooLong => new(RefusalKind.UriTooLong, "The address is too long. Shorten the query."),
        StatusCodes.Status431RequestHeaderFieldsTooLarge => new(
            RefusalKind.HeadersTooLarge, "The headers are too many or too long. Send fewer or shorter ones."),
        _ => null,
    };

    // Whatever of the request was not read may be in the context; path and origin are all that is needed of it.
    private byte[] Answer(IHttpRequestFeature? request, Refusal refusal)
    {
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = services, Response = { Body = body } };
        context.Request.Path = request?.Path is ['/', ..] path ? path : PathString.Empty;
        context.Request.Headers.Origin = request?.Headers.Origin ?? default;
        cors.Tell(context);
        var surface = observer.Identify(context);

        var answer = UnmatchedFunctions.Refuse(_surfaces, context.Request, refusal);
        observer.Unread(context, surface, answer);

        // Nothing here is waited for: the body goes into memory.
        var written = answer.ExecuteAsync(context);
        Debug.Assert(written.IsCompletedSuccessfully, "An answer into memory is written at once.");

        var (status, headers) = (context.Response.StatusCode, context.Response.Headers);
        headers.ContentLength = body.Length;
        headers.Connection = "close";
        headers.Date = time.GetUtcNow().ToString("r", CultureInfo.InvariantCulture);
        var head = new StringBuilder(
            $"HTTP/1.1 {status.ToString(CultureInfo.InvariantCulture)} {ReasonPhrases.GetReasonPhrase(status)}\r\n");
        foreach (var (name, value) in headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        return [.. Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), .. body.ToArray()];
    }
}

/// <summary>
/// What a connection sends, with a way to send an answer of one's own as its last: whatever the server writes after it
/// is thrown away.
/// </summary>
internal sealed class LastWord(PipeWriter output) : PipeWriter
{
    private const int LeastRoom = 4096;

    private byte[] _nothing = [];
    private bool _said;

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => output.CanGetUnflushedBytes;

    /// <inheritdoc/>
    public override long UnflushedBytes => output.UnflushedBytes;

    /// <summary>Lets all that a connection sends go through one of these, which is then among its features.</summary>
    public static void AddTo(ConnectionContext connection)
    {
        var transport = connection.Transport;
        var word = new LastWord(transport.Output);
        connection.Features.Set(word);
        connection.Transport = new Duplex(transport.Input, word);
    }

    /// <summary>Sends an answer, and then nothing more.</summary>
    public void Say(ReadOnlySpan<byte> answer)
    {
        _said = true;
        answer.CopyTo(output.GetSpan(answer.Length));
        output.Advance(answer.Length);
    }

    /// <inheritdoc/>
    public override void Advance(int bytes)
    {
        if (!_said)
        {
            output.Advance(bytes);
        }
    }

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0) =>
        _said ? Nothing(sizeHint) : output.GetMemory(sizeHint);

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => _said ? Nothing(sizeHint) : output.GetSpan(sizeHint);

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        output.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<FlushResult> WriteAsync(
        ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
        _said ? output.FlushAsync(cancellationToken) : output.WriteAsync(source, cancellationToken);

    /// <inheritdoc/>
    public override void CancelPendingFlush() => output.CancelPendingFlush();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => output.Complete(exception);

    /// <inheritdoc/>
    public override ValueTask CompleteAsync(Exception? exception = null) => output.CompleteAsync(exception);

    // There is one of these for each connection, and few ever need it.
    private byte[] Nothing(int sizeHint) =>
        _nothing.Length < sizeHint || _nothing is [] ? _nothing = new byte[Math.Max(sizeHint, LeastRoom)] : _nothing;

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
