using System.Text.RegularExpressions;
using Sessions.Tests.Surfaces;

namespace Sessions.Tests.Isolation;

/// <summary>One request to one function, sent by whom and with which ids a proof likes.</summary>
internal sealed partial class Probe
{
    private readonly Func<HttpClient> _newClient;
    private readonly HttpFunction _function;
    private readonly ISurfaceSample _surface;
    private readonly SampleRequest _request;

    public Probe(Func<HttpClient> newClient, HttpFunction function)
    {
        _newClient = newClient;
        _function = function;
        _surface = SurfaceSamples.Of(function);
        _request = _surface.RequestOf(function.Name);
        References =
        [
            .. function.Ids
                .Concat(_request.Headers.Values.Concat(_request.Query.Values).Append(_request.Body ?? "")
                    .SelectMany(text => Reference().Matches(text))
                    .Select(match => match.Groups[1].Value))
                .Distinct()
                .Except(_surface.CallersOwn),
        ];
    }

    /// <summary>The names of the ids that the request carries, those of the path first.</summary>
    public IReadOnlyList<string> References { get; }

    /// <summary>What makes a repeat of the request the same request; null for none.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>What opens it, when that is not the sender's own; null for that.</summary>
    public string? Authorization { get; init; }

    /// <summary>The method; the function's first when null.</summary>
    public HttpMethod? Method { get; init; }

    public Task<Dictionary<string, string>> ThingsOf(Tenant tenant) =>
        _surface.Create(new SampleClient(_newClient, _surface, tenant));

    /// <summary>Sends it with these ids; a null sender is nobody.</summary>
    public async Task<ProbeReply> Send(Tenant? sender, IReadOnlyDictionary<string, string> ids)
    {
        using var client = _newClient();
        using var request = Request(sender, ids);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return await ProbeReply.Read(response);
    }

    /// <summary>It with these ids; a null sender is nobody.</summary>
    public HttpRequestMessage Request(Tenant? sender, IReadOnlyDictionary<string, string> ids)
    {
        string Fill(string text) => Reference().Replace(text, match => ids[match.Groups[1].Value]);
        var path = _function.Path(name => Uri.EscapeDataString(ids[name])) + "?" + string.Join('&', _request.Query
            .Where(field => field.Value.Length > 0)
            .Select(field => $"{field.Key}={Uri.EscapeDataString(Fill(field.Value))}"));
        var method = Method ?? new(_function.Methods[0]);
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative))
        {
            Content = SampleBody.Content(_surface, _request.Body is { } body ? Fill(body) : null),
        };
        foreach (var (name, value) in _request.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, Fill(value));
        }

        if (IdempotencyKey is { } key)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        if (sender is { } tenant)
        {
            request.Headers.TryAddWithoutValidation("Authorization", Authorization ?? _surface.Authorization(tenant));
        }

        return request;
    }

    [GeneratedRegex("<([A-Za-z]+)>")]
    private static partial Regex Reference();
}
