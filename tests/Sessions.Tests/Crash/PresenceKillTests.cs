using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Conversation;
using Sessions.Tests.Support;

namespace Sessions.Tests.Crash;

/// <summary>Members are present by their streams, some of which are in a process that dies.</summary>
[Trait("Host", "Kestrel")]
public sealed class PresenceKillTests : IDisposable
{
    private const int Each = 5;

    // The lease is 40 seconds, and streams look every two; the rest is for a machine that is busy.
    private static readonly TimeSpan _told = TimeSpan.FromSeconds(60);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sessions-crash-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Given_two_processes_when_one_is_killed_everybody_who_is_gone_is_told_once_within_the_lease()
    {
        var database = Path.Combine(_folder.FullName, "sessions.db");
        string[] gone = [.. Enumerable.Range(0, Each).Select(i => $"gone{i}")];
        string[] there = [.. Enumerable.Range(0, Each).Select(i => $"there{i}")];
        var settings = Settings([.. gone, .. there]);
        await using var killed = await ServiceProcess.Start(database, settings);
        await using var other = await ServiceProcess.Start(database, settings);
        var id = await Client(other, there[0]).New(null, ("owners", new JsonArray(there[0])));
        foreach (var user in (string[])[.. gone, .. there])
        {
            (await Client(other, user).Join(id, user)).Is(HttpStatusCode.OK);
        }

        // Held for as long as they are to be open: a response that nobody holds is closed when it is collected.
        List<EventReading> open = [];
        foreach (var (service, user) in (IEnumerable<(ServiceProcess, string)>)[
            .. gone.Select(user => (killed, user)), .. there[1..].Select(user => (other, user))])
        {
            open.Add(await EventReading.OpenQuiet(Client(service, user).Http, id, "?after=latest"));
        }

        using var reading = await EventReading.OpenQuiet(Client(other, there[0]).Http, id, "?after=latest");
        killed.Kill();
        var since = Stopwatch.StartNew();

        List<string> told = [];
        while (told.Count < Each)
        {
            var happened = (await reading.Next().WaitAsync(_told - since.Elapsed))!["event"]!;
            if ((string)happened["type"]! == "ABSENT")
            {
                told.Add((string)happened["user"]!);
            }
        }

        Assert.Equal(gone, told.Order());
        var members = (await Client(other, there[0]).Get($"{id}/members")).Is(HttpStatusCode.OK);
        Assert.Equal(there, members.Body!["members"]!.AsArray()
            .Where(member => (bool)member!["present"]!).Select(member => (string)member!["name"]!));
        using var all = await EventReading.Open(Client(other, there[0]).Http, id);
        for (var i = 1; i <= Each * 3; i++)
        {
            Assert.Equal(i <= Each * 2 ? "JOINED" : "ABSENT", (string)(await all.Next())!["event"]!["type"]!);
        }

        Assert.Equal("HEARTBEAT", (string)(await all.Next())!["event"]!["type"]!);
        open.ForEach(one => one.Dispose());
    }

    private static ConversationClient Client(ServiceProcess service, string user) =>
        new(service.NewClient().WithBearer($"{user}-token"));

    private static (string, string)[] Settings(string[] users) =>
    [
        .. CrashAccounts.Settings,
        .. users.Index().SelectMany(user => SettingsOf(user.Item, 50 + user.Index)),
    ];

    private static IEnumerable<(string, string)> SettingsOf(string user, int at)
    {
        var token = $"Accounts__0__Tokens__{at}__";
        return [($"{token}Token", $"{user}-token"), ($"{token}Subject", user), ($"{token}Scopes__0", "*")];
    }
}
