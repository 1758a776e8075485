using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace Sessions.Simulation.Streams;

/// <summary>The body of an answer that is sent as it is written.</summary>
/// <param name="connection">What it is sent over.</param>
/// <param name="begin">Sends the head, once.</param>
internal sealed class StreamedBody(Connection connection, Func<Task> begin) : PipeWriter, IHttpResponseBodyFeature
{
    private readonly ArrayBufferWriter<byte> _written = new();

    /// <inheritdoc/>
    public Stream Stream => AsStream(leaveOpen: true);

    /// <inheritdoc/>
    public PipeWriter Writer => this;

    /// <inheritdoc/>
    public void DisableBuffering()
    {
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken = default) => begin();

    /// <inheritdoc/>
    public Task SendFileAsync(
        string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        throw new SimulationException("Nobody in the simulation asks for a file.");

    /// <inheritdoc/>
    public async Task CompleteAsync()
    {
        await FlushAsync(CancellationToken.None);
        connection.Complete();
    }

    /// <inheritdoc/>
    public override void Advance(int bytes) => _written.Advance(bytes);

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0) => _written.GetMemory(sizeHint);

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => _written.GetSpan(sizeHint);

    /// <inheritdoc/>
    public override void CancelPendingFlush()
    {
    }

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
    }

    /// <inheritdoc/>
    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        await begin();
        var piece = _written.WrittenSpan.ToArray();
        _written.Clear();
        await connection.Send(piece);
        return new(isCanceled: false, isCompleted: connection.Aborted.IsCancellationRequested);
    }
}
