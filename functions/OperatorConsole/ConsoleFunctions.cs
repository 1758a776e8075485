using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Http;
using Sessions.Http.Accounts;

namespace Sessions.OperatorConsole;

/// <summary>
/// A page for those who look after an account, over the operator's API. The page itself is public: there is no one's
/// data in it, and whoever opens it proves himself to the API.
/// </summary>
public sealed class ConsoleFunctions(ConsoleFiles files)
{
    // Its own scripts and styles, requests to this service, and no more.
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        + "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>The page.</summary>
    [Function("Console_Page")]
    public Task<IResult> Page(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "console")] HttpRequest request) =>
        Task.FromResult(Cached.Page(request, "console", files.Page, Policy));

    /// <summary>What the page is made of.</summary>
    [Function("Console_File")]
    public Task<IResult> File(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "console/{file}")] HttpRequest request) =>
        Task.FromResult<IResult>(files.Find((string)request.RouteValues["file"]!) is { } found
            ? Cached.Answer(request, found.Text, found.MediaType).GuardedBy(Policy)
            : Answer.Text(StatusCodes.Status404NotFound, "The console has no such file.", "text/plain"));
}

/// <summary>The page and the files that it is made of.</summary>
public sealed class ConsoleFiles
{
    private const string Folder = "console/";
    private const string Index = "index.html";

    private readonly Lazy<Dictionary<string, ConsoleFile>> _files = new(Read);
    private readonly Lazy<string> _page;

    /// <summary>The files; the page signs in by itself where there is an account that everybody knows.</summary>
    public ConsoleFiles(IEnumerable<DevelopmentAccess> development)
    {
        var signIn = development.SingleOrDefault() is { } account
            ? $"<meta name=\"development-token\" content=\"{account.Token}\">"
            : "";
        _page = new(() => PageWith(signIn));
    }

    /// <summary>The page.</summary>
    public string Page => _page.Value;

    /// <summary>A file of the page by its name; null when there is none.</summary>
    internal ConsoleFile? Find(string name) => _files.Value.GetValueOrDefault(name);

    // All modules are asked for at once, not one after the other as each names the next.
    private string PageWith(string signIn)
    {
        var modules = _files.Value.Keys.Where(name => name.EndsWith(".js", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => $"<link rel=\"modulepreload\" href=\"{Folder}{name}\">");
        return Embedded.Text(Folder + Index)
            .Replace("{{sign-in}}", signIn, StringComparison.Ordinal)
            .Replace("{{modules}}", string.Join('\n', modules), StringComparison.Ordinal);
    }

    private static Dictionary<string, ConsoleFile> Read() => Assembly.GetExecutingAssembly()
        .GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
        .Where(name => name != Folder + Index)
        .ToDictionary(name => name[Folder.Length..], name => new ConsoleFile(Embedded.Text(name), MediaTypeOf(name)));

    private static string MediaTypeOf(string name) => Path.GetExtension(name) switch
    {
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        _ => "image/svg+xml",
    };
}

/// <summary>A file of the page.</summary>
/// <param name="Text">What is in it.</param>
/// <param name="MediaType">As what it is sent.</param>
internal sealed record ConsoleFile(string Text, string MediaType);

/// <summary>What the console is made of.</summary>
public static class ConsoleServices
{
    /// <summary>Adds the console.</summary>
    public static IServiceCollection AddConsole(this IServiceCollection services) =>
        services.AddSingleton<ConsoleFiles>();
}
