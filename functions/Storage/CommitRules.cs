using System.Buffers;

namespace Sessions.Storage;

/// <summary>
/// What every store asks of a commit before it looks at its data. A caller that breaks these has a bug, so they throw.
/// Checked alike everywhere, so that what works on one store works on the other.
/// </summary>
public static class CommitRules
{
    /// <summary>How many writes a commit may hold.</summary>
    public const int MaxWrites = 100;

    /// <summary>How many bytes its bodies may have together: a request to Cosmos DB holds two megabytes.</summary>
    public const int MaxBodyBytes = 1_700_000;

    /// <summary>How many characters an id or a partition may have.</summary>
    public const int MaxNameLength = 255;

    private static readonly SearchValues<char> _nameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:-");

    /// <summary>
    /// Checks names, partitions, the number of writes and their size, and that no document is written twice.
    /// </summary>
    /// <exception cref="ArgumentException">A rule is broken; the message says which.</exception>
    public static void Check(string partition, IReadOnlyList<Write> writes)
    {
        CheckName(partition, nameof(partition));
        if (writes.Count > MaxWrites)
        {
            throw new ArgumentException($"A commit holds at most {MaxWrites} writes.", nameof(writes));
        }

        if (BytesOf(writes) > MaxBodyBytes)
        {
            throw new ArgumentException($"A commit holds at most {MaxBodyBytes} bytes.", nameof(writes));
        }

        var seen = writes.Count > 1 ? new HashSet<string>(writes.Count, StringComparer.Ordinal) : null;
        for (var index = 0; index < writes.Count; index++)
        {
            var id = IdOf(writes[index], partition);
            CheckName(id, nameof(writes));
            if (seen?.Add(id) is false)
            {
                throw new ArgumentException($"The commit writes document {id} twice.", nameof(writes));
            }
        }
    }

    /// <summary>
    /// Whether a document or a partition can be called so. An id is the last part of a URL of Cosmos DB's, where one or
    /// two dots mean the folder and what is above it: asked for <c>..</c>, it answers with another thing.
    /// </summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= MaxNameLength
        && name is not ("." or "..")
        && !name.AsSpan().ContainsAnyExcept(_nameCharacters);

    /// <summary>How many bytes a write adds to its commit.</summary>
    public static int BytesOf(Write write) => write switch
    {
        Write.Create(var document) => document.Body.Length,
        Write.Replace(var document) => document.Body.Length,
        Write.Put(var document) => document.Body.Length,
        _ => 0,
    };

    /// <summary>How many bytes some writes come to.</summary>
    internal static long BytesOf(IReadOnlyList<Write> writes)
    {
        var bytes = 0L;
        for (var index = 0; index < writes.Count; index++)
        {
            bytes += BytesOf(writes[index]);
        }

        return bytes;
    }

    private static string IdOf(Write write, string partition) => write switch
    {
        Write.Create(var document) => IdOf(document, partition),
        Write.Replace(var document) => IdOf(document, partition),
        Write.Put(var document) => IdOf(document, partition),
        Write.Delete delete => delete.Id,
        Write.Require require => require.Id,
        _ => throw new ArgumentException($"There is no write {write}.", nameof(write)),
    };

    private static string IdOf(Document document, string partition) =>
        document.Partition != partition
            ? throw new ArgumentException($"Document {document.Id} is of another partition.", nameof(document))
            : document is { Index: { } index, Lifetime.Status: var status } && index != status
            ? throw new ArgumentException($"Document {document.Id} lives and is listed by no status.", nameof(document))
            : document.Id;

    private static void CheckName(string name, string parameter)
    {
        if (!IsName(name))
        {
            throw new ArgumentException(
                $"An id or a partition is 1 to {MaxNameLength} of [A-Za-z0-9_.:-], not \"{name}\".", parameter);
        }
    }
}
