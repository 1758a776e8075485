using System.Net;
using Sessions.Tests.Support;

namespace Sessions.Tests.Conversation;

/// <summary>Streams of several processes over one store.</summary>
public sealed class ManyProcessesTests : ConversationTest
{
    private const int Messages = 24;
    private const int ReadersOfEach = 2;

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Readers_of_every_process_get_everything_once_in_order_and_ask_the_store_no_more_than_they_must(
        int count)
    {
        List<SessionsApp> processes = [App];
        while (processes.Count < count)
        {
            processes.Add(await Another(App.Store));
        }

        var id = await Alice.New();
        List<EventReading> readings = [];
        foreach (var process in processes.SelectMany(one => Enumerable.Repeat(one, ReadersOfEach)))
        {
            readings.Add(await EventReading.OpenQuiet(process.Alice().Http, id));
        }

        var calls = await App.Store.CallsOf(async () =>
        {
            for (var i = 1; i <= Messages; i++)
            {
                (await processes[i % count].Alice().Publish(id, "alice", $"{i}")).Is(HttpStatusCode.OK);
                foreach (var reading in i % 4 == 0 ? readings : [])
                {
                    Assert.Equal([i - 3, i - 2, i - 1, i], await Next(reading, 4));
                }
            }
        });

        // A publish is three calls. Who reads is woken by it once at most, and reads the log and a page.
        Assert.InRange(calls, 1, Messages * (3 + (2 * readings.Count)));
        await Rest();
        Assert.Equal(0, await App.Store.CallsOf(Rest));
        readings.ForEach(reading => reading.Dispose());
        foreach (var process in processes.Skip(1))
        {
            await process.DisposeAsync();
        }
    }

    [Fact]
    public async Task What_another_process_writes_is_told_though_the_store_does_not_say_that_it_was_written()
    {
        await using var other = await Another(App.Store);
        var id = await Alice.New();
        using var reading = await EventReading.OpenQuiet(Alice.Http, id);
        App.Store.TellsNothing = true;
        var began = App.Clock.Now;

        await other.Alice().Publish(id, "alice", "1");
        Assert.Equal([1], await Next(reading, 1));
        Assert.InRange(App.Clock.Now - began, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(40));
        App.Store.TellsNothing = false;
        await other.Alice().Publish(id, "alice", "2");

        Assert.Equal([2], await Next(reading, 1));
    }

    private async Task<IReadOnlyList<int>> Next(EventReading reading, int messages)
    {
        List<int> told = [];
        while (told.Count < messages)
        {
            var item = (await App.Clock.AdvanceUntil(reading.Next()))!;
            if ((string)item["event"]!["type"]! is not "HEARTBEAT")
            {
                told.Add((int)item["event"]!["sequence"]!);
                Assert.Equal(told[^1], (int)item["message"]!);
            }
        }

        return told;
    }

    // For a while: past what is heard of late, and looked at once more.
    private async Task Rest()
    {
        for (var second = 0; second < 20; second++)
        {
            await App.Clock.AdvanceUntil(Task.Delay(1).ContinueWith(_ => true, TaskScheduler.Default));
            App.Clock.Advance(TimeSpan.FromSeconds(1));
        }
    }
}
