using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Sessions.Configuration;
using Sessions.Hosting.SelfHosted;
using Sessions.Tests.Support;

namespace Sessions.Tests.Hosting;

public sealed class SettingsCheckTests
{
    [Theory]
    [InlineData("Acounts:0:Id", "The setting Acounts__0__Id is not known; did you mean Accounts__0__Id?")]
    [InlineData("Accounts:1:Sidd", "did you mean Accounts__1__Sid?")]
    [InlineData("accounts:2:tokens:7:role_", "did you mean Accounts__2__Tokens__7__Role?")]
    [InlineData("Limits:BodyByte", "did you mean Limits__BodyBytes?")]
    [InlineData("LiveKti:Url", "did you mean LiveKit__Url?")]
    [InlineData("Cosmos", null)]
    [InlineData("Kestrel:Limits:Anything", null)]
    [InlineData("Logging:LogLevel:Default", null)]
    [InlineData("ACCOUNTS:0:ID", null)]
    [InlineData("Expiry:Schedule", null)]
    [InlineData("LiveStream:PublicAccount", null)]
    public void A_name_that_nothing_reads_is_refused_with_the_right_one(string key, string? expected)
    {
        var found = KnownSettings.Read().Unknown(Settings((key, "some text"))).ToList();

        Assert.Equal(expected is null ? 0 : 1, found.Count);
        Assert.All(found, one => Assert.Contains(expected!, one.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once()
    {
        string[] settings =
        [
            "--Acounts:0:Id", "acme", "--Limits:Requests", "many", "--Limits:Waiting", "0",
            "--Retention:Closed", "soon",
            "--Accounts:0:Id", "a b", "--Public:BaseUrl", "here", "--Cors:Origins:0", "https://fine.example.com",
        ];

        var failure = Assert.Throws<SettingsException>(() => SelfHost.Build(settings));

        string[] names =
        [
            "Acounts__0__Id", "Limits__Requests", "Limits__Waiting", "Retention__Closed", "Accounts__0__Id",
            "Public__BaseUrl",
        ];
        Assert.All(names, name => Assert.Contains($"  The setting {name} ", failure.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("Cors", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_under_a_setting_that_has_none_under_it_is_refused_too()
    {
        var failure = Assert.Throws<SettingsException>(
            () => SelfHost.Build(["--Limits:Requests", "5", "--Limits:Requests:Each", "6"]));

        Assert.StartsWith(
            "The setting Limits__Requests__Each is not known", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_strongest_source_counts_in_whatever_case_and_items_come_in_the_order_of_their_numbers()
    {
        var failure = Assert.Throws<SettingsException>(() => SelfHost.Build(
            ["--Accounts:10:Id", "t e n", "--Accounts:2:Id", "t w o"],
            builder => builder.Configuration.AddInMemoryCollection(
                [new("accounts:2:id", "2 2"), new("accounts:2:SID", "two")])));

        // Of the accounts the first that is wrong is told.
        Assert.Contains("holds \"2 2\"", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("t e n", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_setting_of_the_sample_is_known()
    {
        using var sample = JsonDocument.Parse(Repository.Read("local.settings.sample.json"));
        var settings = Settings([.. sample.RootElement.GetProperty("Values").EnumerateObject()
            .Select(one => (one.Name.Replace("__", ":", StringComparison.Ordinal), "x"))]);

        Assert.Empty(KnownSettings.Read().Unknown(settings));
    }

    [Fact]
    public void A_program_with_a_misspelt_account_does_not_start()
    {
        var failure = Assert.Throws<SettingsException>(
            () => SelfHost.Build(["--Acounts:0:Id", "acme", "--urls", "http://127.0.0.1:0"]));

        Assert.Contains("Accounts__0__Id", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", "Accounts__0__Id")]
    [InlineData("--version", "1.")]
    public async Task What_it_is_asked_it_answers_and_does_not_start(string argument, string expected)
    {
        using var program = Process.Start(
            new ProcessStartInfo("dotnet", [typeof(SelfHost).Assembly.Location, argument])
            {
                RedirectStandardOutput = true,
            })!;

        var answer = await program.StandardOutput.ReadToEndAsync();
        await program.WaitForExitAsync();

        Assert.Equal(0, program.ExitCode);
        Assert.Contains(expected, answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Address", answer, StringComparison.Ordinal);
    }

    private static IConfigurationRoot Settings(params (string Key, string Value)[] values) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(values.Select(one => KeyValuePair.Create(one.Key, (string?)one.Value)))
            .Build();
}
