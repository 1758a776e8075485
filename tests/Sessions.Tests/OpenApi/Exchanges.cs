using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sessions.Tests.Support;
using Sessions.Tests.Surfaces;

namespace Sessions.Tests.OpenApi;

/// <summary>Calls operations in every way that is worth it, and keeps what was said.</summary>
internal sealed partial class Exchanges(SessionsApp app, string slug)
{
    // What a good example cannot know.
    private const string SomeId = "00000000-0000-4000-8000-000000000000";

    private string? _lastBody;

    /// <summary>Calls a function.</summary>
    /// <param name="function">The function.</param>
    /// <param name="method">One of its methods.</param>
    /// <param name="document">The document of its surface.</param>
    public async Task<IReadOnlyList<Exchange>> Of(HttpFunction function, string method, JsonObject document)
    {
        var path = Documents.PathOf(slug, function.Name);
        var lower = method.ToLowerInvariant();
        var surface = Documents.Samples[slug];
        var ids = await surface.Create(new(app.Anonymous, surface, Tenant.Acme));
        var made = new List<Exchange>();
        foreach (var call in ExchangeCase.For(document["paths"]![path]![lower]!.AsObject()))
        {
            // What is good may change things or end them.
            if (call.Good && made.Count > 0)
            {
                ids = await surface.Create(new(app.Anonymous, surface, Tenant.Acme));
            }

            var sample = surface.RequestOf(function.Name);
            var filled = call.Present ? ids : Absent(surface, ids);
            made.Add(await Send(new(function, surface, method, lower, path), sample, call, filled));
        }

        return made;
    }

    // An account of another's in the path is forbidden, not absent.
    private static Dictionary<string, string> Absent(ISurfaceSample surface, Dictionary<string, string> ids) =>
        surface.Absent.ToDictionary(id => id.Key, id => id.Key.EndsWith("ccountId", StringComparison.Ordinal)
            ? ids[id.Key]
            : id.Value);

    private async Task<Exchange> Send(
        Target target, SampleRequest sample, ExchangeCase call, Dictionary<string, string> ids)
    {
        string Fill(string text) => Reference().Replace(text, match => ids[match.Groups[1].Value])
            .Replace(SomeId, ids.GetValueOrDefault("presetId", SomeId), StringComparison.Ordinal);
        var query = sample.Query.Where(field => field.Value.Length > 0 && !call.Bare)
            .ToDictionary(field => field.Key, field => Fill(field.Value));
        var headers = sample.Headers.Concat(call.Headers).ToDictionary(field => field.Key, field => Fill(field.Value));
        var body = call.Again ? WithMore(_lastBody)
            : (call.Members?.ToJsonString() ?? sample.Body) is { } members ? Fill(members)
            : null;
        _lastBody = body;
        using var request = new HttpRequestMessage(new(target.Method), Address(target, ids, query));
        request.Content = call.RawBody is { } raw
            ? new StringContent(raw, Encoding.UTF8, call.MediaType ?? SampleBody.MediaType(target.Surface))
            : SampleBody.Content(target.Surface, body);
        Add(request, headers, call.Sender is { } sender ? target.Surface.Authorization(sender) : null);
        using var client = app.Anonymous();
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var sent = new SentRequest(
            query,
            headers,
            request.Content?.Headers.ContentType?.MediaType,
            call.Good && body is not null && target.IsServed ? JsonNode.Parse(body) : null);
        return new(
            slug,
            target.Path,
            target.LowerMethod,
            call.Name,
            sent,
            (int)response.StatusCode,
            response.Content.Headers.ContentType?.MediaType,
            [.. response.Headers.Select(header => header.Key.ToLowerInvariant())],
            await Read(response))
        {
            IsServed = target.IsServed,
        };
    }

    private static Uri Address(
        Target target, Dictionary<string, string> ids, Dictionary<string, string> query) => new(
        target.Function.Path(name => Uri.EscapeDataString(ids[name])) + "?"
            + string.Join('&', query.Select(field => $"{field.Key}={Uri.EscapeDataString(field.Value)}")),
        UriKind.Relative);

    private static void Add(HttpRequestMessage request, Dictionary<string, string> headers, string? authorization)
    {
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }
    }

    private static string WithMore(string? body)
    {
        var members = JsonNode.Parse(body ?? "{}")!;
        members["nobodyReadsThis"] = "1";
        return members.ToJsonString();
    }

    // A stream does not end while its session lives.
    private static async Task<string> Read(HttpResponseMessage response)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        return response.Content.Headers.ContentType?.MediaType is "application/x-ndjson" or "text/event-stream"
            ? await reader.ReadLineAsync() ?? ""
            : await reader.ReadToEndAsync();
    }

    private sealed record Target(
        HttpFunction Function, ISurfaceSample Surface, string Method, string LowerMethod, string Path)
    {
        public bool IsServed => Surface.IsServed(Function.Name);
    }

    [GeneratedRegex("<([A-Za-z]+)>")]
    private static partial Regex Reference();
}
