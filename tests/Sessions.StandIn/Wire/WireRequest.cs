using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Sessions.StandIn.Items;

namespace Sessions.StandIn.Wire;

/// <summary>A request as the client sends it: https://learn.microsoft.com/rest/api/cosmos-db/</summary>
internal sealed class WireRequest
{
    private readonly IHeaderDictionary _headers;

    private WireRequest(HttpRequest request, string[] path, byte[] body)
    {
        _headers = request.Headers;
        (Method, Path, Body, Host) = (request.Method, path, body, $"{request.Host}");
    }

    public string Method { get; }

    /// <summary>The parts of the path, such as <c>dbs</c>, a name, <c>colls</c>, a name, <c>docs</c>.</summary>
    public string[] Path { get; }

    public byte[] Body { get; }

    public string Host { get; }

    public string? IfMatch => Header("if-match");

    /// <summary>Whether it is about items, and so charged.</summary>
    public bool IsAboutItems => Path is [_, _, _, _, "docs", ..];

    /// <summary>The value of the partition key; null when it names none.</summary>
    public string? PartitionKey =>
        Header("x-ms-documentdb-partitionkey") is { } key ? JsonElement.Parse(key)[0].GetString() : null;

    public static async Task<WireRequest> Read(HttpRequest request)
    {
        // Ids are compared as they were sent, so the path is taken apart before it is decoded.
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        var path = target.Split('/', StringSplitOptions.RemoveEmptyEntries);
        using var body = new MemoryStream((int)(request.ContentLength ?? 0));
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        return new(request, [.. path.Select(Uri.UnescapeDataString)], body.ToArray());
    }

    public string? Header(string name) => _headers.TryGetValue(name, out var value) ? value.ToString() : null;

    public bool Says(string name) => string.Equals(Header(name), "true", StringComparison.OrdinalIgnoreCase);

    public int? Number(string name) => int.TryParse(Header(name), out var number) ? number : null;

    public JsonElement Json()
    {
        try
        {
            return JsonElement.Parse(Body);
        }
        catch (JsonException failure)
        {
            throw new ServiceException(400, failure.Message);
        }
    }

    /// <summary>The level that its reads have: its own or the account's.</summary>
    public Consistency Level(Consistency account) =>
        Enum.TryParse<Consistency>(Header("x-ms-consistency-level"), out var asked) && asked > account
            ? asked
            : account;

    /// <summary>How far its reads see.</summary>
    /// <exception cref="ServiceException">It has seen what this replica has not.</exception>
    public Horizon Horizon(Consistency level, Container container, PhysicalPartition range) => level switch
    {
        Consistency.Strong or Consistency.BoundedStaleness => Items.Horizon.Everything,
        Consistency.Session => new(SessionNumber(range), container.Settled),
        _ => new(0, container.Settled),
    };

    // A token is "0:-1#12,1:-1#7": for each range the last write that the client knows of.
    private long SessionNumber(PhysicalPartition range)
    {
        var token = (Header("x-ms-session-token") ?? "").Split(',')
            .FirstOrDefault(part => part.StartsWith($"{range.Id}:", StringComparison.Ordinal));
        var number = token is null || !long.TryParse(token.Split('#')[1], out var seen) ? 0 : seen;
        return number <= range.Number
            ? number
            : throw new ServiceException(404, "The read session is not available for the input session token.", 1002);
    }
}
