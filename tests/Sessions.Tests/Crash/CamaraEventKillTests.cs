using Sessions.Tests.CamaraWebRtc;
using Sessions.Tests.Support;

namespace Sessions.Tests.Crash;

/// <summary>The process dies between the commit of a change and the telling of it.</summary>
public sealed class CamaraEventKillTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sessions-crash-");

    private string Database => Path.Combine(_folder.FullName, "sessions.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Given_events_not_yet_sent_when_the_process_is_killed_then_the_next_one_sends_them_in_order()
    {
        await using var sink = await Sink.Start();
        sink.Server.Answer = _ => Task.FromResult(503);
        string[] changes = ["Ringing", "Connected", "Hold", "Resume", "Terminated"];
        Told tried;
        await using (var service = await ServiceProcess.Start(Database, CrashAccounts.Settings))
        {
            var alice = new CamaraClient(service.NewClient().WithBearer(CamaraUsers.Alice));
            var bob = new CamaraClient(service.NewClient().WithBearer(CamaraUsers.Bob));
            await alice.Subscribe(await alice.Register(), "session-status", sink.Url);
            var call = await alice.Call();
            await bob.Set(call, changes[0]);
            tried = await sink.Next();
            foreach (var status in changes[1..])
            {
                await bob.Set(call, status, answer: status == "Connected");
            }

            service.Kill();
        }

        sink.Server.Answer = _ => Task.FromResult(204);
        await using var restarted = await ServiceProcess.Start(Database, CrashAccounts.Settings);

        var told = await All(sink, changes[^1]);
        Assert.Equal(changes, told.DistinctBy(one => one.Id).Select(one => one.Status));
        Assert.Equal(tried.Id, told[0].Id);
    }

    private static async Task<IReadOnlyList<Told>> All(Sink sink, string last)
    {
        List<Told> told = [];
        while (told is [] || told[^1].Status != last)
        {
            told.Add(await sink.Next());
        }

        return told;
    }
}
