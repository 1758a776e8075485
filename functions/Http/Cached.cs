using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Sessions.Http;

/// <summary>Answers that caches may keep.</summary>
internal static class Cached
{
    // A new release may bring others, so not for long.
    private const string ForFiveMinutes = "public, max-age=300";

    /// <summary>The text, or 304 to who has it already.</summary>
    public static Answer Answer(HttpRequest request, string text, string mediaType)
    {
        var version = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];
        var known = EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out var tags)
            && tags.Any(tag => tag.Tag == "*" || tag.Tag == RequestExtensions.Quoted(version));
        var answer = known
            ? Sessions.Http.Answer.Empty(StatusCodes.Status304NotModified)
            : Sessions.Http.Answer.Text(StatusCodes.Status200OK, text, mediaType);
        return answer.WithVersion(version).With("Cache-Control", ForFiveMinutes);
    }

    /// <summary>
    /// A page under its policy. Whoever asks for it as a folder, from which what it names would not be found, is led to
    /// it.
    /// </summary>
    public static IResult Page(HttpRequest request, string name, string html, string policy) =>
        request.Path.Value is [_, .., '/']
            ? Results.LocalRedirect($"~/{name}")
            : Answer(request, html, "text/html; charset=utf-8").GuardedBy(policy);

    /// <summary>The answer under a Content-Security-Policy, in nobody's frame.</summary>
    public static Answer GuardedBy(this Answer answer, string policy) => answer
        .With("Content-Security-Policy", policy)
        .With("Referrer-Policy", "no-referrer")
        .With("X-Frame-Options", "DENY");
}

/// <summary>Texts that are built into the program.</summary>
internal static class Embedded
{
    /// <summary>The text of a name, which must be there.</summary>
    public static string Text(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
