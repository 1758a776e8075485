using System.Text.Json;
using System.Text.Json.Nodes;
using Sessions.Tests.Clients;
using Sessions.Tests.Support;
using Sessions.Tests.Surfaces;
using Xunit.Abstractions;

namespace Sessions.Tests.OpenApi;

/// <summary>
/// What the documents say is what happens: every operation is called in many ways, good and bad, and each request and
/// answer is held against the document by a validator of JSON Schema.
/// </summary>
public sealed class TruthTests(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sessions-openapi-");
    private SessionsApp _app = null!;

    public static TheoryData<string> Slugs => [.. Documents.Samples.Keys];

    public async Task InitializeAsync() => _app = await QuietApp.Start();

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [MemberData(nameof(Slugs))]
    public async Task Every_answer_is_one_that_the_document_tells_of(string slug)
    {
        var document = await Documents.Fetch(_app, slug);
        var exchanges = await ExchangesOf(slug, document);

        Expect.None(exchanges.Where(each => each.Sent.Body is not null || each.Case is "good" or "no query")
            .Where(each => each.Status >= 400 && each.IsServed)
            .Select(each => $"{each.Method} {each.Path}, {each.Case}: {each.Status} {each.Body}"));
        Assert.All(exchanges.Where(each => each.Case is "same key again"), each => Assert.True(
            each.Status is 409 or 422, $"{each.Path} takes a key and does not heed it: {each.Status}"));
        Assert.All(exchanges.Where(each => each.Case is "other version"), each => Assert.True(
            each.Status is 409 or 412, $"{each.Path} takes a version and does not heed it: {each.Status}"));
        var report = await Check(document, exchanges);
        output.WriteLine($"{slug}: {exchanges.Count} exchanges, {report.Passed} operations passed");
        Assert.True(report is { Failed: 0, Passed: > 0, ExitCode: 0 }, report.ToString());
        Assert.Equal(Documents.OperationsOf(document).Count(), report.Passed);
        Recordings.Hold(slug, document, exchanges);
    }

    [Theory]
    [InlineData("""{"createdAt":{"type":"integer"}}""")]
    [InlineData("{}")]
    public async Task A_document_that_tells_something_else_is_found_out(string members)
    {
        var document = await Documents.Fetch(_app, "operator");
        var exchanges = await ExchangesOf("operator", document);
        var session = document["components"]!["schemas"]!["Session"]!;
        session["properties"] = JsonNode.Parse(members);

        var report = await Check(document, exchanges);

        Assert.Equal(4, report.Failed);
    }

    private async Task<List<Exchange>> ExchangesOf(string slug, JsonObject document)
    {
        var exchanges = new List<Exchange>();
        foreach (var function in Documents.FunctionsOf(slug))
        {
            foreach (var method in function.Methods)
            {
                exchanges.AddRange(await new Exchanges(_app, slug).Of(function, method, document));
            }
        }

        return exchanges;
    }

    private async Task<TapReport> Check(JsonObject document, List<Exchange> exchanges)
    {
        var (documentFile, exchangesFile) = (InFolder("document.json"), InFolder("exchanges.json"));
        await File.WriteAllTextAsync(documentFile, document.ToJsonString());
        await File.WriteAllTextAsync(exchangesFile, JsonSerializer.Serialize(exchanges, JsonSerializerOptions.Web));
        return await NodeScript.Run("openapi/exchanges.mjs", new Dictionary<string, string>
        {
            ["DOCUMENT"] = documentFile,
            ["EXCHANGES"] = exchangesFile,
        });
    }

    private string InFolder(string name) => Path.Combine(_folder.FullName, name);
}
