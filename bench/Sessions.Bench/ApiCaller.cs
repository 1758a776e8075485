using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Sessions.Bench;

/// <summary>Sends single requests to a server, to prepare what is measured.</summary>
internal sealed class ApiCaller(Uri server, long first = 1_000_000) : IDisposable
{
    private readonly HttpClient _client = new() { BaseAddress = server };
    private long _sent = first;

    /// <summary>Sends a request, with a new number in the place of its #, and gives the answer.</summary>
    /// <exception cref="InvalidOperationException">The answer has another status.</exception>
    public async Task<JsonElement> Send(ApiRequest request)
    {
        var answer = await Read(request);
        return answer.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(answer);
    }

    /// <summary>The bytes of the answer.</summary>
    /// <exception cref="InvalidOperationException">The answer has another status.</exception>
    public async Task<byte[]> Read(ApiRequest request)
    {
        var path = new Uri(Numbered(request.Path), UriKind.Relative);
        using var message = new HttpRequestMessage(new(request.Verb), path);
        message.Headers.TryAddWithoutValidation("Authorization", request.Authorization);
        if (request.Body is { } body)
        {
            message.Content = new StringContent(Numbered(body), MediaTypeHeaderValue.Parse(request.MediaType));
        }

        using var answer = await _client.SendAsync(message);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        return (int)answer.StatusCode == request.Status
            ? bytes
            : throw new InvalidOperationException($"{request.Verb} {request.Path} answered {(int)answer.StatusCode}.");
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private string Numbered(string text)
    {
        var number = Interlocked.Increment(ref _sent).ToString(CultureInfo.InvariantCulture);
        return Exchange.SlotsOf(text).Aggregate(text, (filled, slot) =>
            Exchange.Filled(filled, number.PadLeft(slot.Length, '0')[^slot.Length..]));
    }
}
