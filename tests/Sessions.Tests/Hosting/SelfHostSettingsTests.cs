using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Sessions.Configuration;
using Sessions.Hosting;
using Sessions.Hosting.SelfHosted;
using Sessions.Tests.Support;

namespace Sessions.Tests.Hosting;

public sealed class SelfHostSettingsTests : IDisposable
{
    private readonly string _app = Directory.CreateTempSubdirectory("sessions-settings").FullName;

    public SelfHostSettingsTests() => File.WriteAllText(Path.Combine(_app, "host.json"), "{}");

    public void Dispose() => Directory.Delete(_app, recursive: true);

    [Fact]
    public void Without_settings_it_listens_on_7071_and_keeps_its_data_in_the_apps_folder()
    {
        var settings = Read();

        Assert.Equal("http://localhost:7071", settings["urls"]);
        Assert.Equal(Path.Combine(_app, ".data", "sessions.db"), settings["Sqlite:Path"]);
    }

    [Fact]
    public void The_files_values_are_read_from_any_folder_of_the_app_and_the_empty_ones_left_out()
    {
        Write("""{ "Values": { "Accounts__0__Id": "acme", "Sqlite__Path": "", "Retention__Closed": "1.00:00:00" } }""");

        var settings = Read();

        Assert.Equal("acme", settings["Accounts:0:Id"]);
        Assert.Equal("1.00:00:00", settings["Retention:Closed"]);
        Assert.NotEqual("", settings["Sqlite:Path"]);
    }

    [Fact]
    public void The_command_line_is_stronger_than_the_file()
    {
        Write("""{ "Values": { "Sqlite__Path": "file.db" } }""");

        Assert.Equal("args.db", Read("--Sqlite:Path", "args.db")["Sqlite:Path"]);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{ "Values": 1 }""")]
    public void A_file_that_cannot_be_read_is_named(string content)
    {
        Write(content);

        var failure = Assert.Throws<SettingsException>(() => Read());

        Assert.Contains("local.settings.json should be", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_development_account_is_there_when_no_other_is()
    {
        using var none = new ConfigurationManager();
        using var own = new ConfigurationManager { ["Accounts:3:Id"] = "acme" };

        none.AddDevelopmentAccount();
        own.AddDevelopmentAccount();

        Assert.Equal("dev", none["Accounts:0:Id"]);
        Assert.Null(own["Accounts:0:Id"]);
    }

    [Fact]
    public void The_sample_explains_every_setting_that_it_lists()
    {
        using var sample = JsonDocument.Parse(Repository.Read("local.settings.sample.json"));
        var explained = Keys(sample.RootElement.GetProperty("Explained"));

        Assert.Equal(Keys(sample.RootElement.GetProperty("Values")).Append("").Order(), explained.Order());
    }

    private static IEnumerable<string> Keys(JsonElement element) => element.EnumerateObject().Select(key => key.Name);

    private void Write(string content) => File.WriteAllText(Path.Combine(_app, "local.settings.json"), content);

    private IConfigurationRoot Read(params string[] args)
    {
        var settings = new ConfigurationBuilder();
        settings.AddSelfHostSettings(Directory.CreateDirectory(Path.Combine(_app, "functions")).FullName, args);
        return settings.Build();
    }
}
