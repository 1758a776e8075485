using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sessions.OpenApi;
using Sessions.Tests.Support;
using Sessions.Tests.Surfaces;

namespace Sessions.Tests.OpenApi;

/// <summary>The documents hold what the functions' attributes declare: all of it, and nothing else.</summary>
public sealed partial class DocumentTests : IAsyncLifetime
{
    private SessionsApp _app = null!;

    public static TheoryData<string> Slugs => [.. Documents.Samples.Keys];

    public async Task InitializeAsync() => _app = await SessionsApp.Start();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public void Every_surface_has_a_document() =>
        Assert.Equal(SurfaceSamples.All.Keys.Order(), Documents.Slugs.Keys.Order());

    [Fact]
    public void Every_function_is_in_some_document() => Expect.None(HttpFunction.All
        .Except(Documents.Samples.Keys.SelectMany(Documents.FunctionsOf))
        .Select(function => function.Name));

    [Theory]
    [MemberData(nameof(Slugs))]
    public async Task Every_function_is_there_once_and_nothing_else_is(string slug)
    {
        var document = await Documents.Fetch(_app, slug);

        var declared =
            from function in Documents.FunctionsOf(slug)
            from method in function.Methods
            let lower = method.ToLower(CultureInfo.InvariantCulture)
            let id = Documents.IdOf(slug, function, lower)
            select $"{lower} {Documents.PathOf(slug, function.Name)} {id}";
        var described = Documents.OperationsOf(document)
            .Select(each => $"{each.Method} {each.Path} {each.Operation["operationId"]}");
        Assert.Equal(declared.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Slugs))]
    public async Task Every_operation_has_a_name_of_its_own(string slug) => Assert.Distinct(
        Documents.OperationsOf(await Documents.Fetch(_app, slug))
            .Select(each => each.Operation["operationId"]!.ToString()),
        StringComparer.OrdinalIgnoreCase);

    [Theory]
    [MemberData(nameof(Slugs))]
    public async Task Every_id_of_a_path_is_described_and_required(string slug)
    {
        var document = await Documents.Fetch(_app, slug);

        Assert.All(Documents.OperationsOf(document), each => Assert.Equal(
            Id().Matches(each.Path).Select(match => match.Groups[1].Value),
            from parameter in each.Operation["parameters"]!.AsArray()
            where (string?)parameter!["in"] is "path" && (bool)parameter["required"]!
            where (string?)parameter["description"] is { Length: > 0 }
            select (string)parameter["name"]!));
    }

    [Theory]
    [MemberData(nameof(Slugs))]
    public async Task Every_reference_leads_somewhere(string slug)
    {
        var document = await Documents.Fetch(_app, slug);
        var references = Reference().Matches(document.ToJsonString()).Select(match => match.Groups[1].Value).ToList();

        Assert.NotEmpty(references);
        Expect.None(references.Where(path => path.Split('/')
            .Aggregate((JsonNode?)document, (node, name) => node?[name]) is null));
    }

    [Theory]
    [MemberData(nameof(Slugs))]
    public async Task Every_operation_is_told_of_in_the_words_of_its_code(string slug)
    {
        var document = await Documents.Fetch(_app, slug);

        // A summary that was made of the function's name has no word in common with the code's comment.
        Assert.All(Documents.OperationsOf(document), each => Assert.Matches(
            "^[A-Z][a-z]+( [^ ]+)+[^.]$", (string)each.Operation["summary"]!));
        Assert.All(
            document["tags"]!.AsArray(), tag => Assert.NotEqual((string?)tag!["name"], (string?)tag["description"]));
    }

    [Theory]
    [MemberData(nameof(Slugs))]
    public async Task Every_body_of_a_success_has_an_example(string slug)
    {
        var document = await Documents.Fetch(_app, slug);

        Expect.None(
            from each in Documents.OperationsOf(document)
            from reply in each.Operation["responses"]!.AsObject()
            where reply.Key.StartsWith('2')
            from media in reply.Value!["content"]?.AsObject() ?? []
            where media.Value!["example"] is null
            select $"{each.Operation["operationId"]} {reply.Key} {media.Key}");
    }

    [Theory]
    [MemberData(nameof(Slugs))]
    public async Task What_is_there_once_more_names_what_it_is_the_same_as(string slug)
    {
        var document = await Documents.Fetch(_app, slug);
        var ids = Documents.OperationsOf(document)
            .Where(each => each.Operation["x-same-as"] is null)
            .Select(each => (string)each.Operation["operationId"]!).ToList();

        var copies = Documents.OperationsOf(document).Where(each => each.Operation["x-same-as"] is not null).ToList();
        Assert.All(copies, each => Assert.Contains((string)each.Operation["x-same-as"]!, ids));
        Expect.None(copies.Select(each => each.Path).Except(
            copies.Select(each => each.Path).Where(path => slug is "twilio-proxy"
                || path.StartsWith("/v1/webinar", StringComparison.Ordinal)
                || path.Contains("/{accountId}/accounts/", StringComparison.Ordinal))));
    }

    [Theory]
    [MemberData(nameof(Slugs))]
    public async Task No_name_of_the_code_is_in_what_people_read(string slug)
    {
        var document = await Documents.Fetch(_app, slug);
        var code = typeof(OpenApiDocuments).Assembly.GetTypes().Select(type => type.Name.Split('`')[0]).ToHashSet();
        var ofTheWire = Member().Matches(document.ToJsonString()).Select(match => match.Groups[1].Value).ToHashSet();

        // Which google.rpc has, too.
        Expect.None(Text().Matches(document.ToJsonString())
            .SelectMany(text => Word().Matches(text.Groups[1].Value))
            .Select(word => word.Value)
            .Where(word => code.Contains(word) && !ofTheWire.Contains(word) && word is not "ErrorInfo")
            .Distinct());
        Expect.None(document["components"]!["schemas"]!.AsObject().Select(schema => schema.Key)
            .Where(name => name.EndsWith("Resource", StringComparison.Ordinal)
                || name.EndsWith("View", StringComparison.Ordinal)));
        Expect.None(Documents.OperationsOf(document).Select(each => (string)each.Operation["operationId"]!)
            .Where(id => id.Contains('_', StringComparison.Ordinal) || char.IsUpper(id[0])));
    }

    [Fact]
    public async Task A_function_that_its_surface_does_not_open_to_all_asks_for_credentials()
    {
        var twilio = await Documents.Fetch(_app, "twilio-proxy");
        var stream = await Documents.Fetch(_app, "live-stream");

        Assert.Equal("""[{"basic":[]}]""", twilio["security"]!.ToJsonString());
        Assert.Equal(
            """[{},{"bearer":[]},{"apiKey":[]}]""", stream["paths"]!["/rooms"]!["get"]!["security"]!.ToJsonString());
        Assert.Null(stream["paths"]!["/rooms"]!["post"]!["security"]);
        Assert.Equal("X-API-Key", (string?)stream["components"]!["securitySchemes"]!["apiKey"]!["name"]);
    }

    [Theory]
    [InlineData("/openapi/nothing.json")]
    [InlineData("/openapi/Twilio-Proxy.json")]
    public async Task An_unknown_surface_is_a_404_that_names_those_that_there_are(string path)
    {
        var reply = await new ApiClient(_app.Anonymous()).Send(HttpMethod.Get, path);

        reply.Is(HttpStatusCode.NotFound);
        Assert.All(Documents.Samples.Keys, slug => Assert.Contains(slug, reply["error"], StringComparison.Ordinal));
    }

    [GeneratedRegex(@"""(?:description|summary)"":""((?:[^""\\]|\\.)*)""")]
    private static partial Regex Text();

    // Two words at least, as names of code have and those of people have not.
    [GeneratedRegex(@"\b[A-Z][a-z]+[A-Z]\w*")]
    private static partial Regex Word();

    [GeneratedRegex(@"""(\w+)""[:,\]}]")]
    private static partial Regex Member();

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Id();

    [GeneratedRegex(@"""\$ref"":""#/([^""]+)""")]
    private static partial Regex Reference();
}
