using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sessions.Http.Accounts;

namespace Sessions.TwilioProxy;

/// <summary>
/// Reads a source by Twilio's public API. What it refuses for the moment is asked again, when it says so; what it
/// refuses for good ends the import with words.
/// </summary>
/// <param name="http">What sends.</param>
/// <param name="from">Where the source is.</param>
/// <param name="user">The account's SID or an API key's.</param>
/// <param name="password">Its token or secret.</param>
/// <param name="time">The clock.</param>
public sealed class SourceClient(HttpClient http, Uri from, string user, string password, TimeProvider time)
{
    private const int MostTries = 8;
    private const int PageSize = 100;
    private static readonly TimeSpan _longestPause = TimeSpan.FromMinutes(2);

    private readonly AuthenticationHeaderValue _credentials = AuthorizationHeader.BasicOf(user, password);

    private volatile bool _isReached;
    private volatile bool _isProxy;

    /// <summary>Where it is.</summary>
    public Uri Address => from;

    /// <summary>A whole list, page by page; nothing where the source has no such thing.</summary>
    /// <param name="path">Its path behind <c>/v1</c>.</param>
    /// <param name="type">How its items are written.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ImportException">The source cannot be read.</exception>
    internal async IAsyncEnumerable<T> All<T>(
        string path, JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken cancellation)
        where T : class, ISourceThing
    {
        await foreach (var page in Pages(path, type, cancellation))
        {
            foreach (var item in page ?? [])
            {
                yield return item;
            }
        }
    }

    /// <summary>A whole list at once; null where the source no longer has what it is of.</summary>
    /// <exception cref="ImportException">The source cannot be read.</exception>
    internal async ValueTask<List<T>?> Whole<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class, ISourceThing
    {
        List<T> all = [];
        await foreach (var page in Pages(path, type, cancellation))
        {
            if (page is null)
            {
                return null;
            }

            all.AddRange(page);
        }

        return all;
    }

    // The last one is null where the source no longer has what the list is of.
    private async IAsyncEnumerable<List<T>?> Pages<T>(
        string path, JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken cancellation)
        where T : class, ISourceThing
    {
        for (var next = $"/v1{path}?PageSize={PageSize}"; next is not null;)
        {
            using var page = await Get(next, cancellation);
            if (page is null)
            {
                yield return null;
                yield break;
            }

            var (items, following) = Page(page.RootElement, type);
            yield return items;
            next = following;
        }
    }

    private static (List<T> Items, string? Next) Page<T>(JsonElement page, JsonTypeInfo<T> type)
        where T : class, ISourceThing
    {
        try
        {
            var meta = page.GetProperty("meta");
            var key = meta.GetProperty("key").GetString()!;
            var next = meta.GetProperty("next_page_url").GetString();

            // The source's own address of a page may name another host, which gets no credentials from here.
            return (
                [.. page.GetProperty(key).EnumerateArray().Select(item => Thing(item, type))],
                next is null ? null : new Uri(next).PathAndQuery);
        }
        catch (Exception other) when (
            other is JsonException or KeyNotFoundException or InvalidOperationException or UriFormatException)
        {
            throw ImportException.NotProxy("a list has another form", other);
        }
    }

    // What it is called is what it will be called here.
    private static T Thing<T>(JsonElement item, JsonTypeInfo<T> type)
        where T : class, ISourceThing =>
        item.Deserialize(type) is { Sid: { } sid } thing && Sids.IsAny(sid)
            ? thing
            : throw ImportException.NotProxy("something has no SID");

    // Null for what is not there.
    private async ValueTask<JsonDocument?> Get(string path, CancellationToken cancellation)
    {
        for (var tries = 1; ; tries++)
        {
            var (failure, retryAfter) = ("", (TimeSpan?)null);
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(from, path));
                request.Headers.Authorization = _credentials;
                request.Headers.UserAgent.ParseAdd("Sessions-import");
                using var response = await http.SendAsync(request, cancellation);
                _isReached = true;
                if (!IsForTheMoment(response.StatusCode))
                {
                    return await Read(response, cancellation);
                }

                failure = $"it answers {(int)response.StatusCode}";
                retryAfter = response.Headers.RetryAfter is { } wait
                    ? wait.Delta ?? wait.Date - time.GetUtcNow()
                    : null;
            }
            catch (HttpRequestException lost)
            {
                failure = lost.Message;
            }
            catch (TaskCanceledException late) when (!cancellation.IsCancellationRequested)
            {
                failure = late.InnerException?.Message ?? "it takes too long";
            }

            // Whoever has never answered is not busy, but somewhere else.
            if (tries == MostTries || !_isReached)
            {
                throw new ImportException(
                    $"The source {from} cannot be reached: {failure}. Look at --from and at the network, and run the "
                    + "same again: what has been brought stays.");
            }

            await Task.Delay(PauseAfter(tries, retryAfter), time, cancellation);
        }
    }

    private async ValueTask<JsonDocument?> Read(HttpResponseMessage response, CancellationToken cancellation)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                break;
            case HttpStatusCode.NotFound when _isProxy:
                return null;
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                throw new ImportException(
                    $"The source does not take the credentials of {user} ({(int)response.StatusCode}). Set "
                    + $"{ImportCredentials.Names}; an API key must be allowed to read.");
            default:
                throw ImportException.NotProxy($"{(int)response.StatusCode} to GET {from}v1/Services");
        }

        try
        {
            var page = await JsonDocument.ParseAsync(
                await response.Content.ReadAsStreamAsync(cancellation), default, cancellation);
            _isProxy = true;
            return page;
        }
        catch (JsonException other)
        {
            throw ImportException.NotProxy("it sends no JSON", other);
        }
    }

    private static bool IsForTheMoment(HttpStatusCode status) =>
        status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
            or >= HttpStatusCode.InternalServerError;

    private static TimeSpan PauseAfter(int tries, TimeSpan? told)
    {
        var pause = told ?? TimeSpan.FromSeconds(1 << (tries - 1));
        return pause < TimeSpan.Zero ? TimeSpan.Zero : pause < _longestPause ? pause : _longestPause;
    }
}

/// <summary>The credentials for a source.</summary>
/// <param name="User">The account's SID or an API key's.</param>
/// <param name="Password">Its token or secret.</param>
internal sealed record ImportCredentials(string User, string Password)
{
    /// <summary>Where they are taken from.</summary>
    public const string Names =
        "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and TWILIO_API_SECRET, in the environment";

    /// <summary>Reads them from the environment, and from nowhere else: arguments are seen by others.</summary>
    /// <exception cref="ImportException">They are not there.</exception>
    public static ImportCredentials From(Func<string, string?> environment) =>
        Pair(environment, "TWILIO_API_KEY", "TWILIO_API_SECRET")
        ?? Pair(environment, "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")
        ?? throw new ImportException($"There are no credentials for the source. Set {Names}.");

    private static ImportCredentials? Pair(Func<string, string?> environment, string user, string password) =>
        environment(user) is { Length: > 0 } name && environment(password) is { Length: > 0 } secret
            ? new(name, secret)
            : null;
}

/// <summary>An import cannot go on. The message says what to do.</summary>
public sealed class ImportException : Exception
{
    /// <summary>Says nothing; prefer a message.</summary>
    public ImportException()
    {
    }

    /// <summary>Says what to do.</summary>
    public ImportException(string message)
        : base(message)
    {
    }

    /// <summary>Says what to do, with what caused it.</summary>
    public ImportException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>What answered does not speak Twilio Proxy.</summary>
    internal static ImportException NotProxy(string why, Exception? cause = null) => new(
        $"The source does not answer as Twilio Proxy does: {why}. Look at --from: it is https://proxy.twilio.com, or "
        + "the address of another installation, without a path.",
        cause);
}
