namespace Sessions.Bench;

/// <summary>How many bytes a bare server answers and stores.</summary>
/// <param name="One">The answer to a fetch or a create.</param>
/// <param name="List">The answer to a list of ten.</param>
/// <param name="Update">The answer to an update.</param>
/// <param name="Stored">The body of a document.</param>
internal sealed record BareSizes(int One, int List, int Update, int Stored)
{
    /// <summary>The same as arguments.</summary>
    public IEnumerable<string> Arguments =>
        [$"--one={One}", $"--list={List}", $"--update={Update}", $"--stored={Stored}"];
}
