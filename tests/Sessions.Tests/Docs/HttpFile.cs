using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Sessions.Tests.Docs;

/// <summary>
/// A .http file as editors run it: requests between lines of ###, variables with @, and what an answer said in
/// <c>{{name.response.body.$.member}}</c>. Source: https://learn.microsoft.com/aspnet/core/test/http-files
/// </summary>
internal sealed partial class HttpFile
{
    private const string TheHost = "http://localhost:7071";

    private readonly Dictionary<string, string> _variables = new() { ["$timestamp"] = "1773480413" };
    private readonly Dictionary<string, JsonNode?> _answers = [];
    private readonly Queue<string[]> _requests;
    private string? _name;

    private HttpFile(IEnumerable<string[]> requests) => _requests = new(requests);

    /// <summary>How many requests were taken from it.</summary>
    public int Count { get; private set; }

    public static HttpFile Read(string text)
    {
        var parts = Separator().Split(text).Select(part => part.Split('\n')).ToList();
        var file = new HttpFile(parts.Skip(1));
        foreach (var line in parts[0].Where(line => line.StartsWith('@')))
        {
            var (name, value) = line[1..].Split('=', 2) is [var left, var right] ? (left, right) : (line, "");
            file._variables[name.Trim()] = file.Filled(value.Trim());
        }

        return file;
    }

    /// <summary>The next request; null at the end.</summary>
    public HttpRequestMessage? Next()
    {
        if (!_requests.TryDequeue(out var lines))
        {
            return null;
        }

        Count++;
        // The rest of the separator's line says what it is.
        var rest = lines.Skip(1).ToList();
        _name = rest.Find(line => line.StartsWith("# @name ", StringComparison.Ordinal))?["# @name ".Length..];
        rest = [.. rest.SkipWhile(line => line.StartsWith('#')).Select(Filled)];
        var head = rest.TakeWhile(line => line.Length > 0).ToList();
        var body = string.Join('\n', rest.Skip(head.Count)).Trim();
        var request = new HttpRequestMessage(
            new(head[0].Split(' ')[0]),
            new Uri(head[0].Split(' ')[1].Replace(TheHost, "", StringComparison.Ordinal), UriKind.Relative));
        var headers = head.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        if (headers.Remove("Content-Type", out var mediaType))
        {
            request.Content = new StringContent(body, Encoding.UTF8, mediaType);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return request;
    }

    /// <summary>Takes note of what it was answered.</summary>
    public void Answered(string body)
    {
        if (_name is not null)
        {
            _answers[_name] = JsonNode.Parse(body);
        }
    }

    private string Filled(string text) => Placeholder().Replace(text, match =>
        match.Groups[2].Value is { Length: > 0 } place
            ? Member(_answers[match.Groups[1].Value], place)
            : _variables[match.Groups[1].Value]);

    private static string Member(JsonNode? answer, string place) => Step().Matches(place)
        .Aggregate(answer, (node, step) => step.Groups[2].Success
            ? node![int.Parse(step.Groups[2].ValueSpan, System.Globalization.CultureInfo.InvariantCulture)]
            : node![step.Groups[1].Value])!
        .ToString();

    [GeneratedRegex("^###", RegexOptions.Multiline)]
    private static partial Regex Separator();

    [GeneratedRegex(@"\{\{([$\w]+)(?:\.response\.body\.\$\.([\w.\[\]]+))?\}\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"(\w+)|\[(\d+)\]")]
    private static partial Regex Step();
}
