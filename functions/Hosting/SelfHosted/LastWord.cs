using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace Sessions.Hosting.SelfHosted;

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
    public static ConnectionDelegate Before(ConnectionDelegate next) => async connection =>
    {
        var transport = connection.Transport;
        var word = new LastWord(transport.Output);
        connection.Features.Set(word);
        connection.Transport = new Duplex(transport.Input, word);
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
        }
    };

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
