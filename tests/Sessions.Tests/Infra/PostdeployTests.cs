using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Sessions.Tests.Clients;
using Sessions.Tests.Support;

namespace Sessions.Tests.Infra;

/// <summary>The hook that azd runs after a deployment, against the service as it runs here.</summary>
public sealed class PostdeployTests(RunningHost host) : IClassFixture<RunningHost>
{
    private const string Token = "alice-token";

    [PosixFact]
    public async Task Every_API_and_the_operator_are_called_and_nothing_is_left_open()
    {
        var hook = await Run();

        Assert.True(hook.ExitCode is 0, $"{hook}");
        string[] apis = ["Twilio Proxy", "Bandwidth WebRTC", "CAMARA WebRTC", "Conversation", "LiveStream", "Operator"];
        Assert.All(apis, api => Assert.Contains($"  {api}: ", hook.Output, StringComparison.Ordinal));
        Assert.EndsWith("7 called, 0 failed, 0 not called\n", hook.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Token, hook.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(await Sessions(), session => (string)session!["state"]! is "open");
    }

    [PosixFact]
    public async Task A_refused_credential_is_told_with_the_answer_and_fails_the_deployment()
    {
        var hook = await Run(("SESSIONS_TOKEN", "another \"token\\"));

        Assert.Equal(1, hook.ExitCode);
        Assert.Contains(
            "  Operator: GET /operator/sessions?pageSize=1 -> 401\n    should be 200",
            hook.Output,
            StringComparison.Ordinal);
        Assert.EndsWith("7 called, 4 failed, 0 not called\n", hook.Output, StringComparison.Ordinal);
    }

    /// <summary>azd hands the name of a secret over as its value when it is not set.</summary>
    [PosixFact]
    public async Task What_no_credential_opens_is_told_and_not_called()
    {
        var hook = await Run(
            ("SESSIONS_TOKEN", "SESSIONS_TOKEN"), ("SESSIONS_ACCOUNT_SECRET", $"sha256:{new string('0', 64)}"));

        Assert.Equal(0, hook.ExitCode);
        Assert.EndsWith("0 called, 0 failed, 6 not called\n", hook.Output, StringComparison.Ordinal);
    }

    [PosixFact]
    public async Task A_service_that_does_not_get_ready_fails_the_deployment()
    {
        var hook = await Run(("SERVICE_SESSIONS_URI", "http://127.0.0.1:1"));

        Assert.Equal(1, hook.ExitCode);
        Assert.StartsWith("http://127.0.0.1:1/health/ready -> 000, and not 200", hook.Output, StringComparison.Ordinal);
    }

    private Task<Command> Run(params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("sh", [Path.Combine(Repository.Root, "infra/hooks/postdeploy.sh")]);
        start.Environment["SERVICE_SESSIONS_URI"] = host.Environment["SESSIONS_URL"];
        start.Environment["SESSIONS_ACCOUNT_ID"] = "dev";
        start.Environment["SESSIONS_ACCOUNT_SID"] = host.Environment["SESSIONS_ACCOUNT_SID"];
        start.Environment["SESSIONS_ACCOUNT_SECRET"] = host.Environment["SESSIONS_SECRET"];
        start.Environment["SESSIONS_TOKEN"] = Token;
        start.Environment["SESSIONS_READY_TRIES"] = "1";
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return Command.Run(start);
    }

    private async Task<JsonArray> Sessions()
    {
        using var client = new HttpClient { BaseAddress = new(host.Environment["SESSIONS_URL"]) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        var page = JsonNode.Parse(await client.GetStringAsync("/operator/sessions"))!;
        return page["sessions"]!.AsArray();
    }

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class PosixFactAttribute : FactAttribute
    {
        public PosixFactAttribute() => Skip = OperatingSystem.IsWindows() ? "The hook for Windows is another." : null;
    }
}
