using System.Text;
using Sessions.Storage;

namespace Sessions.Tests.Outbox;

public sealed class DeliveryTests : IAsyncLifetime
{
    private static readonly TimeSpan _aDay = TimeSpan.FromDays(1);
    private OutboxHouse _house = null!;

    public async Task InitializeAsync() => _house = await OutboxHouse.Start();

    public async Task DisposeAsync() => await _house.DisposeAsync();

    [Fact]
    public async Task An_event_is_sent_at_once_after_its_commit_with_an_id_to_drop_repeats_by()
    {
        await _house.Tell(_house.Event());

        var received = await _house.Sink.Next();

        Assert.Equal("POST", received.Method);
        Assert.Equal("1", received.Body);
        Assert.Equal("e1", received.Headers["Webhook-Id"]);
    }

    [Fact]
    public async Task An_event_that_was_taken_is_not_sent_again_and_is_kept_for_a_week()
    {
        await _house.Commit(_house.Event());

        await _house.App.DeliverDue();
        await _house.DeliverAfter(_aDay);

        Assert.Equal(1, _house.Sink.Count);
        Assert.Equal("delivered", Assert.Single(await _house.Stored()).Index);
        _house.App.Clock.Advance(TimeSpan.FromDays(6));
        Assert.Empty(await _house.Stored());
    }

    [Fact]
    public async Task Nothing_is_kept_of_events_that_were_taken_where_the_settings_say_so()
    {
        await using var house = await OutboxHouse.Start(retention: TimeSpan.Zero);
        await house.Commit(house.Event());

        await house.App.DeliverDue();

        Assert.Equal(1, house.Sink.Count);
        Assert.Empty(await house.Stored());
    }

    [Fact]
    public async Task Events_whose_process_died_after_the_commit_are_sent_by_the_timer()
    {
        await _house.Commit(_house.Event());

        await _house.App.DeliverDue();

        Assert.Equal("1", (await _house.Sink.Next()).Body);
    }

    [Fact]
    public async Task Events_of_a_session_arrive_in_their_order_even_when_the_first_is_refused_for_a_while()
    {
        var refusals = 2;
        _house.Sink.Answer = _ => Task.FromResult(refusals-- > 0 ? 503 : 200);
        for (var i = 0; i < 5; i++)
        {
            await _house.Commit(_house.Event());
        }

        await _house.App.DeliverDue();
        await _house.DeliverAfter(TimeSpan.FromSeconds(5));
        await _house.DeliverAfter(TimeSpan.FromSeconds(30));

        Assert.Equal(["1", "1", "1", "2", "3", "4", "5"], await Bodies(7));
    }

    [Fact]
    public async Task Events_of_one_moment_arrive_in_the_order_they_were_given()
    {
        foreach (var told in Enumerable.Range(0, 20).Select(_ => _house.Event()).Reverse().ToList())
        {
            await _house.Commit(told);
        }

        await _house.App.DeliverDue();

        Assert.Equal(Enumerable.Range(1, 20).Select(number => $"{number}"), await Bodies(20));
    }

    [Fact]
    public async Task A_refused_event_is_tried_again_with_growing_delays_and_kept_as_failed_after_three_days()
    {
        _house.Sink.Answer = _ => Task.FromResult(500);
        var start = _house.App.Clock.Now;
        await _house.Commit(_house.Event());
        List<TimeSpan> attempts = [];
        while (await NextDue() is { } due)
        {
            await _house.DeliverAfter(due - _house.App.Clock.Now);
            attempts.Add(_house.App.Clock.Now - start);
        }

        var gaps = attempts.Zip(attempts.Skip(1), (one, next) => next - one).ToList();
        Assert.Equal(gaps.Order(), gaps);
        Assert.Equal(TimeSpan.FromSeconds(5), gaps[0]);
        Assert.True(attempts.Count > 5, $"{attempts.Count}");
        Assert.InRange(attempts[^1], 2 * _aDay, 3 * _aDay);
        var failed = Assert.Single(await _house.Stored());
        Assert.Equal("failed", failed.Index);
        Assert.Equal(_house.App.Clock.Now.AddDays(30), failed.PurgeAt);
        Assert.Equal(attempts.Count, _house.Sink.Count);
    }

    [Fact]
    public async Task An_event_that_failed_lets_the_next_of_its_session_go()
    {
        _house.Sink.Answer = _ => Task.FromResult(410);
        await _house.Commit(_house.Event());
        await _house.App.DeliverDue();
        _house.Sink.Answer = _ => Task.FromResult(200);
        await _house.Commit(_house.Event());

        await _house.App.DeliverDue();

        Assert.Equal(["1", "2"], await Bodies(2));
        Assert.Equal(["failed", "delivered"], (await _house.Stored()).Select(document => document.Index));
    }

    [Fact]
    public async Task Two_deliverers_at_once_send_each_event_once()
    {
        for (var i = 0; i < 20; i++)
        {
            await _house.Commit(_house.Event($"s{i % 4}"));
        }

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(_house.App.DeliverDue)));

        Assert.Equal(20, _house.Sink.Count);
        Assert.Equal(20, (await Bodies(20)).Distinct().Count());
    }

    [Fact]
    public async Task An_event_that_another_process_is_sending_is_left_alone_until_its_lease_is_over()
    {
        await _house.Commit(_house.Event(), _house.App.Clock.Now);

        await _house.DeliverAfter(OutboxHouse.Lease - TimeSpan.FromTicks(1));
        Assert.Equal(0, _house.Sink.Count);

        await _house.DeliverAfter(TimeSpan.FromTicks(1));
        Assert.Equal(1, _house.Sink.Count);
    }

    [Fact]
    public async Task A_new_event_is_written_once_and_settled_once()
    {
        await _house.Tell(_house.Event());

        await _house.Sink.Next();
        await Settled();
        await Counted(2);

        Assert.Equal(2, _house.App.Store.Commits);
    }

    [Fact]
    public async Task An_event_behind_one_that_another_process_sends_goes_when_that_is_gone()
    {
        var others = _house.Event();
        await _house.Commit(others, _house.App.Clock.Now);
        await _house.Tell(_house.Event());
        var first = (await _house.Stored())[0];
        await _house.App.Store.Commit(
            first.Partition, [new Write.Delete(first.Id, first.ETag)], CancellationToken.None);

        for (var i = 0; i < 20 && await _house.Waiting() is not []; i++)
        {
            _house.App.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(20);
        }

        Assert.Equal("2", (await _house.Sink.Next()).Body);
        Assert.Equal(1, _house.Sink.Count);
    }

    [Theory]
    [InlineData("""{"a":"\u0041 \"b\"","list":[1,-2,null,{"deep":true}]}""")]
    [InlineData("""{"a":1.0}""")]
    [InlineData("""{"a":90071992547409931}""")]
    [InlineData("""[{"a":1}]""")]
    [InlineData("a=1&b=%20")]
    [InlineData("{ not JSON")]
    [InlineData("")]
    public async Task A_payload_goes_out_as_it_came(string payload)
    {
        await _house.Tell(_house.Event() with { Payload = Encoding.UTF8.GetBytes(payload) });

        Assert.Equal(payload, (await _house.Sink.Next()).Body);
    }

    [Fact]
    public async Task An_event_of_an_earlier_program_goes_out_as_it_came()
    {
        var told = (Write.Create)_house.Event().Write(_house.App.Clock.Now);
        var body = Encoding.UTF8.GetString(told.Document.Body.Span).Replace("[\"1\"]", "\"eyJhIjoxfQ==\"",
            StringComparison.Ordinal);
        var old = told.Document with { Body = Encoding.UTF8.GetBytes(body) };
        await _house.App.Store.Commit(old.Partition, [new Write.Create(old)], CancellationToken.None);

        await _house.App.DeliverDue();

        Assert.Equal("""{"a":1}""", (await _house.Sink.Next()).Body);
    }

    [Fact]
    public async Task An_event_that_cannot_be_read_does_not_keep_the_others()
    {
        var told = (Write.Create)_house.Event().Write(_house.App.Clock.Now);
        var broken = told.Document with { Body = "[1]"u8.ToArray() };
        await _house.App.Store.Commit(broken.Partition, [new Write.Create(broken)], CancellationToken.None);
        await _house.Commit(_house.Event("s2"));

        await _house.App.DeliverDue();

        Assert.Equal("2", (await _house.Sink.Next()).Body);
    }

    private async Task Settled()
    {
        for (var i = 0; i < 500 && await _house.Waiting() is not []; i++)
        {
            await Task.Delay(10);
        }
    }

    // What a commit has removed is gone for readers a moment before the commit is answered.
    private async Task Counted(int commits)
    {
        for (var i = 0; i < 500 && _house.App.Store.Commits < commits; i++)
        {
            await Task.Delay(10);
        }
    }

    private async Task<DateTimeOffset?> NextDue() =>
        (await _house.Stored()).Select(document => document.DueAt).SingleOrDefault();

    private async Task<List<string>> Bodies(int count)
    {
        List<string> bodies = [];
        for (var i = 0; i < count; i++)
        {
            bodies.Add((await _house.Sink.Next()).Body);
        }

        return bodies;
    }
}
