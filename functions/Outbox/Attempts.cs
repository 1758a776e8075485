using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.Extensions.Logging;
using Sessions.Storage;
using Sessions.Telemetry;

namespace Sessions.Outbox;

/// <summary>Makes single attempts, each in a limited time, with the sender of the event's surface.</summary>
internal sealed partial class Attempts(
    IEnumerable<IOutboxSender> senders,
    IEnumerable<IOutboxRelay> relays,
    TargetClient client,
    StandardWebhooks webhooks,
    Targets targets,
    OutboxSettings settings,
    OutboxMetrics metrics,
    Spans spans,
    TimeProvider time,
    ILogger<Attempts> log)
{
    // https://www.w3.org/TR/trace-context/
    private const string TraceHeader = "traceparent";

    private readonly Dictionary<string, IOutboxSender> _senders = senders.ToDictionary(sender => sender.Name);
    private readonly Dictionary<string, IOutboxRelay> _relays = relays.ToDictionary(relay => relay.Name);

    /// <summary>Whether it is passed on inside and no request to a target of its own.</summary>
    public bool IsPassedOn(OutboxEvent told) => _relays.ContainsKey(told.Sender);

    /// <summary>Whether it may be sent again by hand.</summary>
    public bool MayBeRepeated(OutboxEvent told) =>
        !_relays.TryGetValue(told.Sender, out var relay) || relay.MayBeRepeated;

    /// <summary>Sends the event once, when it is still wanted.</summary>
    public async Task<Tried> Make(Lane lane, OutboxEvent told, CancellationToken cancellation)
    {
        if (targets.IsRetired(told))
        {
            return new(Verdict.Gone) { Failure = "target_gone" };
        }

        var (at, start) = (time.GetUtcNow(), time.GetTimestamp());
        var tried = await Try(told, cancellation);
        metrics.Tried(told, tried.Verdict, time.GetUtcNow());
        if (tried.Verdict is Verdict.Retry)
        {
            targets.Fails(lane, tried.RetryAfter);
        }
        else if (tried.Verdict is not Verdict.Dropped)
        {
            targets.Works(lane);
        }

        var took = (long)time.GetElapsedTime(start).TotalMilliseconds;
        return tried with { Made = new(at, tried.Status, tried.Failure, took) };
    }

    [SuppressMessage("Design", "CA1031", Justification = "A sender's bug on one event must not keep the others.")]
    private async Task<Tried> Try(OutboxEvent told, CancellationToken cancellation)
    {
        if (told.Until <= time.GetUtcNow())
        {
            return new(Verdict.Dropped);
        }

        using var patience = new CancellationTokenSource(settings.Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            return _relays.TryGetValue(told.Sender, out var relay)
                ? Passed(await relay.Pass(told, time.GetUtcNow(), both.Token))
                : await Send(told, both.Token);
        }
        catch (TargetRefusedException)
        {
            LogRefused(told.Id, told.Account, told.Sender, told.Target.Authority);
            return new(Verdict.GivenUp) { Failure = "target_not_allowed" };
        }
        catch (Exception failure) when (failure
            is HttpRequestException or StoreFaultException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            LogFailed(
                told.Id, told.Account, told.Sender, told.Target.Authority, told.Attempts, failure.GetType().Name);
            return new(Verdict.Retry) { Failure = NameOf(failure) };
        }
        catch (Exception bug)
        {
            LogBug(bug, told.Id, told.Account, told.Sender, told.Target.Authority);
            return new(Verdict.Retry) { Failure = "error" };
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

    private async Task<Tried> Send(OutboxEvent told, CancellationToken cancellation)
    {
        var sender = _senders[told.Sender];
        if (!await sender.IsWanted(told, time.GetUtcNow(), cancellation))
        {
            return new(Verdict.Dropped);
        }

        using var request = sender.Request(told, time.GetUtcNow());
        webhooks.Sign(request, told, time.GetUtcNow());
        using var span = spans.AreWanted ? spans.Sending(request) : null;
        if (Spans.TraceParent is { } trace && !request.Headers.Contains(TraceHeader))
        {
            request.Headers.TryAddWithoutValidation(TraceHeader, trace);
        }

        using var response = await client.Send(request, cancellation);
        var verdict = sender.Judge(response);
        span?.SetTag("http.response.status_code", (int)response.StatusCode);
        LogAnswer(told.Id, told.Sender, told.Attempts, (int)response.StatusCode, verdict);
        if (response.StatusCode is HttpStatusCode.Gone)
        {
            targets.Retire(told);
        }

        return new(verdict) { Status = (int)response.StatusCode, RetryAfter = RetryAfterOf(response) };
    }

    private static Tried Passed(Verdict verdict) =>
        new(verdict) { Failure = verdict is Verdict.Taken or Verdict.Dropped ? null : "not_passed_on" };

    private static string NameOf(Exception failure) => failure switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "name_not_resolved",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "no_secure_connection",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "no_connection",
        HttpRequestException => "no_http_answer",
        StoreFaultException => "store_unavailable",
        _ => "timeout",
    };

    private TimeSpan? RetryAfterOf(HttpResponseMessage response)
    {
        var header = response.Headers.RetryAfter;
        var asked = header?.Delta ?? header?.Date - time.GetUtcNow();
        return asked > TimeSpan.Zero ? asked : null;
    }

    [LoggerMessage(21, LogLevel.Debug, "Event {Event} of {Sender}, attempt {Attempt}: {Status}, {Verdict}")]
    private partial void LogAnswer(string @event, string sender, int attempt, int status, Verdict verdict);

    [LoggerMessage(
        22,
        LogLevel.Information,
        "Event {Event} of {Account}, {Sender} to {Host}, attempt {Attempt}: no answer, {Failure}")]
    private partial void LogFailed(
        string @event, string account, string sender, string host, int attempt, string failure);

    [LoggerMessage(
        23, LogLevel.Warning, "Event {Event} of {Account}, {Sender} to {Host}: its target is not allowed")]
    private partial void LogRefused(string @event, string account, string sender, string host);

    [LoggerMessage(24, LogLevel.Error, "Event {Event} of {Account}, {Sender} to {Host} could not be sent")]
    private partial void LogBug(Exception bug, string @event, string account, string sender, string host);
}

/// <summary>What came of an attempt.</summary>
/// <param name="Verdict">What became of the event.</param>
internal sealed record Tried(Verdict Verdict)
{
    /// <summary>How long the target asks to be left alone, when it says so.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The HTTP status that came back, if any.</summary>
    public int? Status { get; init; }

    /// <summary>Why none did, in a word.</summary>
    public string? Failure { get; init; }

    /// <summary>The attempt, for those who ask later; null when none was made.</summary>
    public Attempt? Made { get; init; }
}

/// <summary>
/// When an event is tried again: soon at first, then less and less often, for three days at most; or in its own haste,
/// for as long as anybody wants it.
/// </summary>
internal static class RetryDelays
{
    private const int MostDoublings = 16;

    private static readonly TimeSpan _longest = TimeSpan.FromDays(3);

    private static readonly TimeSpan[] _delays =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10),
        TimeSpan.FromHours(1), TimeSpan.FromHours(3), TimeSpan.FromHours(6),
    ];

    /// <summary>
    /// The moment of the next attempt, not before the target has asked for one; null when three days would have passed
    /// by then, or nobody would want it any more.
    /// </summary>
    public static DateTimeOffset? Next(OutboxEvent told, DateTimeOffset now, TimeSpan? retryAfter)
    {
        var delay = told.LongestPause is { } longest
            ? Doubled(told.Attempts, longest)
            : _delays[Math.Min(told.Attempts, _delays.Length) - 1];
        var next = now + (retryAfter > delay ? retryAfter.Value : delay);
        return next <= (told.ResentAt ?? told.At) + _longest && !(next >= told.Until) ? next : null;
    }

    private static TimeSpan Doubled(int attempts, TimeSpan longest)
    {
        var delay = TimeSpan.FromSeconds(1 << Math.Min(attempts - 1, MostDoublings));
        return delay < longest ? delay : longest;
    }
}
