using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Sessions.StandIn.Items;

namespace Sessions.StandIn.Wire;

/// <summary>What a request is answered with.</summary>
/// <param name="Status">The HTTP status; 0 breaks the connection.</param>
/// <param name="Body">The parts of the body, one after the other.</param>
internal sealed record Answer(int Status, params IReadOnlyList<ReadOnlyMemory<byte>> Body)
{
    /// <summary>What it cost.</summary>
    public double Units { get; init; }

    public Dictionary<string, string> Headers { get; } = [];

    public static Answer Of(JsonObject json, int status = 200) =>
        new(status, JsonSerializer.SerializeToUtf8Bytes(json));

    public static Answer Of(Item item, int status = 200) => new Answer(status, item.Json).With("etag", item.Stamp.ETag);

    /// <summary>A write, whose item most do not want back.</summary>
    public static Answer OfWrite(Item item, int status, bool isWanted) =>
        isWanted ? Of(item, status) : new Answer(status).With("etag", item.Stamp.ETag);

    public static Answer Of(ServiceException failure)
    {
        var answer = Of(
            new JsonObject { ["code"] = $"{failure.Status}", ["message"] = failure.Message }, failure.Status);
        answer.With("x-ms-substatus", $"{failure.SubStatus}");
        return failure.RetryAfter is { } delay
            ? answer.With("x-ms-retry-after-ms", Text(Math.Ceiling(delay.TotalMilliseconds)))
            : answer;
    }

    public Answer With(string header, string value)
    {
        Headers[header] = value;
        return this;
    }

    public async Task Send(HttpResponse response)
    {
        response.StatusCode = Status;
        response.ContentType = "application/json";
        response.Headers["x-ms-activity-id"] = $"{Guid.NewGuid()}";
        response.Headers["x-ms-request-charge"] = Text(Math.Round(Units, 2));
        foreach (var (name, value) in Headers)
        {
            response.Headers[name] = value;
        }

        if (Status is 204 or 304)
        {
            return;
        }

        response.ContentLength = Body.Sum(part => (long)part.Length);
        foreach (var part in Body)
        {
            // A page has thousands, which are not worth a packet each.
            response.BodyWriter.Write(part.Span);
        }

        await response.BodyWriter.FlushAsync();
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
