using System.Collections.Concurrent;
using System.Threading.Channels;
using Grpc.Core;
using Sessions.HostStandIn.Rpc;

namespace Sessions.HostStandIn;

/// <summary>The host's end of the one stream on which it and its worker talk.</summary>
/// <param name="workerId">What the worker was told to call itself.</param>
internal sealed class WorkerChannel(string workerId)
{
    /// <summary>What the worker was told to call itself.</summary>
    public string WorkerId => workerId;

    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> _questions = [];
    private readonly Channel<StreamingMessage> _outgoing = Channel.CreateUnbounded<StreamingMessage>(
        new() { SingleReader = true, AllowSynchronousContinuations = false });

    private long _number;

    /// <summary>Done when the worker has called.</summary>
    public Task Started => _started.Task;

    /// <summary>Done when the stream is over, whoever ended it.</summary>
    public Task Ended => _ended.Task;

    /// <summary>What the worker logs, line by line.</summary>
    public WorkerLog Log { get; } = new();

    /// <summary>Talks with a worker that calls, until one of both ends it.</summary>
    /// <exception cref="Grpc.Core.RpcException">It is another than was started.</exception>
    public async Task Talk(
        IAsyncStreamReader<StreamingMessage> incoming,
        IServerStreamWriter<StreamingMessage> outgoing,
        CancellationToken cancellation)
    {
        if (!await incoming.MoveNext(cancellation) || incoming.Current.StartStream?.WorkerId != workerId)
        {
            throw new Grpc.Core.RpcException(
                new(StatusCode.PermissionDenied, "This is not the worker that was started."));
        }

        _started.TrySetResult();
        try
        {
            await Task.WhenAny(Read(incoming, cancellation), Write(outgoing, cancellation));
        }
        finally
        {
            End();
        }
    }

    /// <summary>Sends a question, and gives the answer to it.</summary>
    /// <exception cref="IOException">The stream ended before.</exception>
    public async Task<StreamingMessage> Ask(StreamingMessage question)
    {
        question.RequestId = $"{Interlocked.Increment(ref _number)}";
        var answer = new TaskCompletionSource<StreamingMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _questions[question.RequestId] = answer;
        if (!Send(question))
        {
            answer.TrySetException(Gone());
        }

        try
        {
            return await answer.Task;
        }
        finally
        {
            _questions.TryRemove(question.RequestId, out _);
        }
    }

    /// <summary>Sends what needs no answer; false when the stream is over.</summary>
    public bool Send(StreamingMessage message) => _outgoing.Writer.TryWrite(message);

    /// <summary>Ends the stream, and with it all questions that are open.</summary>
    public void End()
    {
        _outgoing.Writer.TryComplete();
        foreach (var question in _questions.Values)
        {
            question.TrySetException(Gone());
        }

        _ended.TrySetResult();
    }

    private static IOException Gone() => new("The worker is gone.");

    private async Task Read(IAsyncStreamReader<StreamingMessage> incoming, CancellationToken cancellation)
    {
        while (await incoming.MoveNext(cancellation))
        {
            var message = incoming.Current;
            if (message.RpcLog is { } line)
            {
                Log.Add(line);
            }
            else if (_questions.TryGetValue(message.RequestId, out var question))
            {
                question.TrySetResult(message);
            }
        }
    }

    private async Task Write(IServerStreamWriter<StreamingMessage> outgoing, CancellationToken cancellation)
    {
        await foreach (var message in _outgoing.Reader.ReadAllAsync(cancellation))
        {
            await outgoing.WriteAsync(message, cancellation);
        }
    }
}

/// <summary>Where the worker calls.</summary>
internal sealed class FunctionRpcService(WorkerChannel worker) : FunctionRpc.FunctionRpcBase
{
    /// <inheritdoc/>
    public override Task EventStream(
        IAsyncStreamReader<StreamingMessage> requestStream,
        IServerStreamWriter<StreamingMessage> responseStream,
        ServerCallContext context) => worker.Talk(requestStream, responseStream, context.CancellationToken);
}
