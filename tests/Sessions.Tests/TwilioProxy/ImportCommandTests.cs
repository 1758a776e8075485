using Sessions.Tests.Support;

namespace Sessions.Tests.TwilioProxy;

/// <summary>The import as people run it. It starts no host of any kind.</summary>
[Trait("Host", "Kestrel")]
public sealed class ImportCommandTests : IAsyncLifetime
{
    private const int Sessions = 200;
    private ImportRun _run = null!;

    public async Task InitializeAsync() => _run = await ImportRun.Start(TemporaryStore.IsCosmos);

    public async Task DisposeAsync() => await _run.DisposeAsync();

    [Fact]
    public async Task One_that_is_killed_half_way_is_run_again_and_nothing_is_lost_or_doubled()
    {
        var service = await _run.Seed(Sessions);
        var asked = _run.Asked;
        using (var killed = _run.Begin())
        {
            while (_run.Asked < asked + (Sessions / 2) && !killed.HasExited)
            {
                await Task.Delay(1);
            }

            killed.Kill();
            await killed.WaitForExitAsync();
        }

        var half = await _run.Brought(service);
        var first = await _run.Run();
        var second = await _run.Run();

        Assert.InRange(half, 1, Sessions - 1);
        Assert.True(first.ExitCode == 0, first.Errors + first.Output);
        Assert.Contains("Nothing differs.", first.Output, StringComparison.Ordinal);
        Assert.Equal(Sessions, await _run.Brought(service));
        Assert.Contains("Brought: 0 new, 0 changed", second.Output, StringComparison.Ordinal);
        await _run.AreAlike();
    }

    [Fact]
    public async Task One_that_is_interrupted_says_how_to_go_on()
    {
        await _run.Seed(Sessions);
        var asked = _run.Asked;
        using var stopped = _run.Begin();
        while (_run.Asked < asked + 20 && !stopped.HasExited)
        {
            await Task.Delay(1);
        }

        // Not as a terminal does: what a script starts in the background does not hear that.
        await Command.Run(new("kill", ["-TERM", $"{stopped.Id}"]));
        var ended = await ImportRun.End(stopped);

        Assert.Equal(130, ended.ExitCode);
        Assert.Contains("run the same again to go on", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_ends_with_2_while_something_differs()
    {
        var service = await _run.Seed(1);

        var dry = await _run.Run(null, TestAccounts.AcmeSecret, "--dry-run");

        Assert.Equal(2, dry.ExitCode);
        Assert.Contains($"Service {service[^34..]}: at the source, not here", dry.Output, StringComparison.Ordinal);
        Assert.Contains("13 differences:", dry.Output, StringComparison.Ordinal);
        Assert.Equal(0, await _run.Brought(service));
    }

    [Theory]
    [InlineData(null, "wrong", "Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN")]
    [InlineData(null, null, "There are no credentials")]
    [InlineData("", "any", "Say with --from")]
    [InlineData("http://127.0.0.1:1", "any", "Look at --from and at the network")]
    [InlineData("http://sessions.example.com", "any", "must be https")]
    [InlineData("http://user:secret@127.0.0.1:1", "any", "Take the credentials out of --from")]
    public async Task What_keeps_it_from_going_on_is_told(string? from, string? password, string expected)
    {
        var ended = await _run.Run(from, password);

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains(expected, ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("secret@", ended.Errors, StringComparison.Ordinal);
    }
}
