using Xunit.Abstractions;

namespace Sessions.Tests.Clients;

/// <summary>
/// The vendors' own clients, unmodified, against the real host. Each script under <c>tests/clients</c> holds one node
/// test per sentence of the contract.
/// </summary>
public sealed class VendorClientTests(RunningHost host, ITestOutputHelper output) : IClassFixture<RunningHost>
{
    public static TheoryData<string> Scripts => [.. NodeScript.All];

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task Given_a_vendors_client_every_sentence_of_its_script_holds(string script)
    {
        var report = await NodeScript.Run(script, host.Environment);

        output.WriteLine($"{script}: {report.Passed} passed, {report.Failed} failed");
        Assert.True(report is { Failed: 0, Passed: > 0, ExitCode: 0 }, $"{script}: {report}");
    }
}
