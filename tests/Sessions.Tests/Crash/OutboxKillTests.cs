using System.Diagnostics;
using System.Net;
using Sessions.Tests.Support;
using Sessions.Tests.TwilioProxy;
using Xunit.Abstractions;

namespace Sessions.Tests.Crash;

/// <summary>A process dies while it sends an event, and another one has to learn of that by itself.</summary>
[Trait("Host", "Kestrel")]
public sealed class OutboxKillTests(ITestOutputHelper output) : IDisposable
{
    // An event is its writer's for half as long again as a target may take.
    private static readonly TimeSpan _lease = 1.5 * TimeSpan.FromSeconds(2);

    // It is promised within two seconds of that; the rest is for a machine that is busy.
    private static readonly TimeSpan _sent = _lease + TimeSpan.FromSeconds(2 + 3);

    private static readonly (string, string)[] _settings =
        [.. CrashAccounts.Settings, ("Outbox__Patience", "00:00:02"), ("Outbox__Schedule", "0 0 0 1 1 *")];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sessions-crash-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_a_killed_process_was_sending_another_sends_when_the_lease_is_over_without_timer_or_stream()
    {
        var database = Path.Combine(_folder.FullName, "sessions.db");
        await using var sink = await WebhookSink.Start();
        var hung = new TaskCompletionSource<int>();
        sink.Answer = _ => sink.Count == 1 ? hung.Task : Task.FromResult(204);

        // The one that is there first cannot know of the other, and sees to what it leaves all the same.
        await using var other = await ServiceProcess.Start(database, _settings);
        await using var killed = await ServiceProcess.Start(database, _settings);
        var client = new ProxyClient(killed.NewClient().WithBasic(TestAccounts.AcmeSid, TestAccounts.AcmeSecret));
        var service = await client.NewService("kill", ("CallbackUrl", sink.Url));
        await client.NewNumber(service, "+14155559001");
        var session = await client.NewSession(
            service,
            ("Participants", """{"Identifier":"+14155550001"}"""),
            ("Participants", """{"Identifier":"+14155550002"}"""));
        var participant = (await client.List($"{session}/Participants", "participants"))[0]!["sid"];
        var written = Stopwatch.StartNew();
        (await client.Post($"{session}/Participants/{participant}/MessageInteractions", ("Body", "hello")))
            .Is(HttpStatusCode.Created);
        var first = await sink.Next();
        killed.Kill();

        var second = await sink.Next();
        output.WriteLine($"after {written.Elapsed.TotalSeconds} s");
        Assert.InRange(written.Elapsed, TimeSpan.Zero, _sent);
        Assert.Equal(first.Body, second.Body);
        hung.SetResult(204);
    }
}
