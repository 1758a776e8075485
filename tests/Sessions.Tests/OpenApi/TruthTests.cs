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

    public static TheoryData<string> Surfaces => [.. Documents.Slugs.Keys];

    public async Task InitializeAsync() => _app = await QuietApp.Start();

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [MemberData(nameof(Surfaces))]
    public async Task Every_answer_is_one_that_the_document_tells_of(string surface)
    {
        var document = await Documents.Fetch(_app, Documents.Slugs[surface]);
        var exchanges = new List<Exchange>();
        foreach (var function in HttpFunction.All.Where(function => function.Surface == surface))
        {
            foreach (var method in function.Methods)
            {
                exchanges.AddRange(await new Exchanges(_app).Of(function, method, document));
            }
        }

        Expect.None(exchanges.Where(each => each.Sent.Body is not null || each.Case == "good")
            .Where(each => each.Status >= 400 && IsServed(each, document))
            .Select(each => $"{each.Method} {each.Path}, {each.Case}: {each.Status} {each.Body}"));
        var report = await Check(document, exchanges);
        output.WriteLine($"{surface}: {exchanges.Count} exchanges, {report.Passed} operations passed");
        Assert.True(report is { Failed: 0, Passed: > 0, ExitCode: 0 }, report.ToString());
        Assert.Equal(Documents.OperationsOf(document).Count(), report.Passed);
    }

    // Some are there to refuse only, or ask for a signature that no sample has.
    private static bool IsServed(Exchange exchange, JsonObject document)
    {
        var id = document["paths"]![exchange.Path]![exchange.Method]!["operationId"]!.ToString();
        var function = string.Join('_', id.Split('_').Take(2));
        return SurfaceSamples.Of(HttpFunction.Named(function)).IsServed(function);
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
