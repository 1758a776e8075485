using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Sessions.Http.Accounts;

namespace Sessions.Http.Limits;

/// <summary>
/// The hard limits: of what is held in memory for as long as somebody takes over it. An account holds half of each at
/// most.
/// </summary>
public sealed class HeldBytes : IDisposable
{
    // What is smaller is not worth the counting.
    private const int Small = 64 * 1024;
    private const int Unit = 1024;

    // About: what the server has not sent yet, and the rest of a page of events.
    private const int UnsentOfAStream = 192 * 1024;
    private static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(1);

    private readonly LimitSettings _settings;
    private readonly Hard _streams;
    private readonly Hard _bodies;
    private readonly Hard _answers;

    /// <summary>Nothing is held yet.</summary>
    public HeldBytes(LimitSettings settings)
    {
        _settings = settings;
        _streams = new(settings.Streams);
        _bodies = new(settings.BodyBytes / Unit);
        _answers = new(settings.AnswerBytes / Unit);
    }

    /// <summary>Takes note of an open stream, until disposed.</summary>
    /// <exception cref="RefusedException">The account or the instance has too many.</exception>
    internal RateLimitLease Stream(Account account) => Take(
        _streams, account, 1, new("streams", _settings.Streams, _retryAfter, "Too many open streams. Close some."));

    /// <summary>Takes note of a body that is held, until disposed.</summary>
    /// <exception cref="RefusedException">The account or the instance holds too much.</exception>
    internal IDisposable? Body(Account account, long bytes) => bytes <= Small ? null : Take(
        _bodies,
        account,
        (int)(bytes / Unit),
        new("body-bytes", _settings.BodyBytes, _retryAfter, "Too many large bodies at once. Wait, then try again."));

    /// <summary>The answer, which takes note of itself while it is large and not yet sent.</summary>
    /// <exception cref="RefusedException">The account or the instance holds too much.</exception>
    internal IResult Sending(Account account, IResult answer) => answer is Answer { Length: > Small and var length }
        ? new Held(answer, Take(
            _answers,
            account,
            length / Unit,
            new("answer-bytes", _settings.AnswerBytes, _retryAfter, "Too many large answers at once. Read them.")))
        : answer;

    /// <summary>
    /// Takes note of what a stream holds that waits for its reader, until disposed; null when the account or the
    /// instance holds too much.
    /// </summary>
    internal IDisposable? Unsent(Account account) => _answers.TryTake(account, UnsentOfAStream / Unit);

    /// <inheritdoc/>
    public void Dispose()
    {
        _streams.Dispose();
        _bodies.Dispose();
        _answers.Dispose();
    }

    private static RateLimitLease Take(Hard limit, Account account, int permits, LimitRefusal refusal) =>
        limit.TryTake(account, permits) ?? throw refusal.Refused();

    /// <summary>A limit of which an account gets half.</summary>
    private sealed class Hard : IDisposable
    {
        private readonly PartitionedRateLimiter<string> _half;
        private readonly PartitionedRateLimiter<string> _whole;
        private readonly PartitionedRateLimiter<string> _both;

        public Hard(int permits)
        {
            _half = PartitionedRateLimiter.Create<string, string>(account => Partition(account, permits / 2));
            _whole = PartitionedRateLimiter.Create<string, string>(_ => Partition("", permits));
            _both = PartitionedRateLimiter.CreateChained(_half, _whole);
        }

        public RateLimitLease? TryTake(Account account, int permits)
        {
            var lease = _both.AttemptAcquire(account.Id, permits);
            if (lease.IsAcquired)
            {
                return lease;
            }

            lease.Dispose();
            return null;
        }

        // The two have a timer each, and a chain does not dispose of what it is made of.
        public void Dispose()
        {
            _both.Dispose();
            _half.Dispose();
            _whole.Dispose();
        }

        private static RateLimitPartition<string> Partition(string name, int permits) =>
            RateLimitPartition.GetConcurrencyLimiter(name, _ => new() { PermitLimit = permits });
    }

    private sealed class Held(IResult answer, IDisposable lease) : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => (answer as IStatusCodeHttpResult)?.StatusCode;

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            using (lease)
            {
                await answer.ExecuteAsync(httpContext);
            }
        }
    }
}
