using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.Storage.Before;

/// <summary>A request, and what it was answered by the program that wrote the file.</summary>
internal sealed record Question(string Method, string Path, Dictionary<string, string> Headers, string? Body = null)
{
    public int Status { get; init; }

    /// <summary>The body: JSON, or the lines of a stream as a list; null when it was an error or empty.</summary>
    public JsonNode? Answer { get; init; }

    /// <summary>Asks it, now; gives it with the answer.</summary>
    public async Task<Question> Ask(SessionsApp app)
    {
        using var client = app.Anonymous();
        using var request = new HttpRequestMessage(new(Method), Path);
        foreach (var (name, value) in Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (Body is not null)
        {
            request.Content = new StringContent(Body, Encoding.UTF8, Body[0] is '{' ? "application/json" : Form);
        }

        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var status = (int)response.StatusCode;
        // Errors have ids of their own, and differ in nothing that is stored.
        return this with { Status = status, Answer = status < 300 ? WithoutTokens(Parse(text)) : null };
    }

    public override string ToString() => $"{Method} {Path}";

    private const string Form = "application/x-www-form-urlencoded";

    private static JsonNode? Parse(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries) switch
    {
        [] => null,
        [var line] => JsonNode.Parse(line),
        var lines => new JsonArray([.. lines.Select(line => JsonNode.Parse(line))]),
    };

    // Tokens are made anew each time, with a key of the day.
    private static JsonNode? WithoutTokens(JsonNode? node)
    {
        if (node is JsonObject members)
        {
            members.Remove("token");
            members.Select(member => member.Value).ToList().ForEach(value => WithoutTokens(value));
        }
        else if (node is JsonArray items)
        {
            items.ToList().ForEach(item => WithoutTokens(item));
        }

        return node;
    }
}

/// <summary>What is asked of a file, and when.</summary>
/// <param name="At">The moment at which the answers were given.</param>
/// <param name="Items">The requests with their answers.</param>
internal sealed record Questions(DateTimeOffset At, IReadOnlyList<Question> Items)
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    // What answers tell beside what they told then; nothing of it is stored.
    private static readonly string[] _since = ["expireTime", "present", "totalSize"];

    public static Questions Load(string file)
    {
        var lines = File.ReadAllLines(file);
        return new(
            JsonSerializer.Deserialize<DateTimeOffset>(lines[0]),
            [.. lines.Skip(1).Select(line => JsonSerializer.Deserialize<Question>(line, _json)!)]);
    }

    /// <summary>Asks them all again, at the moment at which they were asked: the answers are what they were.</summary>
    public async Task ReadBack(SessionsApp app)
    {
        app.Clock.Now = At;
        List<string> differences = [];
        foreach (var question in Items)
        {
            var now = await question.Ask(app);
            if (now.Status != question.Status
                || !JsonNode.DeepEquals(AsThen(now.Answer, question.Answer), question.Answer))
            {
                differences.Add(
                    $"{question}: {question.Status} {question.Answer?.ToJsonString()} was, "
                    + $"{now.Status} {now.Answer?.ToJsonString()} is");
            }
        }

        Expect.None(differences);
        Assert.True(Items.Count > 100, $"{Items.Count} questions");
    }

    private static JsonNode? AsThen(JsonNode? now, JsonNode? then)
    {
        if (now is JsonObject members && then is JsonObject known)
        {
            _since.Where(name => !known.ContainsKey(name)).ToList().ForEach(name => members.Remove(name));
            members.ToList().ForEach(member => AsThen(member.Value, known[member.Key]));
        }
        else if (now is JsonArray items && then is JsonArray before)
        {
            items.Zip(before).ToList().ForEach(pair => AsThen(pair.First, pair.Second));
        }

        return now;
    }

    /// <summary>One line each, so that a difference can be read.</summary>
    public void Save(string file) => File.WriteAllLines(
        file, Items.Select(item => JsonSerializer.Serialize(item, _json)).Prepend(JsonSerializer.Serialize(At)));
}
