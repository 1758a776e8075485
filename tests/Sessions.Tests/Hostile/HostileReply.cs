using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Sessions.Tests.Hostile;

/// <summary>What came back. The body is read of refusals only: what succeeds may stream without end.</summary>
internal sealed record HostileReply(HttpStatusCode Status, string? MediaType, byte[] Body, TimeSpan Took)
{
    /// <summary>From here on a status refuses.</summary>
    public const int FirstError = 400;

    public bool IsRefusal => (int)Status >= FirstError;

    /// <summary>Whether it may be Kestrel's own, which refuses what is no HTTP without a body.</summary>
    public bool IsOfTheServer => Body.Length == 0
        && Status is HttpStatusCode.BadRequest or HttpStatusCode.RequestUriTooLong
            or HttpStatusCode.RequestHeaderFieldsTooLarge;

    public static async Task<HostileReply> Read(HttpContext answer, CancellationToken cancellation)
    {
        var response = answer.Response;
        using var body = new MemoryStream();
        if (response.StatusCode >= FirstError)
        {
            await response.Body.CopyToAsync(body, cancellation);
        }

        return new((HttpStatusCode)response.StatusCode, response.ContentType, body.ToArray(), TimeSpan.Zero);
    }

    /// <summary>The body as JSON, or null when it is none.</summary>
    public JsonNode? Json()
    {
        try
        {
            return JsonNode.Parse(Body);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
