using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.Extensions.Logging;
using Sessions.Storage;

namespace Sessions.Outbox;

/// <summary>Makes single attempts, each in a limited time, with the sender of the event's surface.</summary>
internal sealed partial class Attempts(
    IEnumerable<IOutboxSender> senders,
    IEnumerable<IOutboxRelay> relays,
    TargetClient client,
    Targets targets,
    OutboxSettings settings,
    OutboxMetrics metrics,
    TimeProvider time,
    ILogger<Attempts> log)
{
    private const string IdHeader = "Webhook-Id";
    private readonly Dictionary<string, IOutboxSender> _senders = senders.ToDictionary(sender => sender.Name);
    private readonly Dictionary<string, IOutboxRelay> _relays = relays.ToDictionary(relay => relay.Name);

    /// <summary>
    /// Sends the event once, when it is still wanted; how long its target asks to be left alone, when it says so.
    /// </summary>
    public async Task<(Verdict Verdict, TimeSpan? RetryAfter)> Make(
        Lane lane, OutboxEvent told, CancellationToken cancellation)
    {
        if (targets.IsRetired(told))
        {
            return (Verdict.Gone, null);
        }

        var (verdict, retryAfter) = await Try(told, cancellation);
        metrics.Tried(told, verdict, time.GetUtcNow());
        if (verdict is Verdict.Retry)
        {
            targets.Fails(lane, retryAfter);
        }
        else if (verdict is not Verdict.Dropped)
        {
            targets.Works(lane);
        }

        return (verdict, retryAfter);
    }

    [SuppressMessage("Design", "CA1031", Justification = "A sender's bug on one event must not keep the others.")]
    private async Task<(Verdict Verdict, TimeSpan? RetryAfter)> Try(OutboxEvent told, CancellationToken cancellation)
    {
        if (told.Until <= time.GetUtcNow())
        {
            return (Verdict.Dropped, null);
        }

        using var patience = new CancellationTokenSource(settings.Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            return _relays.TryGetValue(told.Sender, out var relay)
                ? (await relay.Pass(told, time.GetUtcNow(), both.Token), null)
                : await Send(told, both.Token);
        }
        catch (TargetRefusedException)
        {
            LogRefused(told.Id, told.Sender);
            return (Verdict.GivenUp, null);
        }
        catch (Exception failure) when (failure
            is HttpRequestException or StoreFaultException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            LogFailed(told.Id, told.Sender, told.Attempts, failure.GetType().Name);
            return (Verdict.Retry, null);
        }
        catch (Exception bug)
        {
            LogBug(bug, told.Id, told.Sender);
            return (Verdict.Retry, null);
        }
    }

    /// <summary>What the sender writes when the event is settled.</summary>
    public ValueTask<IReadOnlyList<Write>> Afterwards(
        OutboxEvent told, Verdict verdict, DateTimeOffset now, CancellationToken cancellation) =>
        _senders.TryGetValue(told.Sender, out var sender)
            ? sender.Afterwards(told, verdict, now, cancellation)
            : _relays.TryGetValue(told.Sender, out var relay)
            ? relay.Afterwards(told, verdict, now, cancellation)
            : ValueTask.FromResult<IReadOnlyList<Write>>([]);

    private async Task<(Verdict Verdict, TimeSpan? RetryAfter)> Send(OutboxEvent told, CancellationToken cancellation)
    {
        var sender = _senders[told.Sender];
        if (!await sender.IsWanted(told, time.GetUtcNow(), cancellation))
        {
            return (Verdict.Dropped, null);
        }

        using var request = sender.Request(told, time.GetUtcNow());
        request.Headers.TryAddWithoutValidation(IdHeader, told.Id);
        using var response = await client.Send(request, cancellation);
        var verdict = sender.Judge(response);
        LogAnswer(told.Id, told.Sender, told.Attempts, (int)response.StatusCode, verdict);
        if (response.StatusCode is HttpStatusCode.Gone)
        {
            targets.Retire(told);
        }

        return (verdict, RetryAfterOf(response));
    }

    private TimeSpan? RetryAfterOf(HttpResponseMessage response)
    {
        var header = response.Headers.RetryAfter;
        var asked = header?.Delta ?? header?.Date - time.GetUtcNow();
        return asked > TimeSpan.Zero ? asked : null;
    }

    [LoggerMessage(21, LogLevel.Debug, "Event {Event} of {Sender}, attempt {Attempt}: {Status}, {Verdict}")]
    private partial void LogAnswer(string @event, string sender, int attempt, int status, Verdict verdict);

    [LoggerMessage(22, LogLevel.Information, "Event {Event} of {Sender}, attempt {Attempt}: no answer, {Failure}")]
    private partial void LogFailed(string @event, string sender, int attempt, string failure);

    [LoggerMessage(23, LogLevel.Warning, "Event {Event} of {Sender}: its target is not allowed")]
    private partial void LogRefused(string @event, string sender);

    [LoggerMessage(24, LogLevel.Error, "Event {Event} of {Sender} could not be sent")]
    private partial void LogBug(Exception bug, string @event, string sender);
}
