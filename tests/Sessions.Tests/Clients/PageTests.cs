using Microsoft.AspNetCore.Builder;
using Sessions.Hosting.SelfHosted;
using Xunit.Abstractions;

namespace Sessions.Tests.Clients;

/// <summary>
/// The service's own pages, in Chromium, as they are on a laptop: with the development account, over a new database.
/// Each script under <c>tests/clients/pages</c> holds one node test per sentence.
/// </summary>
[Trait("Host", "Kestrel")]
public sealed class PageTests(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sessions-pages-");
    private WebApplication _app = null!;

    public static TheoryData<string> Scripts => ["pages/console.mjs", "pages/docs.mjs"];

    public async Task InitializeAsync()
    {
        var database = Path.Combine(_folder.FullName, "sessions.db");
        _app = SelfHost.Build(["--urls=http://127.0.0.1:0", $"--Sqlite:Path={database}"]);
        await _app.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task Given_a_browser_every_sentence_of_its_script_holds(string script)
    {
        var report = await NodeScript.Run(script, new Dictionary<string, string>
        {
            ["SESSIONS_URL"] = _app.Urls.Single(),
        });

        output.WriteLine($"{script}: {report.Passed} passed, {report.Failed} failed");
        Assert.True(report is { Failed: 0, Passed: > 0, ExitCode: 0 }, $"{script}: {report}");
    }
}
