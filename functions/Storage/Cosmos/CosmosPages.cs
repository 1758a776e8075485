using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Azure.Cosmos;

namespace Sessions.Storage.Cosmos;

/// <summary>
/// One query over its pages. What it has read it keeps over a 429, and asks again for the page that was refused: a
/// query that needs more than a second's throughput would else never end. After any other fault it starts afresh.
/// </summary>
internal sealed class CosmosQuery<T>(
    Func<FeedIterator> begin, JsonTypeInfo<CosmosPage<T>> json, int limit, Action<IReadOnlyList<T>, double> charge)
    : IDisposable
{
    private readonly List<T> _found = [];
    private FeedIterator? _pages;

    /// <summary>Whether what was found will do, so that no further page is asked for; null for never.</summary>
    public Predicate<List<T>>? IsEnough { get; set; }

    /// <summary>Reads on to the end or to a page that is refused; one request when all fit one answer.</summary>
    public async Task<CosmosReply<List<T>>> ReadOn(CancellationToken cancellation)
    {
        try
        {
            var reply = await ReadPages(cancellation);
            return reply.Fate is CosmosFate.Done or CosmosFate.Throttled ? reply : Afresh(reply);
        }
        catch (Exception failure) when (failure is not CosmosException { StatusCode: HttpStatusCode.TooManyRequests })
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Dispose()
    {
        _pages?.Dispose();
        _pages = null;
        _found.Clear();
    }

    private CosmosReply<List<T>> Afresh(CosmosReply<List<T>> reply)
    {
        Dispose();
        return reply;
    }

    private async Task<CosmosReply<List<T>>> ReadPages(CancellationToken cancellation)
    {
        _pages ??= begin();
        while (true)
        {
            using var response = await _pages.ReadNextAsync(cancellation);
            if (!response.IsSuccessStatusCode)
            {
                // A query finds nothing by an empty page. When it is not found, the container is not.
                return response.StatusCode is HttpStatusCode.NotFound
                    ? CosmosReply<List<T>>.Lost
                    : CosmosReply<List<T>>.From(response);
            }

            var page = await JsonSerializer.DeserializeAsync(response.Content, json, cancellation);
            charge(page!.Documents, response.Headers.RequestCharge);
            _found.AddRange(page.Documents.Take(limit - _found.Count));
            if (_found.Count == limit || !_pages.HasMoreResults || IsEnough?.Invoke(_found) is true)
            {
                return CosmosReply<List<T>>.From(response, [.. _found]);
            }
        }
    }
}
