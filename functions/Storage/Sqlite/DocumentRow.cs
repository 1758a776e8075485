using Sessions.Lifecycle;

namespace Sessions.Storage.Sqlite;

/// <summary>A document as a row, in the order of <see cref="SqliteSchema.Columns"/>.</summary>
internal static class DocumentRow
{
    /// <summary>Binds the document to parameters 1 to 19.</summary>
    public static void Bind(SqliteStatement statement, Document document, string etag)
    {
        var lifetime = document.Lifetime;
        statement.Bind(1, document.Partition);
        statement.Bind(2, document.Id);
        statement.Bind(3, document.Kind);
        statement.Bind(4, document.Key);
        statement.Bind(5, lifetime.Status);
        statement.Bind(6, lifetime.Open ? 1 : 0);
        statement.Bind(7, lifetime.CreatedAt.UtcTicks);
        statement.Bind(8, lifetime.UpdatedAt.UtcTicks);
        statement.Bind(9, lifetime.StartedAt?.UtcTicks);
        statement.Bind(10, lifetime.EndedAt?.UtcTicks);
        statement.Bind(11, lifetime.LastActivityAt?.UtcTicks);
        statement.Bind(12, (long?)lifetime.TtlSeconds);
        statement.Bind(13, lifetime.DateExpiry?.UtcTicks);
        statement.Bind(14, lifetime.ClosedReason);
        statement.Bind(15, document.DueAt?.UtcTicks);
        statement.Bind(16, document.PurgeAt?.UtcTicks);
        statement.Bind(17, document.RequestHash);
        statement.Bind(18, etag);
        statement.Bind(19, document.Body.Span);
    }

    /// <summary>The document in the row that the statement stands on.</summary>
    public static Document Read(SqliteStatement row) => new()
    {
        Partition = row.Text(0),
        Id = row.Text(1),
        Kind = row.Text(2),
        Key = row.TextOrNull(3),
        Lifetime = new Lifetime
        {
            Status = row.Text(4),
            Open = row.Number(5) != 0,
            CreatedAt = Moment(row.Number(6)),
            UpdatedAt = Moment(row.Number(7)),
            StartedAt = MomentOrNull(row, 8),
            EndedAt = MomentOrNull(row, 9),
            LastActivityAt = MomentOrNull(row, 10),
            TtlSeconds = (int?)row.NumberOrNull(11),
            DateExpiry = MomentOrNull(row, 12),
            ClosedReason = row.TextOrNull(13),
        },
        DueAt = MomentOrNull(row, 14),
        PurgeAt = MomentOrNull(row, 15),
        RequestHash = row.TextOrNull(16),
        ETag = row.Text(17),
        Body = row.Bytes(18).ToArray(),
    };

    /// <summary>The documents of the rows that a bound statement gives, until their bodies come to so many
    /// bytes.</summary>
    public static List<Document> ReadAll(SqliteStatement statement, int limit, int? maxBytes)
    {
        var documents = new List<Document>(Math.Min(limit, 64));
        try
        {
            for (long bytes = 0; !(bytes >= maxBytes) && statement.Step(); bytes += documents[^1].Body.Length)
            {
                documents.Add(Read(statement));
            }
        }
        finally
        {
            statement.Reset();
        }

        return documents;
    }

    private static DateTimeOffset Moment(long ticks) => new(ticks, TimeSpan.Zero);

    private static DateTimeOffset? MomentOrNull(SqliteStatement row, int column) =>
        row.NumberOrNull(column) is { } ticks ? Moment(ticks) : null;
}
