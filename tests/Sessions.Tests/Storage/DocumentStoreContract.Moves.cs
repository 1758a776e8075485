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
        const int Looks = 10;
        var place = (await Moves(null)).Place;
        var writing = Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            var document = NewDocument($"{i}") with { Partition = $"{Partition}:{i % 7}", IsWatched = true };
            var done = await Store.Commit(document.Partition, [new Write.Create(document)], CancellationToken.None);
            return (document.Id, done.Outcome);
        }));

        // While it is written, and then what is left.
        HashSet<string> seen = [];
        for (var look = 0; look < Looks; look++)
        {
            var moves = await Moves(place);
            place = moves.Place;
            seen.UnionWith(moves.Documents!.Where(move => move.Kind == Kind).Select(move => move.Id));
        }

        // Of what a store could not answer for, nobody can say whether it is there.
        var written = (await writing).Where(one => one.Outcome is StoreOutcome.Done).Select(one => one.Id).ToHashSet();
        seen.UnionWith((await MovedSince(place)).Moved.Select(move => move.Id));
        Assert.NotEmpty(written);
        Assert.Subset(seen, written);
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
