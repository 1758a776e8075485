namespace Sessions.Storage;

/// <summary>What a surface does with its documents when their <see cref="Document.DueAt"/> has come.</summary>
public interface IDueHandler
{
    /// <summary>The kind of document that it answers for.</summary>
    string Kind { get; }

    /// <summary>
    /// The writes that settle the document, all in its partition and conditional on the version given, so that two
    /// timers at once do no harm. They must move its <see cref="Document.DueAt"/> on or end it. Empty leaves it for
    /// the next run.
    /// </summary>
    ValueTask<IReadOnlyList<Write>> WhenDue(Document document, DateTimeOffset now, CancellationToken cancellation);
}
