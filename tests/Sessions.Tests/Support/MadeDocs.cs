namespace Sessions.Tests.Support;

/// <summary>
/// A part of a page in the docs that a test makes, between the two comments that say so. With SESSIONS_WRITE_DOCS in
/// the environment it is written there; else the page is held to it.
/// </summary>
/// <param name="Page">The page's path in the repository.</param>
/// <param name="Maker">The test that makes it, as the comments have it.</param>
internal sealed record MadeDocs(string Page, string Maker)
{
    /// <summary>Writes the part, or holds the page to it.</summary>
    public async Task Hold(string part)
    {
        var (start, end) = ($"<!-- Made by {Maker}. -->", $"<!-- The end of what {Maker} makes. -->");
        var docs = Repository.Read(Page).ReplaceLineEndings("\n");
        var made = $"{start}\n\n{part.ReplaceLineEndings("\n").Trim()}\n\n{end}";
        var written = docs[docs.IndexOf(start, StringComparison.Ordinal)..];
        written = written[..(written.IndexOf(end, StringComparison.Ordinal) + end.Length)];
        if (Environment.GetEnvironmentVariable("SESSIONS_WRITE_DOCS") is not null)
        {
            await File.WriteAllTextAsync(
                Path.Combine(Repository.Root, Page), docs.Replace(written, made, StringComparison.Ordinal));
            return;
        }

        Assert.Equal(made, written);
    }
}
