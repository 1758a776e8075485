using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Hosting.SelfHosted;
using Sessions.Http;
using Sessions.Tests.Support;

namespace Sessions.Tests.Telemetry;

/// <summary>What is seen at a terminal, and in a file.</summary>
public sealed class ConsoleLinesTests
{
    private const string Moment = "09:26:53.589";

    [Fact]
    public void A_request_is_its_line_behind_the_time() => Assert.Equal(
        $"{Moment} GET / 200\n", Written(RequestObserver.Category, LogLevel.Information, "GET / 200", 200));

    [Theory]
    [InlineData(201, "32")]
    [InlineData(404, "33")]
    [InlineData(503, "31")]
    public void On_a_terminal_the_status_gives_it_its_colour(int status, string colour) => Assert.Equal(
        $"\e[2m{Moment}\e[0m \e[{colour}mGET /\e[0m\n",
        Written(RequestObserver.Category, LogLevel.Information, "GET /", status, isColoured: true));

    [Fact]
    public void All_else_has_level_and_category_and_is_one_line_with_its_failure() => Assert.Equal(
        $"{Moment} fail Sessions.Outbox: It failed. System.IO.IOException: no\n",
        Written("Sessions.Outbox", LogLevel.Error, "It\nfailed.", failure: new IOException("no")));

    private static string Written(
        string category,
        LogLevel level,
        string text,
        int status = 0,
        bool isColoured = false,
        Exception? failure = null)
    {
        var lines = new ConsoleLines(new FakeClock(), isColoured);
        KeyValuePair<string, object?>[] state = [new("Status", status)];
        using var written = new StringWriter { NewLine = "\n" };
        lines.Write(
            new LogEntry<IReadOnlyList<KeyValuePair<string, object?>>>(
                level, category, default, state, failure, (_, _) => text),
            scopeProvider: null,
            written);
        return written.ToString();
    }
}
