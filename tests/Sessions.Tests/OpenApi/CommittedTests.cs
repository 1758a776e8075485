using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.OpenApi;

/// <summary>
/// The documents that lie in docs/openapi, for those who read or generate without running anything, are those that the
/// service gives. With SESSIONS_WRITE_DOCS in the environment they are written there.
/// </summary>
[Trait("Host", "Kestrel")]
public sealed class CommittedTests
{
    private const string Folder = "docs/openapi";

    private static readonly JsonSerializerOptions _readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true, NewLine = "\n",
    };

    public static TheoryData<string> Slugs => [.. Documents.Samples.Keys];

    [Theory]
    [MemberData(nameof(Slugs))]
    public async Task A_document_in_the_repository_is_the_one_that_the_service_gives(string slug)
    {
        await using var app = await SessionsApp.Start();
        var document = await Documents.Fetch(app, slug);
        document["servers"] = new JsonArray(new JsonObject { ["url"] = "http://localhost:7071" });
        var file = Path.Combine(Repository.Root, Folder, $"{slug}.json");
        var given = document.ToJsonString(_readable) + "\n";
        if (Environment.GetEnvironmentVariable("SESSIONS_WRITE_DOCS") is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, given);
            return;
        }

        Assert.True(
            File.Exists(file) && given == (await File.ReadAllTextAsync(file)).ReplaceLineEndings("\n"),
            $"{Folder}/{slug}.json is not what the service gives: SESSIONS_WRITE_DOCS=1 writes it.");
    }

    [Fact]
    public void There_are_no_others() => Assert.Equal(
        Documents.Samples.Keys.Order(StringComparer.Ordinal),
        Directory.EnumerateFiles(Path.Combine(Repository.Root, Folder))
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Order(StringComparer.Ordinal));
}
