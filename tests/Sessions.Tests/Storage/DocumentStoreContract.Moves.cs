using Sessions.Storage;

namespace Sessions.Tests.Storage;

public abstract partial class DocumentStoreContract
{
    [Fact]
    public async Task What_is_watched_is_told_of_once_it_is_written()
    {
        var place = (await Moves(null)).Place;
        var created = await Add(LifelessDocument("one", "index") with { IsWatched = true });
        await Commit(
            new Write.Replace(created with { IsWatched = true }),
            new Write.Create(NewDocument("two") with { IsWatched = true, DueAt = Clock.Now }));
        var (one, two) = (await Find("one"), await Find("two"));

        var (moved, next) = await MovedSince(place);

        Assert.Equal(Move.Of(one!, one!.ETag), moved.Last(move => move.Id == "one"));
        Assert.Equal(Move.Of(two!, two!.ETag), moved.Last(move => move.Id == "two"));
        Assert.Empty((await MovedSince(next)).Moved);
    }

    [Fact]
    public async Task What_was_refused_is_not_told_of()
    {
        await Add(NewDocument("taken"));
        var place = (await Moves(null)).Place;

        var refused = await Commit(
            new Write.Create(NewDocument("new") with { IsWatched = true }),
            new Write.Create(NewDocument("taken") with { IsWatched = true }));

        AssertRefused(StoreOutcome.Conflict, 1, refused);
        Assert.DoesNotContain((await MovedSince(place)).Moved, move => move.Id == "new");
    }

    [Fact]
    public async Task What_many_write_at_once_is_all_told_of()
    {
        var place = (await Moves(null)).Place;
        var reading = Task.Run(async () =>
        {
            HashSet<string> seen = [];
            while (seen.Count < 40)
            {
                var moves = await Moves(place);
                place = moves.Place;
                await Task.Delay(1);
                seen.UnionWith(moves.Documents!.Where(move => move.Kind == Kind).Select(move => move.Id));
            }

            return seen;
        });

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Add(
            NewDocument($"{i}") with { Partition = $"{Partition}:{i % 7}", IsWatched = true })));

        Assert.Equal(40, (await reading.WaitAsync(TimeSpan.FromSeconds(30))).Count);
    }

    private async Task<Moves> Moves(string? since)
    {
        var found = await Store.ReadMoves(since, CancellationToken.None);
        Assert.Equal(StoreOutcome.Done, found.Outcome);
        return found.Value!;
    }

    // All that comes to be told, also where a copy lags: by then there is an end to what was written at the last.
    private async Task<(IReadOnlyList<Move> Moved, string Place)> MovedSince(string place)
    {
        List<Move> moved = [];
        await Add(LifelessDocument("last") with { Partition = $"{Partition}:{Guid.NewGuid():N}", IsWatched = true });
        while (true)
        {
            var moves = await Moves(place);
            moved.AddRange(moves.Documents!.Where(move => move.Kind == Kind && move.Id != "last"));
            place = moves.Place;
            if (moves.Documents!.Any(move => move.Id == "last"))
            {
                return (moved, place);
            }
        }
    }
}
