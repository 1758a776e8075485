using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Engine;
using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.Engine;

/// <summary>Many who add to one tally at the same time, each with an entry of his own.</summary>
public sealed class GatherTests : IAsyncLifetime
{
    private const string Partition = "acme:tallies";
    private const int Crowd = 250;

    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private InterruptedStore _interrupted = null!;
    private SessionsApp _app = null!;
    private SessionsApp _other = null!;

    public async Task InitializeAsync()
    {
        _other = await SessionsApp.Start();
        _interrupted = new(_other.Store);
        _app = await SessionsApp.Start(builder => builder.Services.AddSingleton<IDocumentStore>(_interrupted));
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task Those_who_wait_while_a_commit_is_under_way_share_the_next_ones()
    {
        var commits = _other.Store.Commits;

        var counts = await Behind([.. Range(Crowd, i => Add($"n{i}"))]);

        Assert.Equal(Enumerable.Range(1, Crowd + 1), counts);
        Assert.Equal(Crowd + 1, await CountStored());
        Assert.InRange(_other.Store.Commits - commits, 4, 7);
    }

    [Fact]
    public async Task Whoever_is_refused_is_so_alone()
    {
        var refused = Add("refused", refuse: true);
        var crowd = Enumerable.Range(0, 10).Select(i => Add($"n{i}")).ToList();

        await Assert.ThrowsAsync<InvalidOperationException>(() => refused);

        Assert.Equal(Enumerable.Range(1, 10), await Task.WhenAll(crowd));
    }

    [Fact]
    public async Task Whoever_gives_up_ends_nothing_that_is_written_for_many()
    {
        using var impatience = new CancellationTokenSource();
        _interrupted.BeforeNextCommit = () => _goOn.Task;
        var first = Add("first", cancellation: impatience.Token);
        var second = Add("second");

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        _goOn.SetResult();

        Assert.Equal(2, await second);
        Assert.Equal(2, await CountStored());
    }

    [Fact]
    public async Task Whoever_gives_up_before_his_turn_has_asked_for_nothing()
    {
        using var impatience = new CancellationTokenSource();
        _interrupted.BeforeNextCommit = () => _goOn.Task;
        var first = Add("first");
        var second = Add("second", cancellation: impatience.Token);
        var third = Add("third");

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        _goOn.SetResult();

        Assert.Equal((1, 2), (await first, await third));
    }

    [Fact]
    public async Task When_another_process_is_faster_all_are_decided_again()
    {
        _interrupted.BeforeNextCommit = () => Add("theirs", _other);

        Assert.Equal(2, await Add("ours"));

        _interrupted.BeforeNextCommit = () => Add("theirs-again", _other);
        Assert.Equal(4, await Add("ours-again"));
    }

    [Fact]
    public async Task Whose_id_is_taken_learns_it_and_the_others_go_on()
    {
        await Add("taken");

        var counts = await Behind(() => Add("one"), () => Add("taken"), () => Add("two"));

        Assert.Equal([2, 3, 3, 4], counts);
    }

    [Fact]
    public async Task Two_who_write_the_same_document_do_not_share_a_commit()
    {
        var counts = await Behind(() => Add("same"), () => Add("same"), () => Add("other"));

        Assert.Equal([1, 2, 2, 3], counts);
    }

    [Fact]
    public async Task What_is_too_much_for_one_commit_is_written_in_several()
    {
        var counts = await Behind([.. Range(60, i => Add($"n{i}", size: 60_000))]);

        Assert.Equal(Enumerable.Range(1, 61), counts);
    }

    [Fact]
    public async Task Whoever_repeats_gets_his_first_answer_and_the_others_go_on()
    {
        await Add("once", key: "k");

        var counts = await Behind(() => Add("one"), () => Add("once", key: "k"), () => Add("two"));

        Assert.Equal([2, 3, 1, 4], counts);
        Assert.Equal(4, await CountStored());
    }

    [Fact]
    public async Task Repeats_at_the_same_time_are_one()
    {
        var counts = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Add("once", key: "k")));

        Assert.All(counts, count => Assert.Equal(1, count));
        Assert.Equal(1, await CountStored());
    }

    [Fact]
    public async Task A_key_that_was_used_for_something_else_is_refused_and_the_others_go_on()
    {
        await Add("once", key: "k");

        var reused = Add("else", key: "k");
        var other = Add("other");

        await Assert.ThrowsAsync<KeyReusedException>(() => reused);
        Assert.Equal(2, await other);
    }

    [Fact]
    public async Task When_the_store_fails_all_are_told_and_the_next_ones_start_anew()
    {
        _other.Store.Down = true;
        await Assert.ThrowsAsync<StoreFaultException>(() => Add("lost"));

        _other.Store.Down = false;
        Assert.Equal(1, await Add("stored"));
    }

    // Those who come while the first one's commit is under way; the first one's answer comes first.
    private async Task<IReadOnlyList<int>> Behind(params Func<Task<int>>[] crowd)
    {
        _interrupted.BeforeNextCommit = () => _goOn.Task;
        List<Task<int>> all = [Add("first"), .. crowd.Select(add => add())];
        _goOn.SetResult();
        return await Task.WhenAll(all);
    }

    private static IEnumerable<Func<Task<int>>> Range(int count, Func<int, Task<int>> add) =>
        Enumerable.Range(0, count).Select(i => (Func<Task<int>>)(() => add(i)));

    private async Task<int> Add(
        string name,
        SessionsApp? by = null,
        string? key = null,
        bool refuse = false,
        int size = 1,
        CancellationToken cancellation = default)
    {
        var app = by ?? _app;
        var store = app.Services.GetRequiredService<IDocumentStore>();
        var there = false;
        var tally = new Gathering<TallyStanding, Tally>(TallyKind.One, Partition, async (known, now) => known
            ?? new(TallyKind.One.Open((await store.Read(Partition, "tally", default)).Value, now)
                ?? TallyKind.One.New("a", Partition, "tally", new(0, ""), now)))
        {
            Taken = taken => there |= taken.DocumentId == name,
        };
        var command = new Sessions.Engine.Command(app.Clock.Now, cancellation)
        {
            Once = key is null ? null : new($"once:{key}", name, name),
        };
        var added = await app.Services.GetRequiredService<Changes>().Gather(command, tally, (standing, now) =>
            refuse ? throw new InvalidOperationException("No.")
            : there ? Decision.Keep(standing.Tally)
            : Decision.To(standing.Tally.To(new(standing.Tally.Body.Count + 1, ""), now))
                .And(TallyKind.One.New("a", Partition, name, new(0, new string('x', size)), now)));
        return added.Shown!.Body.Count;
    }

    private async Task<int> CountStored() =>
        TallyKind.One.Open((await _other.Store.Read(Partition, "tally", default)).Value, default)!.Body.Count;

    internal sealed record Tally(int Count, string Text);

    private sealed record TallyStanding(State<Tally> Tally) : IStanding<TallyStanding>
    {
        public string Partition => Tally.Partition;

        public TallyStanding After(IReadOnlyList<State> written) =>
            new(written.OfType<State<Tally>>().LastOrDefault(state => state.Id == "tally") ?? Tally);
    }

    private sealed class TallyKind()
        : Kind<Tally>("test/tally", () => (JsonTypeInfo<Tally>)JsonSerializerOptions.Web.GetTypeInfo(typeof(Tally)))
    {
        public static readonly TallyKind One = new();
    }
}
