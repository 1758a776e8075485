using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Sessions.HostStandIn;
using Sessions.Hosting;
using Sessions.Storage.Sqlite;
using Sessions.Tests.Conversation;
using Sessions.Tests.Support;
using Sessions.Tests.TwilioProxy;

namespace Sessions.Tests.Hosts;

/// <summary>The published program as the worker of a Functions host.</summary>
public sealed class HostedWorkerTests : IAsyncLifetime
{
    private static readonly TimeSpan _glance = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sessions-hosted-");
    private HostedProgram _program = null!;
    private LocalClients _clients = null!;

    private string Database => Path.Combine(_folder.FullName, "sessions.db");

    private StandInHost Host => _program.Host;

    private ConversationClient Alice => new(_clients.New().WithBearer(TestAccounts.AcmeToken));

    public async Task InitializeAsync()
    {
        var settings = HostedSettings.Named(TestAccounts.Settings);
        settings["Sqlite__Path"] = Database;
        settings["Expiry__Schedule"] = "* * * * * *";
        _program = await PublishedProgram.StartBehindHost(HostedSettings.With(settings));
        _clients = new(Host.Address.Port);
    }

    public async Task DisposeAsync()
    {
        _clients.Dispose();
        await Host.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void Every_function_is_loaded_and_the_catch_all_is_asked_last()
    {
        Assert.Equal(
            FunctionDeclaration.Own.Select(function => function.Name).Order(StringComparer.OrdinalIgnoreCase),
            Host.Functions.Select(function => function.Name));
        Assert.Equal(UnmatchedFunctions.Name, Host.Functions[^1].Name);
        Assert.Empty(Host.Disabled);
    }

    [Fact]
    public async Task A_timer_runs_by_its_schedule()
    {
        var proxy = new ProxyClient(_clients.New().WithBasic(TestAccounts.AcmeSid, TestAccounts.AcmeSecret));
        var service = (await proxy.Post("/v1/Services", ("UniqueName", "timers")))["sid"];
        (await proxy.Post($"/v1/Services/{service}/Sessions", ("Ttl", "1"))).Is(HttpStatusCode.Created);
        await using var store = SqliteDocumentStore.Open(
            new(Database), TimeProvider.System, NullLogger<SqliteDocumentStore>.Instance);

        await Until(async () => (await store.ReadDue(
            new(["twilio-proxy/session"], DateTimeOffset.UtcNow, Limit: 1), CancellationToken.None)).Value is []
            && (await store.ReadDue(
                new(["twilio-proxy/session"], DateTimeOffset.MaxValue, Limit: 1), CancellationToken.None)).Value is []);

        Assert.Empty(Host.Failures);
    }

    [Theory]
    [InlineData("Expiry_Sweep")]
    [InlineData("Outbox_Deliver")]
    public async Task A_timer_function_succeeds(string name) => Assert.True(await Host.Fire(name));

    [Fact]
    public async Task A_client_that_goes_away_ends_its_call_and_fails_no_function()
    {
        var id = await Alice.New();
        for (var i = 0; i < 20; i++)
        {
            (await EventReading.OpenQuiet(Alice.Http, id)).Dispose();
            using var leaving = new CancellationTokenSource(TimeSpan.FromMilliseconds(i));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Upload(leaving.Token));
        }

        await Until(() => Task.FromResult(Host.Open == 0));
        Assert.All(
            Host.Failures, failure => Assert.StartsWith("ForwarderError", failure.Reason, StringComparison.Ordinal));
        (await Alice.Send(HttpMethod.Get, id)).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_request_sends_no_line_of_the_log_to_the_host()
    {
        var before = Host.Log.Lines;

        for (var i = 0; i < 20; i++)
        {
            (await Alice.Send(HttpMethod.Get, "absent")).Is(HttpStatusCode.NotFound);
        }

        Assert.Equal(before, Host.Log.Lines);
    }

    [Fact]
    public async Task A_stream_is_passed_on_as_it_comes()
    {
        var id = await Alice.New();
        using var reading = await EventReading.OpenQuiet(Alice.Http, id);

        for (var i = 1; i <= 5; i++)
        {
            await Alice.Publish(id, "alice", $"{i}");
            Assert.Equal(i, (int)(await reading.Next())!["message"]!);
        }
    }

    [Fact]
    public async Task A_worker_that_is_told_to_end_ends_by_itself_and_tells_its_readers_where_to_go_on()
    {
        var id = await Alice.New();
        using var reading = await EventReading.OpenQuiet(Alice.Http, id);

        var ending = Host.DisposeAsync();

        Assert.Equal("RESUME", (string)(await reading.Next())!["event"]!["type"]!);
        await ending;
        Assert.True(_program.Worker.EndedByItself);
    }

    [Fact]
    public async Task A_worker_does_not_outlive_the_process_of_its_host()
    {
        _program.Worker.CloseInput();

        await _program.Worker.Ended.WaitAsync(_patience);
    }

    [Fact]
    public async Task A_host_that_lost_its_worker_says_so_to_those_who_wait()
    {
        var id = await Alice.New();
        using var reading = await EventReading.OpenQuiet(Alice.Http, id);

        _program.Worker.Kill();

        await Assert.ThrowsAnyAsync<IOException>(reading.Next);
        Assert.Equal(HttpStatusCode.InternalServerError, (await Alice.Send(HttpMethod.Get, id)).Status);
    }

    private async Task Upload(CancellationToken cancellation)
    {
        using var body = new StreamContent(new Endless());
        using var client = _clients.New();
        await client.PostAsync(new Uri("/v1/Services", UriKind.Relative), body, cancellation);
        throw new InvalidOperationException("An endless body was taken.");
    }

    private static async Task Until(Func<Task<bool>> holds)
    {
        using var impatience = new CancellationTokenSource(_patience);
        while (!await holds())
        {
            await Task.Delay(_glance, impatience.Token);
        }
    }

    private sealed class Endless : MemoryStream
    {
        public override bool CanSeek => false;

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(10, cancellationToken);
            return 1;
        }
    }
}
