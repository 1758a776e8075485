using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Sessions.Tests.TwilioProxy;

/// <summary>How api.twilio.com answers.</summary>
internal static class CarrierAnswers
{
    /// <summary>A page of a list, under the name that it has.</summary>
    public static JsonObject List(HttpContext context, string key, IEnumerable<JsonObject> all)
    {
        var size = int.TryParse(context.Request.Query["PageSize"], out var asked) ? asked : 50;
        var page = int.TryParse(context.Request.Query["Page"], out var number) ? number : 0;
        var found = all.ToList();
        var more = found.Count > (page + 1) * size;
        var query = QueryString.Create(context.Request.Query
            .Where(one => one.Key != "Page").Select(one => KeyValuePair.Create(one.Key, (string?)$"{one.Value}"))
            .Append(new("Page", $"{page + 1}")));
        return new()
        {
            ["page"] = page,
            ["page_size"] = size,
            ["uri"] = $"{context.Request.Path}{context.Request.QueryString}",
            ["next_page_uri"] = more ? $"{context.Request.Path}{query}" : null,
            [key] = new JsonArray([.. found.Skip(page * size).Take(size).Select(one => one.DeepClone())]),
        };
    }

    /// <summary>Shows what was found, or that it was not.</summary>
    public static Task Found(HttpContext context, JsonObject? found) => found is null
        ? Refuse(context, 404, 20404, $"The requested resource {context.Request.Path} was not found")
        : Show(context, 200, found);

    /// <summary>Refuses with one of Twilio's codes.</summary>
    public static Task Refuse(HttpContext context, int status, int code, string message) => Show(context, status, new()
    {
        ["code"] = code,
        ["message"] = message,
        ["more_info"] = $"https://www.twilio.com/docs/errors/{code}",
        ["status"] = status,
    });

    /// <summary>Shows a resource.</summary>
    public static Task Show(HttpContext context, int status, JsonObject body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body.ToJsonString());
    }
}
