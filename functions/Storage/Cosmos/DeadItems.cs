namespace Sessions.Storage.Cosmos;

/// <summary>Items whose documents are dead, but which Cosmos DB has not removed yet.</summary>
internal sealed class DeadItems(
    CosmosRequests requests, CosmosReader reader, string partition, IReadOnlyList<Write> writes, DateTimeOffset now,
    CosmosBudget budget)
{
    /// <summary>The dead among what is to be deleted in whatever version: a delete of those finds nothing.</summary>
    public ValueTask<CosmosReply<List<CosmosItem>>> AmongBlindDeletes()
    {
        var blind = writes.Where(write => write is Write.Delete { ETag: null });
        var ids = blind.Select(write => write.DocumentId).ToList();
        return ids is [] ? ValueTask.FromResult(CosmosReply<List<CosmosItem>>.Done([])) : Find(ids, []);
    }

    /// <summary>Removes the dead that hold an id or a key that this commit wants. Gives what it found.</summary>
    public async ValueTask<CosmosReply<List<CosmosItem>>> Clear()
    {
        var ids = writes.OfType<Write.Create>().Select(create => create.Document.Id).ToList();
        var found = await Find(ids, [.. writes.Select(KeyOf).OfType<string>()]);
        foreach (var item in found.Value ?? [])
        {
            // Its version is named, so that one who takes the place at this moment is left alone.
            CosmosWrite[] delete = [new(new Write.Delete(item.Id), [], item.ETag, false)];
            await budget.SendUntilAnswered(stop => requests.Write(partition, delete, stop));
        }

        return found;
    }

    private ValueTask<CosmosReply<List<CosmosItem>>> Find(List<string> ids, List<string> keys) =>
        reader.Items(CosmosQueries.Dead(partition, ids, keys, now), partition, ids.Count + keys.Count, budget);

    private static string? KeyOf(Write write) => write switch
    {
        Write.Create(var document) => KeyOf(document),
        Write.Replace(var document) => KeyOf(document),
        Write.Put(var document) => KeyOf(document),
        _ => null,
    };

    private static string? KeyOf(Document document) => document.Key is { } key ? CosmosKey.Of(key) : null;
}
