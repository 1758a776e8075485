using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sessions.Engine;
using Sessions.Http.Accounts;
using Sessions.Http.Bodies;
using Sessions.Http.Limits;
using Sessions.Storage;

namespace Sessions.Http;

/// <summary>One of the APIs that Sessions speaks: which paths are its own, who may call it, how it says no.</summary>
public interface ISurface
{
    /// <summary>Its name, as in the folder and the functions' names.</summary>
    string Name { get; }

    /// <summary>The largest body that it reads, in bytes.</summary>
    int BodyLimit { get; }

    /// <summary>The header in which each of its answers carries the request's id.</summary>
    string RequestIdHeader => "X-Request-Id";

    /// <summary>Whether an unknown path would belong to it, so that it is refused in its shape.</summary>
    bool Owns(PathString path);

    /// <summary>The request's id as answers and the log have it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="id">A new id.</param>
    string RequestId(HttpRequest request, Guid id) => id.ToString("N");

    /// <summary>Who is calling.</summary>
    /// <exception cref="RefusedException">No credentials, wrong ones, or ones that may not call this path.</exception>
    ValueTask<Caller> Authenticate(HttpRequest request, DateTimeOffset now);

    /// <summary>The refusal in the surface's own status, headers and body.</summary>
    IResult Refuse(HttpRequest request, Refusal refusal);
}

/// <summary>
/// What happens around every function of a surface: the credentials, and one place where whatever goes wrong becomes
/// the surface's own refusal. It is ours and not the host's, so that both hosts behave alike.
/// </summary>
public sealed partial class RequestPipeline(
    TimeProvider time,
    ParticipantKeys keys,
    Shares shares,
    HeldBytes held,
    SignInGuard guard,
    ILogger<RequestPipeline> log)
{
    // Room comes with the timers, which run every few minutes.
    private static readonly TimeSpan _untilRoom = TimeSpan.FromMinutes(1);

    /// <summary>Runs one request of a surface.</summary>
    /// <param name="surface">The surface.</param>
    /// <param name="request">The request.</param>
    /// <param name="scope">What the caller must be allowed; null where the surface itself decides.</param>
    /// <param name="handle">The function.</param>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever is thrown, the caller gets the surface's answer.")]
    public async Task<IResult> Run(
        ISurface surface, HttpRequest request, string? scope, Func<Exchange, ValueTask<IResult>> handle)
    {
        var notes = RequestNotes.Of(request.HttpContext);
        try
        {
            var caller = await SignIn(surface, request, time.GetUtcNow());
            notes.Account = caller.Account.Id;
            caller.Require(scope);
            return await Handle(surface, request, caller, handle);
        }
        catch (RefusedException refused)
        {
            if (refused.Refusal is LimitRefusal limit)
            {
                notes.Limit = limit.Policy;
                limit.Tell(request.HttpContext.Response.Headers);
            }

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
        // It is no fault of the request, and room comes when the timers remove what has been kept long enough.
        StoreOutcome.Full => new(
            RefusalKind.Unavailable,
            "No more can be stored here until something is removed. What is there can be read.")
        {
            RetryAfter = _untilRoom, Cause = "STORE_FULL",
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
