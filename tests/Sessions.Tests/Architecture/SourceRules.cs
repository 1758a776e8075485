using System.Text.RegularExpressions;
using Sessions.Tests.Support;

namespace Sessions.Tests.Architecture;

public sealed partial class SourceRules
{
    private const int MaxColumns = 120;
    private const int MaxLines = 300;

    private static readonly string[] _functions = [.. Repository.Sources("functions")];

    // A route stands whole on its line, so that it is found by its words.
    [Fact]
    public void No_line_but_a_route_is_longer_than_120_columns() => Expect.None(Lines(
        [.. _functions, .. Repository.Sources("tests")],
        line => line.Length > MaxColumns && !line.TrimStart().StartsWith("Route = \"", StringComparison.Ordinal)));

    [Fact]
    public void Every_route_is_written_out() =>
        Expect.None(Lines(_functions, line => line.Contains("Route = ") && !line.Contains("Route = \"")));

    [Fact]
    public void No_file_of_the_service_is_longer_than_300_lines() =>
        Expect.None(_functions.Where(file => Repository.Read(file).Count(c => c == '\n') > MaxLines));

    [Fact]
    public void Nothing_is_left_to_do() => Expect.None(Lines(_functions, Unfinished().IsMatch));

    [Fact]
    public void Time_ids_and_waiting_are_injected_outside_the_hosts() =>
        Expect.None(Lines(
            _functions.Where(file => !file.StartsWith("functions/Hosting/", StringComparison.Ordinal)),
            Forbidden().IsMatch));

    [Theory]
    [InlineData("var now = DateTime.UtcNow;")]
    [InlineData("var now = DateTimeOffset.Now;")]
    [InlineData("var id = Guid.NewGuid();")]
    [InlineData("var id = Guid.CreateVersion7();")]
    [InlineData("return store.Read(id).Result;")]
    [InlineData("store.Read(id).GetAwaiter().GetResult();")]
    [InlineData("Thread.Sleep(1);")]
    public void The_forbidden_is_recognized(string line) => Assert.Matches(Forbidden(), line);

    [Theory]
    [InlineData("var now = time.GetUtcNow();")]
    [InlineData("return Results.Ok();")]
    public void The_allowed_is_let_through(string line) => Assert.DoesNotMatch(Forbidden(), line);

    private static IEnumerable<string> Lines(IEnumerable<string> files, Func<string, bool> offends) =>
        from file in files
        from line in Repository.Read(file).Split('\n').Index()
        where offends(line.Item)
        select $"{file}:{line.Index + 1}: {line.Item.Trim()}";

    [GeneratedRegex(
        @"\bDateTime(Offset)?\.(Utc)?(Now|Today)\b|\bGuid\.(NewGuid|CreateVersion7)\b|\.Result\b"
        + @"|\.GetAwaiter\(\)\.GetResult\b|\bThread\.Sleep\b")]
    private static partial Regex Forbidden();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|NotImplementedException")]
    private static partial Regex Unfinished();
}
