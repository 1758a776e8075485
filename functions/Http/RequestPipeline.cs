using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sessions.Engine;
using Sessions.Http.Accounts;
using Sessions.Http.Bodies;
using Sessions.Http.Limits;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.Http;

/// <summary>
/// What happens around every function: a request id, the credentials, and one place where whatever goes wrong
/// becomes the surface's own refusal. It is ours and not the host's, so that both hosts behave alike.
/// </summary>
public sealed partial class RequestPipeline(
    TimeProvider time,
    IIdSource ids,
    ParticipantKeys keys,
    Shares shares,
    HeldBytes held,
    SignInGuard guard,
    RequestMetrics metrics,
    ILogger<RequestPipeline> log)
{
    /// <summary>Runs one request of a surface.</summary>
    /// <param name="surface">The surface.</param>
    /// <param name="request">The request.</param>
    /// <param name="scope">What the caller must be allowed; null where the surface itself decides.</param>
    /// <param name="handle">The function.</param>
    public Task<IResult> Run(
        ISurface surface, HttpRequest request, string? scope, Func<Exchange, ValueTask<IResult>> handle) =>
        metrics.Enabled ? Measured(surface, request, scope, handle) : Answered(surface, request, scope, handle);

    private async Task<IResult> Measured(
        ISurface surface, HttpRequest request, string? scope, Func<Exchange, ValueTask<IResult>> handle)
    {
        var start = time.GetTimestamp();
        var result = await Answered(surface, request, scope, handle);
        metrics.Record(surface, request, result, time.GetElapsedTime(start));
        return result;
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever is thrown, the caller gets the surface's answer.")]
    private async Task<IResult> Answered(
        ISurface surface, HttpRequest request, string? scope, Func<Exchange, ValueTask<IResult>> handle)
    {
        request.HttpContext.TraceIdentifier = ids.Next().ToString("N");
        try
        {
            var caller = await SignIn(surface, request, time.GetUtcNow());
            caller.Require(scope);
            return await Handle(surface, request, caller, handle);
        }
        catch (RefusedException refused)
        {
            (refused.Refusal as LimitRefusal)?.Tell(request.HttpContext.Response.Headers);
            var answer = surface.Refuse(request, refused.Refusal);
            return refused.Refusal.Kind is RefusalKind.TooLarge ? new LingeringClose(answer) : answer;
        }
        catch (KeyReusedException reused)
        {
            return surface.Refuse(request, new(RefusalKind.IdempotencyMismatch, reused.Message));
        }
        catch (GoneException gone)
        {
            return surface.Refuse(request, new(RefusalKind.NotFound, gone.Message) { Cause = "REPEAT_GONE" });
        }
        catch (StoreFaultException fault)
        {
            LogStoreFault(request.HttpContext.TraceIdentifier, surface.Name, fault.Outcome);
            return surface.Refuse(request, RefusalOf(fault));
        }
        catch (Exception) when (request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            return Answer.Empty(StatusCodes.Status499ClientClosedRequest);
        }
        catch (Exception bug)
        {
            LogBug(bug, request.HttpContext.TraceIdentifier, surface.Name);
            return surface.Refuse(request, new(RefusalKind.Internal, "Something went wrong here. Try again."));
        }
    }

    private async ValueTask<Caller> SignIn(ISurface surface, HttpRequest request, DateTimeOffset now)
    {
        try
        {
            return await surface.Authenticate(request, now);
        }
        catch (RefusedException refused)
            when (SignInGuard.AreSent(request) && IsUnauthenticated(surface, request, refused))
        {
            await guard.Failed(surface, request.HttpContext);
            throw;
        }
    }

    private static bool IsUnauthenticated(ISurface surface, HttpRequest request, RefusedException refused) =>
        surface.Refuse(request, refused.Refusal) is IStatusCodeHttpResult
        {
            StatusCode: StatusCodes.Status401Unauthorized,
        };

    private async ValueTask<IResult> Handle(
        ISurface surface, HttpRequest request, Caller caller, Func<Exchange, ValueTask<IResult>> handle)
    {
        using var share = await shares.Enter(caller, request.HttpContext.RequestAborted);

        // Whoever has waited decides by the clock as it is by then.
        var exchange = new Exchange(request, caller, time.GetUtcNow(), keys, held, surface.BodyLimit);
        try
        {
            return held.Sending(exchange.Account, await handle(exchange));
        }
        finally
        {
            exchange.Release();
        }
    }

    private static Refusal RefusalOf(StoreFaultException fault) => fault.Outcome switch
    {
        StoreOutcome.Throttled => new(RefusalKind.Throttled, "Too many requests. Wait, then try again.")
        {
            RetryAfter = fault.RetryAfter ?? TimeSpan.FromSeconds(1), Cause = "STORE_THROTTLED",
        },
        StoreOutcome.PreconditionFailed => new(
            RefusalKind.Unavailable, "Others change this at the same time, for seconds now. Wait, then try again.")
        {
            RetryAfter = fault.RetryAfter ?? Contention.Pause, Cause = "CONTENDED",
        },
        _ => new(RefusalKind.Unavailable, "The store does not answer. Wait, then try again.")
        {
            RetryAfter = fault.RetryAfter ?? TimeSpan.FromSeconds(1),
        },
    };

    [LoggerMessage(1, LogLevel.Warning, "Request {RequestId} of {Surface}: the store answered {Outcome}")]
    private partial void LogStoreFault(string requestId, string surface, StoreOutcome outcome);

    [LoggerMessage(2, LogLevel.Error, "Request {RequestId} of {Surface} failed")]
    private partial void LogBug(Exception bug, string requestId, string surface);
}

/// <summary>
/// How many requests there are, how they end and how long they take, as <c>sessions.request.duration</c> of the meter
/// <c>Sessions</c>. It tells of functions and statuses only, never of callers or ids.
/// </summary>
public sealed class RequestMetrics(IMeterFactory meters)
{
    private readonly Histogram<double> _duration = meters.Create("Sessions").CreateHistogram<double>(
        "sessions.request.duration", "s", "Time from a request's arrival at its function until its answer is ready.");

    /// <summary>Whether anybody listens; if not, nothing need be measured.</summary>
    public bool Enabled => _duration.Enabled;

    /// <summary>Records one request.</summary>
    public void Record(ISurface surface, HttpRequest request, IResult result, TimeSpan took) => _duration.Record(
        took.TotalSeconds,
        new("sessions.surface", surface.Name),
        // Both hosts call an endpoint as its function is called.
        new("sessions.operation", request.HttpContext.GetEndpoint()?.DisplayName ?? "unknown"),
        new("http.response.status_code", StatusOf(result)));

    private static int StatusOf(IResult result) =>
        (result as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK;
}
