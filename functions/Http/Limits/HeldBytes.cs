using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Sessions.Http.Accounts;

namespace Sessions.Http.Limits;

/// <summary>
/// The hard limits: of what is held in memory for as long as somebody takes over it. An account holds half of each at
/// most.
/// </summary>
public sealed class HeldBytes
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
    internal IDisposable Stream(Account account) => Take(
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
    [SuppressMessage("Reliability", "CA2000", Justification = "The answer lets it go.")]
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

    private static IDisposable Take(Hard limit, Account account, int permits, LimitRefusal refusal) =>
        limit.TryTake(account, permits) ?? throw refusal.Refused();

    /// <summary>A limit of which an account gets half.</summary>
    private sealed class Hard(int most)
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<string, int> _taken = new(StringComparer.Ordinal);
        private int _all;

        /// <summary>Takes so many until disposed; null when there are not as many.</summary>
        public IDisposable? TryTake(Account account, int count)
        {
            lock (_gate)
            {
                var own = _taken.GetValueOrDefault(account.Id);
                if (count > (most / 2) - own || count > most - _all)
                {
                    return null;
                }

                _taken[account.Id] = own + count;
                _all += count;
                return new Lease(this, account.Id, count);
            }
        }

        private void Return(string account, int count)
        {
            lock (_gate)
            {
                _all -= count;
                if ((_taken[account] -= count) == 0)
                {
                    _taken.Remove(account);
                }
            }
        }

        private sealed class Lease(Hard limit, string account, int count) : IDisposable
        {
            private int _count = count;

            public void Dispose()
            {
                if (Interlocked.Exchange(ref _count, 0) is > 0 and var count)
                {
                    limit.Return(account, count);
                }
            }
        }
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
